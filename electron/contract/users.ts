import * as z from 'zod';
import { type Changed, instant, username } from './common.js';
import { as, between, change, listing, orderedBy, read } from './kit.js';
import { define } from './operation.js';

export const roles = ['owner', 'admin', 'user'] as const;
export type SiteRole = (typeof roles)[number];

export const userFilter = z.strictObject({
  /** Part of the name; case and accents as the database compares them. */
  search: z.string().trim().min(1).max(50).optional(),
  roles: z.array(z.enum(roles)).min(1).optional(),
  state: z.enum(['active', 'banned']).optional(),
  /** Users with any of these. */
  tags: z.array(z.string().min(1).max(50)).min(1).max(20).optional(),
  ...between('created'),
  ...between('lastLogin'),
  neverSignedIn: z.boolean().optional(),
  /** Membership by bound cards, by its effective state. */
  card: z.enum(['active', 'expired', 'none']).optional(),
  pointsMin: z.int().optional(),
  pointsMax: z.int().optional(),
});
export type UserFilter = z.infer<typeof userFilter>;

export const userSort = z.enum(['created', 'username', 'lastLogin', 'points']);
export type UserSort = z.infer<typeof userSort>;

/**
 * Which users a change is for: names (typed, selected or pasted) or everyone that a filter matches, minus excluded
 * ones.
 */
export const userSelection = z.union([
  z.strictObject({ names: z.array(username).min(1).max(100_000), except: z.array(username).max(10_000).optional() }),
  z.strictObject({ filter: userFilter, except: z.array(username).max(10_000).optional() }),
]);
export type UserSelection = z.infer<typeof userSelection>;

export const banReasons = ['sharing', 'fraud', 'abuse', 'payment', 'request', 'other'] as const;
export type BanReason = (typeof banReasons)[number];

export interface UserRow {
  readonly id: string;
  readonly username: string;
  readonly role: SiteRole;
  readonly banned: boolean;
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly lastLoginAt: string | null;
  readonly loginCount: number;
  /** null if the user has no points row (broken data). */
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
    /** Id in `card_keys`; null if the record's card no longer exists. */
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

export const users = {
  ...listing('users', {
    noun: { zh: '用户', en: 'users' },
    row: as<UserRow>(),
    filter: userFilter.default({}),
    order: orderedBy(userSort.default('created')),
    export: {
      /** Selected users; without it, everyone that `filter` matches. */
      fields: { who: userSelection.optional() },
    },
    examples: {
      list: { limit: 5 },
      count: { filter: { state: 'banned' }, exact: true },
      export: { who: { names: ['someone'] } },
    },
  }),
  'users.get': read<UserDetails>()({
    summary: { zh: '查看一个用户', en: 'Show one user' },
    input: z.strictObject({ username }),
    example: { username: 'moonowner' },
  }),
  'users.tags': read<readonly { readonly tag: string; readonly enabledApis: readonly string[] }[]>()({
    summary: { zh: '列出站点定义的用户标签', en: 'List the tags that the site defines' },
    input: z.strictObject({}),
  }),
  ...change('users.ban', {
    summary: { zh: '封禁用户', en: 'Ban users' },
    input: z.strictObject({
      who: userSelection,
      reason: z.enum(banReasons),
      note: z.string().trim().max(500).optional(),
      /** When the ban ends on its own; without it, never. */
      until: instant.optional(),
    }),
    withinChange: true,
    example: { who: { names: ['someone'] }, reason: 'sharing' },
  }),
  ...change('users.unban', {
    summary: { zh: '解封用户', en: 'Lift bans' },
    input: z.strictObject({ who: userSelection, note: z.string().trim().max(500).optional() }),
    withinChange: true,
  }),
  ...change('users.role', {
    summary: { zh: '提升或降级用户', en: 'Promote or demote users' },
    input: z.strictObject({ who: userSelection, role: z.enum(['admin', 'user']) }),
    role: 'owner',
    withinChange: true,
  }),
  ...change('users.tag', {
    summary: { zh: '增减用户标签', en: 'Add or remove tags' },
    input: z.strictObject({
      who: userSelection,
      add: z.array(z.string().trim().min(1).max(50)).max(20).default([]),
      remove: z.array(z.string().min(1).max(50)).max(20).default([]),
    }),
    withinChange: true,
  }),
  ...change('users.apis', {
    summary: { zh: '设置可用接口', en: 'Set enabled APIs' },
    input: z.strictObject({ who: userSelection, apis: z.array(z.string().trim().min(1).max(100)).max(200) }),
    withinChange: true,
  }),
  'users.password': define<Changed>()({
    scope: 'site',
    kind: 'write',
    role: 'admin',
    needs: 'console',
    secrets: ['password'],
    notUndone: { zh: '记录里不保存密码，再重置一次即可。', en: 'Passwords are not kept; reset it once more.' },
    summary: { zh: '重置密码', en: 'Reset a password' },
    input: z.strictObject({ username, password: z.string().min(6).max(200) }),
  }),
  ...change('users.delete', {
    summary: { zh: '删除用户及其数据', en: 'Delete users with their data' },
    input: z.strictObject({ who: userSelection }),
    withinChange: true,
    undoneByOwner: true,
  }),
} as const;
