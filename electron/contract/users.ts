import * as z from 'zod';
import {
  type Changed,
  type Count,
  cursor,
  fingerprint,
  instant,
  type Page,
  pageSize,
  type Preview,
  username,
} from './common.js';
import { define } from './operation.js';

export const roles = ['owner', 'admin', 'user'] as const;
export type SiteRole = (typeof roles)[number];

export const userFilter = z.strictObject({
  /** Part of the name; case and accents as the database compares them. */
  search: z.string().trim().min(1).max(50).optional(),
  roles: z.array(z.enum(roles)).min(1).optional(),
  state: z.enum(['active', 'banned']).optional(),
  /** Any of these. */
  tags: z.array(z.string().min(1).max(50)).min(1).max(20).optional(),
  createdFrom: instant.optional(),
  createdTo: instant.optional(),
  lastLoginFrom: instant.optional(),
  lastLoginTo: instant.optional(),
  neverSignedIn: z.boolean().optional(),
  /** Membership by a bound card, by its effective state. */
  card: z.enum(['active', 'expired', 'none']).optional(),
  pointsMin: z.int().optional(),
  pointsMax: z.int().optional(),
});
export type UserFilter = z.infer<typeof userFilter>;

export const userSort = z.enum(['created', 'username', 'lastLogin', 'points']);
export type UserSort = z.infer<typeof userSort>;

/** Whom a change is for: names (typed, chosen or pasted) or everybody a filter matches, less some taken out. */
export const userSelection = z.union([
  z.strictObject({ names: z.array(username).min(1).max(100_000), except: z.array(username).max(10_000).optional() }),
  z.strictObject({ filter: userFilter, except: z.array(username).max(10_000).optional() }),
]);
export type UserSelection = z.infer<typeof userSelection>;

export const banReasons = ['sharing', 'fraud', 'abuse', 'payment', 'request', 'other'] as const;
export type BanReason = (typeof banReasons)[number];

const banInput = z.strictObject({
  who: userSelection,
  reason: z.enum(banReasons),
  note: z.string().trim().max(500).optional(),
  /** When the ban ends by itself; never, if absent. */
  until: instant.optional(),
});

export interface UserRow {
  readonly id: string;
  readonly username: string;
  readonly role: SiteRole;
  readonly banned: boolean;
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly lastLoginAt: string | null;
  readonly loginCount: number;
  /** null where the user has no points row (a broken site). */
  readonly points: number | null;
  /** The membership that lasts longest, or null. */
  readonly card: { readonly type: string; readonly expiresAt: string } | null;
}

export interface Ban {
  readonly reason: BanReason | null;
  readonly note: string | null;
  readonly by: string | null;
  readonly at: string | null;
  readonly until: string | null;
}

export interface UserDetails extends UserRow {
  readonly updatedAt: string;
  readonly enabledApis: readonly string[];
  readonly showAdultContent: boolean;
  readonly oidcSub: string | null;
  readonly tvbox: 'none' | 'set' | 'revoked';
  /** How the password is stored. */
  readonly passwordKind: 'sha256' | 'scrypt' | 'unknown';
  readonly ban: Ban | null;
  /** null while Redis is down. */
  readonly sessions: number | null;
  readonly membership: readonly {
    readonly id: string;
    /** Of `card_keys`; null where the record has lost its card. */
    readonly cardId: string | null;
    readonly type: string;
    readonly status: string;
    readonly source: string;
    readonly expiresAt: string;
    readonly usedAt: string | null;
  }[];
  readonly ledger: {
    readonly balance: number;
    readonly totalEarned: number;
    readonly totalRedeemed: number;
    readonly invitationCode: string;
    readonly last: readonly {
      readonly id: string;
      readonly type: string;
      readonly amount: number;
      readonly reason: string;
      readonly at: string;
    }[];
  } | null;
  readonly invitations: {
    readonly invitedBy: string | null;
    readonly invited: number;
    readonly rewarded: number;
    readonly last: readonly {
      readonly invitee: string;
      readonly ip: string;
      readonly rewarded: boolean;
      readonly at: string;
    }[];
  };
  readonly plays: readonly {
    readonly title: string;
    readonly source: string;
    readonly episode: number;
    readonly episodes: number;
    readonly seconds: number;
    readonly total: number;
    readonly at: string;
  }[];
}

const single = z.strictObject({ username });

export const users = {
  'users.list': define<Page<UserRow>>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    summary: { zh: '列出用户', en: 'List users' },
    input: z.strictObject({
      filter: userFilter.default({}),
      sort: userSort.default('created'),
      descending: z.boolean().default(true),
      limit: pageSize,
      after: cursor.optional(),
    }),
    example: { limit: 5 },
  }),
  'users.count': define<Count>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 30_000,
    summary: { zh: '统计匹配的用户', en: 'Count matching users' },
    input: z.strictObject({ filter: userFilter.default({}), exact: z.boolean().default(false) }),
    example: { filter: { state: 'banned' }, exact: true },
  }),
  'users.get': define<UserDetails>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    summary: { zh: '查看一个用户', en: 'Show one user' },
    input: single,
    example: { username: 'moonowner' },
  }),
  'users.tags': define<readonly { readonly tag: string; readonly enabledApis: readonly string[] }[]>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    summary: { zh: '列出站点定义的用户标签', en: 'List the tags that the site defines' },
    input: z.strictObject({}),
  }),
  'users.export': define<{ readonly jobId: string }>()({
    scope: 'site',
    kind: 'job',
    role: 'admin',
    // The operator may take their time over where to save.
    timeLimit: 600_000,
    summary: { zh: '导出用户为 CSV', en: 'Export users as CSV' },
    input: z
      .strictObject({
        /** Chosen users; everybody whom `filter` matches, if absent. */
        who: userSelection.optional(),
        filter: userFilter.default({}),
        sort: userSort.default('created'),
        descending: z.boolean().default(true),
      })
      .refine(({ who, filter }) => who === undefined || Object.keys(filter).length === 0, {
        error: 'who and filter exclude each other',
        path: ['who'],
      }),
    example: { who: { names: ['someone'] } },
  }),
  'users.ban.preview': define<Preview>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '预览封禁', en: 'Preview a ban' },
    input: banInput,
    example: { who: { names: ['someone'] }, reason: 'sharing' },
  }),
  'users.ban': define<Changed>()({
    scope: 'site',
    kind: 'write',
    withinChange: true,
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '封禁用户', en: 'Ban users' },
    input: banInput.extend({ fingerprint }),
    example: { who: { names: ['someone'] }, reason: 'sharing', fingerprint: '0123456789abcdef' },
  }),
  'users.unban.preview': define<Preview>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '预览解封', en: 'Preview lifting bans' },
    input: z.strictObject({ who: userSelection }),
  }),
  'users.unban': define<Changed>()({
    scope: 'site',
    kind: 'write',
    withinChange: true,
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '解封用户', en: 'Lift bans' },
    input: z.strictObject({ who: userSelection, note: z.string().trim().max(500).optional(), fingerprint }),
  }),
  'users.role.preview': define<Preview>()({
    scope: 'site',
    kind: 'read',
    role: 'owner',
    summary: { zh: '预览角色变更', en: 'Preview a change of role' },
    input: z.strictObject({ who: userSelection, role: z.enum(['admin', 'user']) }),
  }),
  'users.role': define<Changed>()({
    scope: 'site',
    kind: 'write',
    withinChange: true,
    role: 'owner',
    summary: { zh: '提升或降级用户', en: 'Promote or demote users' },
    input: z.strictObject({ who: userSelection, role: z.enum(['admin', 'user']), fingerprint }),
  }),
  'users.tag.preview': define<Preview>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '预览标签变更', en: 'Preview a change of tags' },
    input: z.strictObject({
      who: userSelection,
      add: z.array(z.string().trim().min(1).max(50)).max(20).default([]),
      remove: z.array(z.string().min(1).max(50)).max(20).default([]),
    }),
  }),
  'users.tag': define<Changed>()({
    scope: 'site',
    kind: 'write',
    withinChange: true,
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '增减用户标签', en: 'Add or remove tags' },
    input: z.strictObject({
      who: userSelection,
      add: z.array(z.string().trim().min(1).max(50)).max(20).default([]),
      remove: z.array(z.string().min(1).max(50)).max(20).default([]),
      fingerprint,
    }),
  }),
  'users.apis.preview': define<Preview>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '预览可用接口变更', en: 'Preview a change of enabled APIs' },
    input: z.strictObject({ who: userSelection, apis: z.array(z.string().trim().min(1).max(100)).max(200) }),
  }),
  'users.apis': define<Changed>()({
    scope: 'site',
    kind: 'write',
    withinChange: true,
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '设置可用接口', en: 'Set enabled APIs' },
    input: z.strictObject({
      who: userSelection,
      apis: z.array(z.string().trim().min(1).max(100)).max(200),
      fingerprint,
    }),
  }),
  'users.password': define<Changed>()({
    scope: 'site',
    kind: 'write',
    role: 'admin',
    secrets: ['password'],
    summary: { zh: '重置密码', en: 'Reset a password' },
    input: z.strictObject({ username, password: z.string().min(6).max(200) }),
  }),
  'users.delete.preview': define<Preview>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '预览删除用户', en: 'Preview deleting users' },
    input: z.strictObject({ who: userSelection }),
  }),
  'users.delete': define<Changed>()({
    scope: 'site',
    kind: 'write',
    withinChange: true,
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '删除用户及其数据', en: 'Delete users with their data' },
    input: z.strictObject({ who: userSelection, fingerprint }),
  }),
} as const;
