import { Refusal } from '../../contract/errors.js';
import { mergeText, memberOf, splitList } from '../../data/config/json-text.js';
import { loadAll, replaceEntries, withWhatStands } from '../../data/config/replace-entries.js';
import { changedSinceConfig } from '../../data/config/changes.js';
import type { RowEntries } from '../../data/config/row-entries.js';
import { isObject } from '../../data/config/same-json.js';
import type { ConfigRow } from '../../data/config/state.js';
import { storing } from '../../data/config/storable.js';
import type { Cache, CacheKey } from '../../data/cache/cache.js';
import type { Transaction } from '../../data/mysql/database.js';
import { isDataError } from '../../data/mysql/errors.js';
import type { Site } from '../../data/site.js';
import { AdminConfig as ConfigDocument, parseConfig } from '../../data/write/admin-config.js';
import type { AdminConfig, IStorage } from '../types.js';
import { followConfig } from './config-follow.js';
import { ConfigReader, hasEntries } from './config-reader.js';
import { invalid } from '../../domain/values.js';

type UserList = NonNullable<NonNullable<AdminConfig['UserConfig']>['Users']>;

/** The site's configuration: whole, and without its users. */
export interface ConfigMethods extends Pick<IStorage, 'getAdminConfig' | 'setAdminConfig'> {
  /**
   * The settings without `UserConfig.Users`, at a cost that does not grow with the site; a copy for the caller. Null if
   * the site has written none. Cached in `configSettings` if entries are in rows, else in `adminConfig` (5 minutes).
   * Throws `unavailable`.
   */
  getSiteSettings(): Promise<AdminConfig | null>;
}

/**
 * The site's whole configuration; unknown fields survive as they are. The site changes users by editing their entries
 * in it (banned, role, tags, enabledApis, tvboxToken, showAdultContent), so changed fields of an entry are carried into
 * `users` in the same transaction. If entries are kept in rows (docs/config-entries.md), the document is composed of
 * the settings and the rows.
 */
export function configMethods(site: Site, cache: Cache): ConfigMethods {
  const reader = new ConfigReader(site, cache, () => takeApart(site, cache));
  return {
    /**
     * The configuration, as a copy that the caller may change; null if the site has not written one yet. Cached in
     * `adminConfig` (5 minutes); if entries are in rows, kept by this process and updated by `configVersion`.
     */
    getAdminConfig: () => reader.whole(),

    getSiteSettings: () => reader.settings(),

    /**
     * Replaces the configuration. Of changed entries, the fields named above go into `users`; a ban among them is
     * complete (token, invitation code, sessions). An entry keeps the membership that its user's cards give. An entry
     * that is left out stays as long as its user exists. If two processes change one entry at once, the later one wins:
     * the site writes the whole entry. Parts handed back unchanged keep the text stored in the database, including
     * numbers beyond 2^53. Throws `invalid_input` (not an object, `UserConfig` not one, what JSON or the database's
     * JSON cannot hold), `forbidden` (bans an owner, leaves no owner), `unsupported` (the stored config is not
     * readable). Invalidates `adminConfig`, and `userInfo` and `userPoints` of changed users; ends the sessions of
     * users who are banned or lose a role.
     */
    async setAdminConfig(config) {
      const text = textOfConfig(config);
      await write(site, cache, async (tx, touch, document, kept) => {
        const next = JSON.parse(text) as AdminConfig;
        listUsers(next);
        if (document.json !== null) {
          const ended = await followConfig(tx, touch, document, next, kept);
          document.json.replace(next);
          await writeText(tx, document.json.text);
          return ended;
        }
        if (document.rows === null || document.row === null) return [];
        const { row } = document;
        const found = await foundOrReplaced(tx, touch, document, row, kept);
        // Entries that were found have been saved, or reverted.
        const standing = found === null ? document : await ConfigDocument.lockWhole(tx);
        const ended = await followRows(tx, touch, standing, next, kept);
        await writeSettings(tx, touch, row.text, next, found !== null);
        return [...(found ?? []), ...ended];
      });
    },
  };
}

/**
 * Moves entries found in the JSON of a site whose entries are in rows into the rows, under the config's lock. Until
 * then they have no effect.
 */
async function takeApart(site: Site, cache: Cache): Promise<void> {
  await write(site, cache, async (tx, touch, document, kept) => {
    if (document.rows === null || document.row === null) return [];
    const ended = await followFound(tx, touch, document, document.row, kept);
    if (ended !== null) await writeSettings(tx, touch, document.row.text, parseConfig(document.row.text), true);
    return ended ?? [];
  });
}

/**
 * One write of the whole config; `work` returns the users whose sessions end. `kept`: the tables of the console are
 * there. It is asked before the transaction, which has only one connection.
 */
async function write(
  site: Site,
  cache: Cache,
  work: (
    tx: Transaction,
    touch: (more: CacheKey) => void,
    document: ConfigDocument,
    kept: boolean,
  ) => Promise<string[]>,
): Promise<void> {
  const kept = await site.has('console');
  await cache.write([], async (tx, touch, consequences) => {
    // Every writer of the whole config locks its row: if two demote the last two owners, the second sees what the first
    // did.
    const document = await ConfigDocument.lockWhole(tx);
    touch(document.touched);
    consequences.endSessions(await work(tx, touch, document, kept));
  });
}

/**
 * Carries changed entries of a whole config into the columns and the rows. `foundTexts`: texts of the elements of a
 * list that was found in the JSON.
 */
async function followRows(
  tx: Transaction,
  touch: (more: CacheKey) => void,
  document: ConfigDocument,
  next: AdminConfig,
  kept: boolean,
  foundTexts?: readonly string[],
): Promise<string[]> {
  const rows = document.rows as RowEntries;
  await loadAll(tx, rows, usersOf(next));
  let texts = foundTexts;
  if (texts !== undefined) {
    const found = withWhatStands(rows, { users: usersOf(next), texts }, await changedSinceConfig(tx));
    next.UserConfig = { ...next.UserConfig, Users: found.users as UserList };
    texts = found.texts;
  }
  const ended = await followConfig(tx, touch, document, next, kept);
  const anew = await replaceEntries(tx, rows, usersOf(next), texts);
  // The settings' key tells every reader.
  if (anew) touchSettings(touch);
  return ended;
}

/**
 * Moves entries to rows that were written into the JSON since the site's move, and counts that. Returns the users whose
 * sessions end; null if there are no such entries.
 */
async function followFound(
  tx: Transaction,
  touch: (more: CacheKey) => void,
  document: ConfigDocument,
  row: ConfigRow,
  kept: boolean,
): Promise<string[] | null> {
  const found = parseConfig(row.text) as AdminConfig;
  if (!hasEntries(found)) return null;
  const texts = splitList(memberOf(memberOf(row.text, 'UserConfig') ?? '', 'Users') ?? '').elements;
  const ended = await followRows(tx, touch, document, found, kept, texts);
  await countFound(tx);
  return ended;
}

/**
 * The same, before the whole config is set. A refused found entry does not stop the write: the new config replaces it,
 * as it would in the JSON, and it is counted. Other failures are thrown.
 */
async function foundOrReplaced(...given: Parameters<typeof followFound>): Promise<string[] | null> {
  const [tx, , , { text }] = given;
  if (!hasEntries(parseConfig(text))) return null;
  try {
    return await tx.attempt(() => followFound(...given));
  } catch (error) {
    if (!isRefused(error)) throw error;
    await countFound(tx);
    return [];
  }
}

/** True if the data itself is the reason: a rule forbids it, or the server does not accept the value. */
function isRefused(error: unknown): boolean {
  return error instanceof Refusal ? !passing.has(error.code) : isDataError(error);
}

const passing: ReadonlySet<string> = new Set(['unavailable', 'timeout', 'cancelled', 'read_only', 'internal']);

async function countFound(tx: Transaction): Promise<void> {
  await tx.run(
    'UPDATE console_config_state SET found_again = found_again + 1, found_at = UTC_TIMESTAMP(3) WHERE id = 1',
  );
}

/** Writes the settings of a config, without its entries, if they differ from the stored ones. */
async function writeSettings(
  tx: Transaction,
  touch: (more: CacheKey) => void,
  text: string,
  next: AdminConfig,
  always: boolean,
): Promise<void> {
  const section = next.UserConfig;
  const settings =
    isObject(section) && Array.isArray(section['Users']) ? { ...next, UserConfig: { ...section, Users: [] } } : next;
  const merged = mergeText(text, settings);
  if (merged === text && !always) return;
  await writeText(tx, merged);
  touchSettings(touch);
}

/** Also `adminConfig`, for an older version of the storage that shares Redis. */
function touchSettings(touch: (more: CacheKey) => void): void {
  for (const family of ['adminConfig', 'configSettings'] as const) touch({ family, part: '' });
}

async function writeText(tx: Transaction, text: string): Promise<void> {
  await storing(
    tx.run(
      // The text once: as large a config as a move or a ban can write can be set, too.
      "INSERT INTO admin_configs (id, config_key, config_value) VALUES (1, 'main_config', ?) ON DUPLICATE KEY UPDATE config_value = VALUES(config_value)",
      [text],
    ),
  );
}

function usersOf(config: AdminConfig): readonly unknown[] {
  const users: unknown = config.UserConfig?.Users;
  return Array.isArray(users) ? (users as unknown[]) : [];
}

/** The JSON of a given config. Throws `invalid_input` if it is not a config. */
function textOfConfig(config: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(config);
  } catch {
    // A circular reference, or a number that JSON cannot express.
  }
  const root: unknown = text === undefined ? undefined : JSON.parse(text);
  if (text === undefined || !isObject(root))
    throw invalid('config', '站点配置须为对象', 'The configuration is an object');
  const section = root['UserConfig'] ?? {};
  if (!isObject(section)) throw invalid('config', 'UserConfig 须为对象', 'UserConfig is an object');
  return text;
}

/** Replaces anything that is not a list of users by an empty list. */
function listUsers({ UserConfig: section }: AdminConfig): void {
  if (isObject(section) && Object.hasOwn(section, 'Users') && !Array.isArray(section['Users'])) section['Users'] = [];
}
