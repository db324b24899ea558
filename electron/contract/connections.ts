import * as z from 'zod';
import { as, change, migrationsText, read, shows } from './kit.js';
import { means } from './meaning.js';
import { define } from './operation.js';
import { environments, type SessionState } from './session.js';

const tls = z.strictObject({
  enabled: means(z.boolean(), '用 TLS 加密', 'Encrypt by TLS').default(false),
  ca: means(
    z.string().max(100_000),
    '信任的证书机构（PEM）；不写则用系统的',
    'PEM of the authority to trust; without it, the system’s',
  ).optional(),
  verify: means(
    z.boolean(),
    '校验证书；只为自签名的开发服务器关闭',
    'Check the certificate; off only for self-signed development servers',
  ).default(true),
});

const host = means(z.string().trim().min(1).max(255), '主机', 'Host');
const port = means(z.int().min(1).max(65_535), '端口', 'Port');

/** What defines a connection. Secrets are separate; without them the stored ones are kept. */
export const connectionDraft = z.strictObject({
  name: means(z.string().trim().min(1).max(60), '连接名称', 'The connection’s name'),
  environment: means(z.enum(environments), '环境；production 打开时只读', 'Which kind; production opens read-only'),
  colour: means(z.string().regex(/^#[0-9a-f]{6}$/i), '颜色，如 #2f9e44', 'Its colour, as #2f9e44').optional(),
  mysql: means(
    z.strictObject({
      host,
      port: port.default(3306),
      user: means(z.string().min(1).max(80), '数据库账号', 'The database’s account'),
      database: means(z.string().min(1).max(64), '数据库名', 'The database’s name'),
      tls: means(tls, '加密', 'Encryption').default({ enabled: false, verify: true }),
      serverPublicKey: means(
        z.string().max(10_000),
        '服务器的 RSA 公钥（PEM）：没有 TLS 时，只有它能拿到密码',
        'PEM of the server’s RSA key: without TLS, only the server with this key gets the password',
      ).optional(),
      allowPlainPassword: means(
        z.boolean(),
        '没有 TLS 且不在本机时，也把密码交给任何要它的服务器',
        'Without TLS and beyond this machine, send the password to any server that asks for it',
      ).optional(),
      poolSize: means(z.int().min(1).max(100), '连接池大小', 'Connections at most').default(20),
    }),
    '数据库',
    'The database',
  ),
  redis: means(
    z.strictObject({
      host,
      port: port.default(6379),
      username: means(z.string().max(80), 'Redis 账号', 'Redis’s account').optional(),
      db: means(z.int().min(0).max(1023), 'Redis 库号', 'Number of Redis’s database').default(0),
      tls: means(tls, '加密', 'Encryption').default({ enabled: false, verify: true }),
      prefix: means(z.string().max(50), '键的前缀', 'What its keys begin with').default('moontv:'),
    }),
    'Redis',
    'Redis',
  ),
  mysqlPassword: means(z.string().max(500), '数据库密码', 'The database’s password').optional(),
  redisPassword: means(z.string().max(500), 'Redis 密码', 'Redis’s password').optional(),
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

const connectionId = means(z.string().max(60), '连接编号', 'The connection’s id');
const passphrase = means(z.string().max(200), '保护密钥的口令', 'The passphrase that guards the secrets');
const byId = z.strictObject({ id: connectionId });
const draft = means(connectionDraft, '连接的内容', 'What defines the connection');

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
    secrets: ['mysqlPassword', 'redisPassword', 'passphrase'],
    summary: { zh: '保存连接', en: 'Save a connection' },
    input: z.strictObject({
      id: connectionId.optional(),
      draft,
      passphrase: passphrase.min(8).optional(),
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
    input: z.union([byId, z.strictObject({ id: connectionId.optional(), draft })]),
  }),
  'connections.open': define<SessionState>()({
    scope: 'desk',
    kind: 'write',
    role: 'anyone',
    timeLimit: 30_000,
    secrets: ['passphrase'],
    summary: { zh: '打开连接', en: 'Open a connection' },
    input: z.strictObject({ id: connectionId, passphrase: passphrase.optional() }),
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
    input: z.strictObject({
      repairs: means(
        z.array(z.string().regex(/^R\d{3}_\w+\.sql$/)).max(20),
        '另外要做的修复；待执行的迁移总是包括在内',
        'Opt-in repairs; pending migrations are always included',
      ).default([]),
    }),
    preview: shows<MigrationPlan>(({ files }) => migrationsText(files)),
    answer: as<MigrationDone>(),
    role: 'owner',
    // It makes the tables.
    needs: null,
    timeLimit: 1_800_000,
    previewTimeLimit: 30_000,
  }),
} as const;
