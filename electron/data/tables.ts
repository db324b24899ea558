import { Refusal } from '../contract/errors.js';
import type { Need } from '../contract/operation.js';
import type { LocalizedText } from '../contract/text.js';
import type { Sql } from './mysql/database.js';
import type { Keys } from './redis/keys.js';

/** The console's own migrations, by what they add. */
export type TableSet = Need | 'plays' | 'claims' | 'fence';

/**
 * What images of a changed or new row have besides its key and the changed columns; those of a deleted row are whole.
 */
export interface ImageColumns {
  /** Every column. */
  readonly whole?: true;
  /** Columns that they always have. */
  readonly always?: readonly string[];
  /** Columns that they never have. */
  readonly never?: readonly string[];
  /** Columns whose values they hide. */
  readonly hidden?: readonly string[];
}

/** One table: what undo, deleting a user, writing rows and hiding secrets need to know about it. */
export interface Table {
  /** The migration that creates it; 0001 is the site's own schema. */
  readonly migration: string;
  /** Its primary key, if it has one column. Without it, images never hold rows of the table. */
  readonly key?: string;
  /**
   * The key is text, even if a value looks like a number: compared with a number, the server would match other texts
   * too.
   */
  readonly textKey?: true;
  /** Columns whose values must be unique. */
  readonly unique?: readonly string[];
  readonly json?: readonly string[];
  /** Columns that name a user, who must exist. */
  readonly users?: readonly string[];
  /** What the design's foreign keys do when that user is deleted: the rows are deleted, or only lose the name. */
  readonly afterUser?: 'gone' | 'nameless';
  /**
   * The column that names the user who has the thing: it appears in the site's data of that user, and only an owner may
   * take it from an owner or from another admin.
   */
  readonly holder?: string;
  /** Columns that give access or prove an identity: kept in images for the undo, never shown. */
  readonly secrets?: readonly string[];
  /** What images of its rows have. */
  readonly images?: ImageColumns;
  /** Cached values that contain a row. */
  caches?(keys: Keys, row: Row): readonly string[];
  /**
   * True if this change of a user's row takes rights away that their sessions still have; for a new row, `from` is
   * empty.
   */
  lessens?(from: Row, to: Row): boolean;
}

type Row = Readonly<Record<string, unknown>>;

/** A table whose rows images may hold. */
export interface RowTable extends Table {
  readonly key: string;
}

/**
 * Every table that the migrations create, users' first, parents before the tables that refer to them: undo restores
 * rows in this order.
 */
export const tables = {
  users: {
    migration: '0001',
    key: 'id',
    json: ['tags', 'enabled_apis'],
    unique: ['username'],
    secrets: ['password_hash', 'tvbox_token', 'oidc_sub'],
    images: { hidden: ['password_hash'] },
    lessens: (from, to) =>
      (to['banned'] === 1 && from['banned'] !== 1) ||
      (to['role'] === 'user' && from['role'] !== undefined && from['role'] !== 'user'),
  },
  card_keys: {
    migration: '0001',
    key: 'id',
    unique: ['key_hash'],
    users: ['bound_to'],
    afterUser: 'nameless',
    holder: 'bound_to',
    secrets: ['plain_key'],
    images: { always: ['key_hash'], never: ['plain_key'] },
    caches: (keys, { key_hash: hash }) => (typeof hash === 'string' ? [keys.of('cardKey', hash)] : []),
  },
  user_card_keys: { migration: '0001', key: 'id', textKey: true, users: ['username'], afterUser: 'gone' },
  user_points: {
    migration: '0001',
    key: 'id',
    unique: ['username', 'invitation_code'],
    users: ['username'],
    afterUser: 'gone',
  },
  points_records: { migration: '0001', key: 'id', textKey: true, users: ['username'], afterUser: 'gone' },
  invitations: {
    migration: '0001',
    key: 'id',
    textKey: true,
    unique: ['invitee'],
    users: ['inviter', 'invitee'],
    afterUser: 'gone',
  },
  // An address is never rewarded twice: these stay when a user is deleted.
  ip_reward_records: { migration: '0001', key: 'id', textKey: true },
  play_records: { migration: '0001', key: 'id', users: ['username'], afterUser: 'gone' },
  favorites: { migration: '0001', key: 'id', users: ['username'], afterUser: 'gone' },
  episode_skip_configs: { migration: '0001', key: 'id', json: ['segments'], users: ['username'], afterUser: 'gone' },
  user_login_stats: {
    migration: '0001',
    key: 'id',
    unique: ['username'],
    users: ['username'],
    afterUser: 'gone',
  },
  console_bans: { migration: '0002', key: 'user_id', secrets: ['tvbox_token'], images: { whole: true } },
  console_card_marks: { migration: '0004', key: 'card_id' },
  admin_configs: { migration: '0001' },
  content_stats: { migration: '0001' },
  invitation_configs: { migration: '0001' },
  play_stats_daily: { migration: '0001' },
  console_audit: { migration: '0002' },
  console_audit_targets: { migration: '0002' },
  console_idempotency: { migration: '0002' },
  console_cache_outbox: { migration: '0002' },
  console_jobs: { migration: '0002' },
  console_job_items: { migration: '0002' },
  console_play_days: { migration: '0003' },
  console_play_batches: { migration: '0003' },
  console_marks: { migration: '0003' },
  console_card_batches: { migration: '0004' },
  console_card_ranges: { migration: '0004' },
  console_card_imports: { migration: '0004' },
  console_card_import_rows: { migration: '0004' },
  console_config_entries: { migration: '0005' },
  console_config_changes: { migration: '0005' },
  console_config_state: { migration: '0005' },
  console_claims: { migration: '0006' },
  console_cache_epoch: { migration: '0007' },
} as const satisfies Readonly<Record<string, Table>>;

/** Tables whose rows images may hold, by name. */
export type RowTableName = {
  [N in keyof typeof tables]: (typeof tables)[N] extends { readonly key: string } ? N : never;
}[keyof typeof tables];

/** Entries of users in the admin config, as images hold them: not a table, but restored and hidden like one. */
export const configEntries = {
  place: 'config.users',
  holder: 'username',
  // The last one is the text of a whole entry, which includes all the others.
  secrets: ['password', 'tvboxToken', 'boundKey', 'oidcSub', 'rawText'],
} as const;

const described: Readonly<Record<string, Table>> = tables;

/** The description of a table; undefined for one that the migrations do not create. */
export function tableOf(name: string): Table | undefined {
  return Object.hasOwn(described, name) ? described[name] : undefined;
}

/** Tables whose rows images may hold, parents first. */
export const rowTables: readonly (readonly [RowTableName, RowTable])[] = Object.entries(described).flatMap(
  ([name, table]) => (table.key === undefined ? [] : [[name as RowTableName, { ...table, key: table.key }] as const]),
);

/**
 * Tables whose rows are deleted with a user, with the columns that name the user; and those whose rows stay without the
 * name.
 */
export const tablesOfUsers = ofUsers('gone');
export const namelessAfterUsers = ofUsers('nameless');

function ofUsers(then: Table['afterUser']): readonly (readonly [RowTableName, readonly string[]])[] {
  return rowTables.flatMap(([name, { afterUser, users = [] }]) => (afterUser === then ? [[name, users] as const] : []));
}

/** Columns that name the user who has a thing. */
export const holderColumns: readonly string[] = [
  ...new Set(Object.values(described).flatMap(({ holder }) => (holder === undefined ? [] : [holder]))),
];

/** Fields of images that are never shown. */
export const secretFields: ReadonlySet<string> = new Set<string>([
  ...Object.values(described).flatMap(({ secrets = [] }) => secrets),
  ...configEntries.secrets,
]);

/** A kind of target in the audit. */
interface KindOfThing {
  /** Its name is a username: only owners may undo changes of owners and admins. */
  readonly ofUser?: true;
  /** Cached values that contain it, by its name. */
  caches(keys: Keys, target: string): readonly string[];
}

const ofUser = {
  ofUser: true,
  caches: (keys: Keys, username: string) => keys.cachesOfUser(username),
} as const satisfies KindOfThing;

/** The kinds of targets in the audit. */
export const kinds = {
  user: ofUser,
  points: ofUser,
  invitation: ofUser,
  card: { caches: (keys: Keys, hash: string) => [keys.of('cardKey', hash)] },
  config: { caches: (keys: Keys) => [keys.of('adminConfig'), keys.of('configSettings'), keys.of('configVersion')] },
  content: { caches: (keys: Keys) => [keys.of('contentHot'), keys.of('playSummary')] },
  schema: { caches: () => [] },
} as const satisfies Readonly<Record<string, KindOfThing>>;

export type Kind = keyof typeof kinds;

const describedKinds: Readonly<Record<Kind, KindOfThing>> = kinds;

/** True if the names of this kind are usernames. */
export function isOfUser(kind: Kind): boolean {
  return describedKinds[kind].ofUser === true;
}

/** Kinds whose names are usernames. */
export const kindsOfUsers: readonly string[] = Object.entries(describedKinds).flatMap(([kind, { ofUser: is }]) =>
  is === true ? [kind] : [],
);

/** The number of each migration of the console. */
const numbers: Readonly<Record<TableSet, string>> = {
  console: '0002',
  plays: '0003',
  cards: '0004',
  config: '0005',
  claims: '0006',
  fence: '0007',
};

/** The message if an operation needs a migration that has not run. */
const lacking: Readonly<Record<Need, LocalizedText>> = {
  console: {
    zh: '这个数据库还没有控制台的数据表，无法留下操作记录，因此不能修改',
    en: 'This database lacks the console’s tables: a change could not be written down, so none is made',
  },
  cards: {
    zh: '这个数据库还没有卡密批次的数据表，因此不能发卡、导入或变更卡密',
    en: 'This database lacks the tables for batches of card keys: none can be issued, imported or changed',
  },
  config: {
    zh: '这个数据库还没有存放配置条目的数据表',
    en: 'This database lacks the tables for the entries of the config',
  },
};

/** The refusal if needed tables are missing: `unsupported`, with the migration that creates them. */
export function lacks(need: Need): Refusal {
  const number = numbers[need];
  return new Refusal('unsupported', lacking[need], {
    hint: { zh: `在「设置 › 数据库」执行迁移 ${number}。`, en: `Run migration ${number} under Settings › Database.` },
    details: { needs: 'migration' },
  });
}

/**
 * True once a migration of the console has run here completely. Inside a transaction: also if it has run since the
 * transaction began.
 */
export async function hasTables(sql: Sql, set: TableSet): Promise<boolean> {
  const names = Object.entries(described).flatMap(([name, { migration }]) =>
    migration === numbers[set] ? [name] : [],
  );
  const [row] = await sql.rows<{ found: string }>(
    'SELECT COUNT(*) AS found FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN (?)',
    [names],
  );
  return Number(row?.found ?? 0) === names.length;
}
