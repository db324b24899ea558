import * as z from 'zod';
import { type Changed, instant, username } from './common.js';
import { between, change, listing, orderedBy, read, rowOf } from './kit.js';
import { means } from './meaning.js';
import { define } from './operation.js';

export const roles = ['owner', 'admin', 'user'] as const;
export type SiteRole = (typeof roles)[number];

const tag = z.string().min(1).max(50);
const note = means(z.string().trim().max(500), '给同事看的备注', 'A note for colleagues').optional();

export const userFilter = z.strictObject({
  search: means(
    z.string().trim().min(1).max(50),
    '名称的一部分；大小写与重音按数据库的比较方式',
    'Part of the name; case and accents as the database compares them',
  ).optional(),
  roles: means(z.array(z.enum(roles)).min(1), '角色', 'Roles').optional(),
  state: means(z.enum(['active', 'banned']), '正常或已封禁', 'Active or banned').optional(),
  tags: means(z.array(tag).min(1).max(20), '带其中任一标签', 'With any of these tags').optional(),
  ...between('created', '注册', 'Created'),
  ...between('lastLogin', '最近登录', 'Last signed in'),
  neverSignedIn: means(z.boolean(), '从未登录', 'Never signed in').optional(),
  card: means(
    z.enum(['active', 'expired', 'none']),
    '会员状态，按已绑定的卡密',
    'Membership by bound cards',
  ).optional(),
  ...between('memberEnds', '会员到期（按已绑定的卡密）', 'Membership by bound cards ends'),
  pointsMin: means(z.int(), '积分至少', 'Points at least').optional(),
  pointsMax: means(z.int(), '积分至多', 'Points at most').optional(),
});
export type UserFilter = z.infer<typeof userFilter>;

export const userSort = means(
  z.enum(['created', 'username', 'lastLogin', 'points']),
  '按什么排序',
  'What it is sorted by',
);
export type UserSort = z.infer<typeof userSort>;

const exceptUsers = means(z.array(username).max(10_000), '其中除外的用户', 'Users to leave alone');

/**
 * Which users a change is for: names (typed, selected or pasted) or everyone that a filter matches, minus excluded
 * ones.
 */
export const userSelection = means(
  z.union([
    z.strictObject({
      names: means(z.array(username).min(1).max(100_000), '用户名', 'Names of users'),
      blanks: means(
        z.boolean(),
        '含空格的一项若没有用户叫这个名字，就按空格拆成几个用户名',
        'An entry with blanks that is nobody’s name is several names',
      ).optional(),
      except: exceptUsers.optional(),
    }),
    z.strictObject({
      filter: means(userFilter, '符合条件的全部', 'Everyone who matches'),
      except: exceptUsers.optional(),
    }),
  ]),
  '哪些用户',
  'Which users',
);
export type UserSelection = z.infer<typeof userSelection>;

export const banReasons = ['sharing', 'fraud', 'abuse', 'payment', 'request', 'other'] as const;
export type BanReason = (typeof banReasons)[number];

export interface UserRow {
  readonly id: string;
  readonly username: string;
  readonly role: SiteRole;
  readonly banned: boolean;
  readonly tags: readonly string[];
  readonly createdAt: string | null;
  readonly lastLoginAt: string | null;
  readonly loginCount: number;
  /** null if the user has no points row (broken data). */
  readonly points: number | null;
  /** The membership that lasts longest, or null. Its end is null if the database holds a zero date. */
  readonly card: { readonly type: string; readonly expiresAt: string | null } | null;
}

export interface Ban {
  readonly reason: BanReason | null;
  readonly note: string | null;
  readonly by: string | null;
  readonly at: string | null;
  readonly until: string | null;
}

export interface UserDetails extends UserRow {
  readonly updatedAt: string | null;
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
    readonly expiresAt: string | null;
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
      readonly at: string | null;
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
      readonly at: string | null;
    }[];
  };
  readonly plays: readonly {
    readonly title: string;
    readonly source: string;
    readonly episode: number;
    readonly episodes: number;
    readonly seconds: number;
    readonly total: number;
    readonly at: string | null;
  }[];
}

export const users = {
  ...listing('users', {
    noun: { zh: '用户', en: 'users' },
    row: rowOf<UserRow>({
      id: true,
      username: true,
      role: true,
      banned: true,
      tags: true,
      createdAt: true,
      lastLoginAt: true,
      loginCount: true,
      points: true,
      'card.type': true,
      'card.expiresAt': true,
    }),
    filter: userFilter.default({}),
    order: orderedBy(userSort.default('created')),
    export: {
      fields: {
        who: means(
          userSelection,
          '哪些用户；不写则为条件匹配的全部',
          'Which users; without it, everyone that the filter matches',
        ).optional(),
      },
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
      reason: means(z.enum(banReasons), '原因', 'Why'),
      note,
      until: means(instant, '何时自动解封；不写则不会', 'When the ban ends on its own; without it, never').optional(),
    }),
    withinChange: true,
    example: { who: { names: ['someone'] }, reason: 'sharing' },
  }),
  ...change('users.unban', {
    summary: { zh: '解封用户', en: 'Lift bans' },
    input: z.strictObject({ who: userSelection, note }),
    withinChange: true,
  }),
  ...change('users.role', {
    summary: { zh: '提升或降级用户', en: 'Promote or demote users' },
    input: z.strictObject({ who: userSelection, role: means(z.enum(['admin', 'user']), '新角色', 'The new role') }),
    role: 'owner',
    withinChange: true,
  }),
  ...change('users.tag', {
    summary: { zh: '增减用户标签', en: 'Add or remove tags' },
    input: z.strictObject({
      who: userSelection,
      add: means(z.array(tag.trim()).max(20), '要加的标签', 'Tags to add').default([]),
      remove: means(z.array(tag).max(20), '要去掉的标签', 'Tags to remove').default([]),
    }),
    withinChange: true,
  }),
  ...change('users.apis', {
    summary: { zh: '设置可用接口', en: 'Set enabled APIs' },
    input: z.strictObject({
      who: userSelection,
      apis: means(z.array(z.string().trim().min(1).max(100)).max(200), '可用的接口', 'The APIs they may use'),
    }),
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
    input: z.strictObject({
      username,
      password: means(z.string().min(6).max(200), '新密码，至少六位', 'The new password, of six characters at least'),
    }),
  }),
  ...change('users.delete', {
    summary: { zh: '删除用户及其数据', en: 'Delete users with their data' },
    input: z.strictObject({ who: userSelection }),
    withinChange: true,
    undoneByOwner: true,
  }),
} as const;
