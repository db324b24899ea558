import * as z from 'zod';
import { username } from './common.js';
import { define } from './operation.js';
import type { SiteRole } from './users.js';

export interface Operator {
  readonly username: string;
  readonly role: Exclude<SiteRole, 'user'>;
}

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
  /** Writes are refused while true. `until` tells when an unlocked production locks itself again. */
  readonly locked: boolean;
  readonly unlockedUntil: string | null;
  /** What the open database is; null while none is open. */
  readonly database: 'empty' | 'site' | 'site_with_console' | 'foreign' | null;
  /** No owner account yet: the first one can be made. */
  readonly needsOwner: boolean;
}

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
    input: z.strictObject({ username, password: z.string().min(1).max(200) }),
  }),
  'session.signOut': define<SessionState>()({
    scope: 'desk',
    kind: 'write',
    role: 'anyone',
    summary: { zh: '退出登录', en: 'Sign out' },
    input: z.strictObject({}),
  }),
  'session.firstOwner': define<SessionState>()({
    scope: 'desk',
    kind: 'write',
    role: 'anyone',
    secrets: ['password'],
    summary: { zh: '在空数据库中创建首个站长账号', en: 'Create the first owner on an empty database' },
    input: z.strictObject({ username: z.string().regex(/^[a-zA-Z0-9_]{3,20}$/), password: z.string().min(8).max(200) }),
  }),
  'session.unlock': define<SessionState>()({
    scope: 'desk',
    kind: 'write',
    role: 'admin',
    summary: { zh: '解锁写入（输入连接名称）', en: 'Unlock writing (type the connection’s name)' },
    input: z.strictObject({ name: z.string().max(100), minutes: z.int().min(1).max(480).default(30) }),
  }),
  'session.lock': define<SessionState>()({
    scope: 'desk',
    kind: 'write',
    role: 'anyone',
    summary: { zh: '锁定写入', en: 'Lock writing' },
    input: z.strictObject({}),
  }),
} as const;
