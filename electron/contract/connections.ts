import * as z from 'zod';
import { as, change, read } from './kit.js';
import { define } from './operation.js';
import { environments, type SessionState } from './session.js';

const tls = z.strictObject({
  enabled: z.boolean().default(false),
  /** PEM of the authority to trust; without it, the system's. */
  ca: z.string().max(100_000).optional(),
  /** Off only for self-signed development servers. */
  verify: z.boolean().default(true),
});

/** What defines a connection. Secrets are separate; without them the stored ones are kept. */
export const connectionDraft = z.strictObject({
  name: z.string().trim().min(1).max(60),
  environment: z.enum(environments),
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i)
    .optional(),
  mysql: z.strictObject({
    host: z.string().trim().min(1).max(255),
    port: z.int().min(1).max(65_535).default(3306),
    user: z.string().min(1).max(80),
    database: z.string().min(1).max(64),
    tls: tls.default({ enabled: false, verify: true }),
    /** PEM of the server's RSA key: without TLS, only the server with this key gets the password. */
    serverPublicKey: z.string().max(10_000).optional(),
    /** Without TLS and beyond this machine, send the password to any server that asks for it. */
    allowPlainPassword: z.boolean().optional(),
    poolSize: z.int().min(1).max(100).default(20),
  }),
  redis: z.strictObject({
    host: z.string().trim().min(1).max(255),
    port: z.int().min(1).max(65_535).default(6379),
    username: z.string().max(80).optional(),
    db: z.int().min(0).max(1023).default(0),
    tls: tls.default({ enabled: false, verify: true }),
    prefix: z.string().max(50).default('moontv:'),
  }),
  mysqlPassword: z.string().max(500).optional(),
  redisPassword: z.string().max(500).optional(),
});
export type ConnectionDraft = z.output<typeof connectionDraft>;

export interface Connection extends Omit<ConnectionDraft, 'mysqlPassword' | 'redisPassword'> {
  readonly id: string;
  readonly colour: string;
  /** saved: on this machine. environment: from MYSQL_HOST … and REDIS_URL. demo: the sandbox of npm start. */
  readonly origin: 'saved' | 'environment' | 'demo';
  /** How its secrets are kept. session: until the console closes. none: it has no secrets. */
  readonly secrets: 'keychain' | 'passphrase' | 'session' | 'environment' | 'none';
}

export interface Diagnosis {
  readonly part: 'mysql' | 'redis';
  readonly ok: boolean;
  /**
   * What is wrong, as a keyword: unreachable, refused_host, tls, plain_password, access_denied, unknown_database,
   * foreign_database, wrong_password, wrong_protocol, read_only, refused_command, timeout, other.
   */
  readonly fault: string | null;
  readonly message: string;
  readonly hint: string | null;
  readonly version: string | null;
  readonly milliseconds: number;
}

export interface SecretStore {
  /**
   * keychain: safeStorage. passphrase: scrypt + AES-GCM. session: no secure store is available, kept in memory only.
   */
  readonly kind: 'keychain' | 'passphrase' | 'session';
}

export interface SchemaDifference {
  readonly kind: string;
  readonly table: string;
  readonly column: string | null;
  readonly expected: string | null;
  readonly found: string | null;
  readonly severity: 'blocks' | 'limits' | 'info';
  readonly consequence: string;
}

/** A migration or an opt-in repair, and its state in the open database. */
export interface SchemaMigration {
  readonly file: string;
  /** changed: applied, but the file has changed since. unknown: applied by a newer console. */
  readonly state: 'pending' | 'applying' | 'half_applied' | 'applied' | 'changed' | 'unknown';
  /** A repair: applied only by name. */
  readonly optIn: boolean;
  readonly steps: number;
  readonly stepsDone: number;
  /** The server's error where a half-applied file stopped. */
  readonly error: string | null;
  /** What it does, and why to apply it; null if this console does not know it. */
  readonly about: { readonly what: string; readonly why: string } | null;
}

export interface SiteSchema {
  readonly database: NonNullable<SessionState['database']>;
  readonly engine: 'mysql' | 'mariadb';
  readonly version: string;
  readonly differences: readonly SchemaDifference[];
  readonly migrations: readonly SchemaMigration[];
}

/** What a migration would send, file by file; empty if nothing is pending. */
export interface MigrationPlan {
  readonly fingerprint: string;
  readonly files: readonly {
    readonly file: string;
    readonly steps: readonly { readonly name: string; readonly sql: string; readonly skipped: boolean }[];
  }[];
}

export interface MigrationDone {
  readonly applied: readonly { readonly file: string; readonly done: number; readonly skipped: number }[];
}

const byId = z.strictObject({ id: z.string().max(60) });

export const connections = {
  'connections.list': define<{
    readonly connections: readonly Connection[];
    readonly secretStore: SecretStore['kind'];
    readonly notice: string | null;
  }>()({
    scope: 'desk',
    kind: 'read',
    role: 'anyone',
    summary: { zh: '列出连接', en: 'List connections' },
    input: z.strictObject({}),
  }),
  'connections.save': define<Connection>()({
    scope: 'desk',
    kind: 'write',
    role: 'anyone',
    secrets: ['mysqlPassword', 'redisPassword'],
    summary: { zh: '保存连接', en: 'Save a connection' },
    input: z.strictObject({
      id: z.string().max(60).optional(),
      draft: connectionDraft,
      passphrase: z.string().min(8).max(200).optional(),
    }),
  }),
  'connections.remove': define<{ readonly removed: boolean }>()({
    scope: 'desk',
    kind: 'write',
    role: 'anyone',
    summary: { zh: '移除连接', en: 'Remove a connection' },
    input: byId,
  }),
  'connections.test': define<readonly Diagnosis[]>()({
    scope: 'desk',
    kind: 'read',
    role: 'anyone',
    timeLimit: 30_000,
    secrets: ['mysqlPassword', 'redisPassword'],
    summary: { zh: '测试连接并诊断', en: 'Test a connection and say what is wrong' },
    input: z.union([byId, z.strictObject({ id: z.string().max(60).optional(), draft: connectionDraft })]),
  }),
  'connections.open': define<SessionState>()({
    scope: 'desk',
    kind: 'write',
    role: 'anyone',
    timeLimit: 30_000,
    summary: { zh: '打开连接', en: 'Open a connection' },
    input: z.strictObject({ id: z.string().max(60), passphrase: z.string().max(200).optional() }),
  }),
  'connections.close': define<SessionState>()({
    scope: 'desk',
    kind: 'write',
    role: 'anyone',
    summary: { zh: '关闭连接', en: 'Close the connection' },
    input: z.strictObject({}),
  }),
  'connections.schema': read<SiteSchema>()({
    timeLimit: 30_000,
    summary: { zh: '比较数据库结构与设计', en: 'Compare the database with the design' },
    input: z.strictObject({}),
  }),
  ...change('connections.migrate', {
    summary: { zh: '迁移数据库结构', en: 'Migrate the database' },
    /** Names of opt-in repairs; pending migrations are always included. */
    input: z.strictObject({
      repairs: z
        .array(z.string().regex(/^R\d{3}_\w+\.sql$/))
        .max(20)
        .default([]),
    }),
    preview: as<MigrationPlan>(),
    answer: as<MigrationDone>(),
    role: 'owner',
    // It makes the tables.
    needs: null,
    timeLimit: 1_800_000,
    previewTimeLimit: 30_000,
  }),
} as const;
