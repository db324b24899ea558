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
   * The settings alone, without `UserConfig.Users`: what they cost does not grow with the site. Null where the site has written none. The answer is
   * the caller's own. Cached in `configSettings` where entries are in rows, else in `adminConfig` (5 minutes). Throws `unavailable`.
   */
  getSiteSettings(): Promise<AdminConfig | null>;
}

/**
 * The site's configuration, whole: what is not known here survives as it is. The site changes users by editing their entries in it
 * (banned, role, tags, enabledApis, tvboxToken, showAdultContent), so what changes in an entry is carried into `users` in the same transaction.
 * Where entries are kept in rows (docs/config-entries.md), the document is composed of the settings and of them.
 */
export function configMethods(site: Site, cache: Cache): ConfigMethods {
  const reader = new ConfigReader(site, cache, () => takeApart(site, cache));
  return {
    /**
     * The configuration, or null where the site has not written one yet; the caller's own, all of which may be changed. Cached in `adminConfig`
     * (5 minutes); where entries are in rows, kept by this process and brought up to date by `configVersion`.
     */
    getAdminConfig: () => reader.whole(),

    getSiteSettings: () => reader.settings(),

    /**
     * Replaces the configuration. Of entries that differ from those before, the fields named above go into `users`; a ban among them is whole
     * (token, invitation code, sessions). An entry keeps the membership that the cards tell. An entry that is left out stays as long as its user does.
     * What two processes change in one entry at once, the later one decides: the site writes all of it. What is handed back as it was given keeps
     * the text that stands in the database, numbers beyond 2^53 and all.
     * Throws `invalid_input` (not an object, `UserConfig` not one, what JSON or the database's JSON cannot hold), `forbidden` (bans an owner,
     * leaves none), `unsupported` (what stands is not readable).
     * Touches `adminConfig`, `userInfo` and `userPoints` of changed users; ends the sessions of who is banned or loses a role.
     */
    async setAdminConfig(config) {
      const text = textOfConfig(config);
      await write(site, cache, async (tx, touch, document) => {
        const next = JSON.parse(text) as AdminConfig;
        listUsers(next);
        if (document.json !== null) {
          const ended = await followConfig(tx, touch, document, next, await site.has('console'));
          document.json.replace(next);
          await writeText(tx, document.json.text);
          return ended;
        }
        if (document.rows === null || document.row === null) return [];
        const { row } = document;
        const found = await foundOrReplaced(site, tx, touch, document, row);
        // Entries that were found have been saved, or taken back.
        const standing = found === null ? document : await ConfigDocument.lockWhole(tx);
        const ended = await followRows(site, tx, touch, standing, next);
        await writeSettings(tx, touch, row.text, next, found !== null);
        return [...(found ?? []), ...ended];
      });
    },
  };
}

/** The entries found in the JSON of a site whose entries are in rows go into the rows, under the config's lock; they are true in no other way. */
async function takeApart(site: Site, cache: Cache): Promise<void> {
  await write(site, cache, async (tx, touch, document) => {
    if (document.rows === null || document.row === null) return [];
    const ended = await followFound(site, tx, touch, document, document.row);
    if (ended !== null) await writeSettings(tx, touch, document.row.text, parseConfig(document.row.text), true);
    return ended ?? [];
  });
}

/** One write of the whole config; `work` answers whose sessions end. */
async function write(
  site: Site,
  cache: Cache,
  work: (tx: Transaction, touch: (more: CacheKey) => void, document: ConfigDocument) => Promise<string[]>,
): Promise<void> {
  await site.has('console');
  await cache.write([], async (tx, touch, consequences) => {
    // Everybody who writes the whole holds its row: of two who demote the last two owners, the second sees what the first has done.
    const document = await ConfigDocument.lockWhole(tx);
    touch(document.touched);
    consequences.endSessions(await work(tx, touch, document));
  });
}

/** Carries what the entries of a whole config change into the columns and the rows. `foundTexts`: of the elements of a list that was found in the JSON. */
async function followRows(
  site: Site,
  tx: Transaction,
  touch: (more: CacheKey) => void,
  document: ConfigDocument,
  next: AdminConfig,
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
  const ended = await followConfig(tx, touch, document, next, await site.has('console'));
  const anew = await replaceEntries(tx, rows, usersOf(next), texts);
  // The settings carry the word to everybody.
  if (anew) touchSettings(touch);
  return ended;
}

/** Takes apart the entries that somebody has written into the JSON since the site moved, and counts that. Answers whose sessions end; null where there are none. */
async function followFound(
  site: Site,
  tx: Transaction,
  touch: (more: CacheKey) => void,
  document: ConfigDocument,
  row: ConfigRow,
): Promise<string[] | null> {
  const found = parseConfig(row.text) as AdminConfig;
  if (!hasEntries(found)) return null;
  const texts = splitList(memberOf(memberOf(row.text, 'UserConfig') ?? '', 'Users') ?? '').elements;
  const ended = await followRows(site, tx, touch, document, found, texts);
  await countFound(tx);
  return ended;
}

/**
 * The same before the whole is set. What was found and is refused does not hinder that: what is set replaces it, as it would in the JSON, and it is
 * counted. What fails for another reason is thrown.
 */
async function foundOrReplaced(...given: Parameters<typeof followFound>): Promise<string[] | null> {
  const [, tx, , , { text }] = given;
  if (!hasEntries(parseConfig(text))) return null;
  try {
    return await tx.attempt(() => followFound(...given));
  } catch (error) {
    if (!isRefused(error)) throw error;
    await countFound(tx);
    return [];
  }
}

/** True where what was to be written is the reason: a rule forbids it, or the server takes no such value. */
function isRefused(error: unknown): boolean {
  return error instanceof Refusal ? !passing.has(error.code) : isDataError(error);
}

const passing: ReadonlySet<string> = new Set(['unavailable', 'timeout', 'cancelled', 'read_only', 'internal']);

async function countFound(tx: Transaction): Promise<void> {
  await tx.run(
    'UPDATE console_config_state SET found_again = found_again + 1, found_at = UTC_TIMESTAMP(3) WHERE id = 1',
  );
}

/** Writes the settings of a config, without its entries, where they differ from those that stand. */
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

/** Also `adminConfig`, which an older version that shares Redis reads. */
function touchSettings(touch: (more: CacheKey) => void): void {
  for (const family of ['adminConfig', 'configSettings'] as const) touch({ family, part: '' });
}

async function writeText(tx: Transaction, text: string): Promise<void> {
  await storing(
    tx.run(
      "INSERT INTO admin_configs (id, config_key, config_value) VALUES (1, 'main_config', ?) ON DUPLICATE KEY UPDATE config_value = ?",
      [text, text],
    ),
  );
}

function usersOf(config: AdminConfig): readonly unknown[] {
  const users: unknown = config.UserConfig?.Users;
  return Array.isArray(users) ? (users as unknown[]) : [];
}

/** The text of a config that is handed in. Throws `invalid_input` for what is no config. */
function textOfConfig(config: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(config);
  } catch {
    // A circle, or a number that JSON has no text for.
  }
  const root: unknown = text === undefined ? undefined : JSON.parse(text);
  if (text === undefined || !isObject(root))
    throw invalid('config', '站点配置须为对象', 'The configuration is an object');
  const section = root['UserConfig'] ?? {};
  if (!isObject(section)) throw invalid('config', 'UserConfig 须为对象', 'UserConfig is an object');
  return text;
}

/** Where a config says something else in the place of its list of users, it has none. */
function listUsers({ UserConfig: section }: AdminConfig): void {
  if (isObject(section) && Object.hasOwn(section, 'Users') && !Array.isArray(section['Users'])) section['Users'] = [];
}
