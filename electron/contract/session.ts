import * as z from 'zod';
import { type Count, fingerprint, username } from './common.js';
import { as, change, migrationsText, shows } from './kit.js';
import { means } from './meaning.js';
import { define } from './operation.js';
import type { LocalizedText } from './text.js';
import type { SiteRole } from './users.js';

export interface Operator {
  readonly username: string;
  readonly role: Exclude<SiteRole, 'user'>;
}

/**
 * Why a sign-in ended without a sign-out: the password was changed, the role changed, the user is no longer an
 * operator, the account is banned, or it is deleted.
 */
export type SignInEnd = 'password' | 'role' | 'demoted' | 'banned' | 'deleted';

export interface SessionState {
  readonly connection: {
    readonly id: string;
    readonly name: string;
    readonly environment: Environment;
    readonly colour: string;
    readonly host: string;
    readonly database: string;
    readonly demo: boolean;
  } | null;
  readonly operator: Operator | null;
  /** Why the last sign-in ended on its own; null after the next sign-in or a sign-out. */
  readonly ended: SignInEnd | null;
  /** Writes are refused while true. `until`: when an unlocked production site locks itself again. */
  readonly locked: boolean;
  readonly unlockedUntil: string | null;
  /** What the open database contains; null while none is open. */
  readonly database: 'empty' | 'site' | 'site_with_console' | 'foreign' | null;
  /** There is no owner account yet: the first one can be created. */
  readonly needsOwner: boolean;
}

/** What creating the first owner would do. */
export interface FirstOwnerPreview {
  readonly fingerprint: string;
  /** The account to create. */
  readonly username: string;
  /** Users that already exist. */
  readonly users: Count;
  /** Migrations that run first, with their number of steps; no separate call is needed for them. */
  readonly files: readonly { readonly file: string; readonly steps: number }[];
}

function firstOwnerText({ username: name, users, files }: FirstOwnerPreview): LocalizedText {
  const count = `${String(users.count)}${users.exact ? '' : '+'}`;
  const { zh, en } = migrationsText(files);
  return { zh: `${name}；现有用户 ${count}；${zh}`, en: `${name}; users there: ${count}; ${en}` };
}

const firstOwner = z.strictObject({
  username: means(z.string().regex(/^[a-zA-Z0-9_]{3,20}$/), '要创建的账号', 'The account to create'),
  password: means(z.string().min(8).max(200), '密码，至少八位', 'Its password, of eight characters at least'),
  /** Needed if the connection is locked: no one is signed in who could unlock it. */
  connection: means(
    z.string().max(100),
    '连接名称，锁定时才要；终端用 --unlock 给出',
    'The connection’s name, if it is locked; --unlock gives it',
  ).optional(),
});

export const environments = ['production', 'staging', 'development'] as const;
export type Environment = (typeof environments)[number];

export const session = {
  'session.state': define<SessionState>()({
    scope: 'desk',
    kind: 'read',
    role: 'anyone',
    summary: { zh: '当前连接与登录状态', en: 'Current connection and sign-in' },
    input: z.strictObject({}),
  }),
  'session.signIn': define<SessionState>()({
    scope: 'desk',
    kind: 'write',
    role: 'anyone',
    secrets: ['password'],
    summary: { zh: '用站点账号登录', en: 'Sign in with a site account' },
    input: z.strictObject({ username, password: means(z.string().min(1).max(200), '密码', 'The password') }),
  }),
  'session.signOut': define<SessionState>()({
    scope: 'desk',
    kind: 'write',
    role: 'anyone',
    summary: { zh: '退出登录', en: 'Sign out' },
    input: z.strictObject({}),
  }),
  ...change('session.firstOwner', {
    summary: { zh: '在没有站长的数据库中创建首个站长账号', en: 'Create the first owner where there is none' },
    input: firstOwner,
    /** From the preview; needed if the site has users. */
    more: { fingerprint: fingerprint.optional() },
    preview: shows<FirstOwnerPreview>(firstOwnerText),
    answer: as<SessionState>(),
    scope: 'desk',
    role: 'anyone',
    timeLimit: 1_800_000,
    previewTimeLimit: 30_000,
    secrets: ['password'],
  }),
  'session.unlock': define<SessionState>()({
    scope: 'desk',
    kind: 'write',
    role: 'admin',
    summary: { zh: '解锁写入（输入连接名称）', en: 'Unlock writing (type the connection’s name)' },
    input: z.strictObject({
      name: means(z.string().max(100), '连接名称', 'The connection’s name'),
      minutes: means(z.int().min(1).max(480), '解锁多少分钟', 'For how many minutes').default(30),
    }),
  }),
  'session.lock': define<SessionState>()({
    scope: 'desk',
    kind: 'write',
    role: 'anyone',
    summary: { zh: '锁定写入', en: 'Lock writing' },
    input: z.strictObject({}),
  }),
} as const;
