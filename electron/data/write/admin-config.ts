import { Refusal } from '../../contract/errors.js';
import type { CacheKey } from '../cache/cache-keys.js';
import type { Sql, Transaction } from '../mysql/database.js';
import type { Texts } from '../mysql/statement.js';
import type { EntryEdit, EntryImage, EntryImages, EntryOwner, EntryStore } from '../config/entry.js';
import type { KnownField, UserColumns } from '../config/entry-fields.js';
import { JsonEntries } from '../config/json-entries.js';
import { compactText } from '../config/json-text.js';
import { storing } from '../config/storable.js';
import { RowEntries } from '../config/row-entries.js';
import { fieldOf, isObject, type Json, sameJson, setField } from '../config/same-json.js';
import { type ConfigRow, holdConfigForUsers, holdConfigRow, readConfigRow } from '../config/state.js';

export type { ConfigImage, EntryImages, EntryOwner } from '../config/entry.js';
export { sameJson } from '../config/same-json.js';

function unreadable(why: string): Refusal {
  return new Refusal(
    'unsupported',
    { zh: `站点配置（admin_configs）无法读取：${why}`, en: `The site's config (admin_configs) cannot be read: ${why}` },
    {
      hint: {
        zh: '先修复 main_config 的 JSON；在此之前不会修改任何数据。',
        en: 'Mend the JSON of main_config first; nothing is changed until then.',
      },
    },
  );
}

/** Parses the text of a config. Throws `unsupported` if it is not what a site writes. */
export function parseConfig(text: string): Json {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    throw unreadable('JSON');
  }
  if (!isObject(root)) throw unreadable('{ }');
  const section = root['UserConfig'];
  if (section !== undefined && section !== null && !isObject(section)) throw unreadable('UserConfig');
  const list = section?.['Users'];
  if (list !== undefined && list !== null && !Array.isArray(list)) throw unreadable('UserConfig.Users');
  return root;
}

/**
 * The site's main config with its users' entries. The entries are in its JSON, which is parsed once and written once,
 * or in rows, of which only the requested ones are read (data/config/state.ts decides which, and what is locked).
 * Unknown fields, the order of everything and the text of unedited parts stay as they are. Lock order of the whole
 * console: the config's row if it is locked; then `users`; `user_points` and `console_bans` of the users who are
 * banned; entries; then the rest. All of these come after the user's row, so a transaction never meets the rows of
 * another user.
 */
export class AdminConfig {
  readonly #row: ConfigRow | null;
  readonly #root: Json | null;
  readonly #store: JsonEntries | RowEntries;

  private constructor(row: ConfigRow | null, root: Json | null, store: JsonEntries | RowEntries) {
    this.#row = row;
    this.#root = root;
    this.#store = store;
  }

  /** The current config; entries are loaded by name. Throws `unsupported` if it is not what a site writes. */
  static async read(sql: Sql): Promise<AdminConfig> {
    return AdminConfig.#of(await readConfigRow(sql), sql, false);
  }

  /**
   * The config for a change of users. If the entries are in the JSON, the config is locked until the transaction ends.
   * If they are in rows, nothing is locked yet: the row in `users` protects everything that concerns a user. Throws
   * `unsupported`.
   */
  static async lock(tx: Sql): Promise<AdminConfig> {
    const row = await holdConfigForUsers(tx);
    return row === null ? new AdminConfig(null, null, new RowEntries(tx, true)) : AdminConfig.#of(row, tx, true);
  }

  /**
   * The config for a change of users if the caller already knows from the first statement of this transaction that
   * entries are in rows (from `holdUser`, or from `modeSql` in a statement that writes). Locks nothing and reads
   * nothing.
   */
  static inRows(tx: Sql): AdminConfig {
    return new AdminConfig(null, null, new RowEntries(tx, true));
  }

  /**
   * The config for a change that concerns all users. It is locked until the transaction ends, wherever the entries are.
   * Throws `unsupported`.
   */
  static async lockWhole(tx: Sql): Promise<AdminConfig> {
    return AdminConfig.#of(await holdConfigRow(tx), tx, true);
  }

  static #of(row: ConfigRow, sql: Sql, hold: boolean): AdminConfig {
    const root = parseConfig(row.text);
    const store = row.mode === 'json' ? new JsonEntries(row.text, root) : new RowEntries(sql, hold);
    return new AdminConfig(row, root, store);
  }

  /** The cached value that is out of date after a change of entries. */
  get touched(): CacheKey {
    return { family: this.follows ? 'configVersion' : 'adminConfig', part: '' };
  }

  /**
   * True if entries are in rows. Then they follow the columns of their users automatically, so a change of those
   * columns is also a change of the config.
   */
  get follows(): boolean {
    return this.#store instanceof RowEntries;
  }

  /** The entries in rows, for changes of many users; null if entries are in the JSON. */
  get rows(): RowEntries | null {
    return this.#store instanceof RowEntries ? this.#store : null;
  }

  /** The entries in the JSON; null if entries are in rows. */
  get json(): JsonEntries | null {
    return this.#store instanceof JsonEntries ? this.#store : null;
  }

  /** The config's row, if it was read. */
  get row(): ConfigRow | null {
    return this.#row;
  }

  /**
   * Loads the entries of these users, by the exact spelling of their names. Await it before `entry`, `edit`, `remove`,
   * `matches` and `restore`, and after the users' rows in `users` are locked, because it reads what the entries say.
   * Many names cost as much as one.
   */
  load(names: readonly string[]): Promise<void> {
    return this.#store.load(names);
  }

  /** Records that a user has no entry. The caller has locked the user's row and has seen this. */
  learnNone(columns: UserColumns): void {
    this.rows?.learn(columns.username, undefined, columns);
  }

  /**
   * Like `load`, for users whose rows are locked and whose columns the caller reads anyway. An entry is known after
   * `know` was called with its columns. Known entries are not read again.
   */
  async hold(usernames: readonly string[]): Promise<void> {
    await this.rows?.hold(usernames);
  }

  /**
   * Locks a user, found by a name in any spelling, and the user's entry as `hold` does. Only for a config from
   * `inRows`. `columns`: the wanted columns of `users u`, which must include the name, and nested SELECTs, which lock
   * nothing; `parameters` are texts for these. Undefined if there is no such user. Throws NotInRows if the entries are
   * in the JSON.
   */
  async holdUser<User extends { readonly username: string }>(
    tx: Transaction,
    name: string,
    columns: string,
    parameters: Texts = [],
  ): Promise<User | undefined> {
    return this.rows?.holdUser<User>(tx, name, columns, parameters);
  }

  /** Sets the columns of a user whose entry was locked by `hold` or `holdUser`. Does nothing if the entry is known. */
  know(columns: UserColumns): void {
    this.rows?.know(columns);
  }

  /**
   * Sets columns of a user that this transaction has written or is about to write, so that a save does not read them
   * back. The user's row must be locked: nobody else can write these columns before the lock is released.
   */
  tell(username: string, written: Partial<UserColumns>): void {
    this.rows?.tell(username, written);
  }

  /**
   * Like `tell`, if the entry then shows this value of a field without an edit. Otherwise does nothing and returns
   * false: the field must be edited. For writes that keep no images of entries.
   */
  follow(username: string, written: Partial<UserColumns>, field: KnownField, value: unknown): boolean {
    return this.rows?.follow(username, written, field, value) ?? false;
  }

  /**
   * Records that the columns of a user change, so that everyone who has composed the user's entry composes it again.
   * `edit`, `remove` and `restore` record it too.
   */
  note(username: string): void {
    this.#store.note(username);
  }

  /** An independent copy of the config: nobody sees its changes, and they are not saved. */
  copy(): AdminConfig {
    return new AdminConfig(this.#row, this.#root, this.#store.copy());
  }

  /** The tags that the site defines. Only for a config that was read. */
  get tags(): readonly unknown[] {
    const section = this.#root?.['UserConfig'];
    const tags = isObject(section) ? section['Tags'] : null;
    return Array.isArray(tags) ? (tags as unknown[]) : [];
  }

  /** The names of all known entries. */
  get usernames(): readonly string[] {
    return this.#store.names;
  }

  /** A user's entry, by the exact spelling of the name; null if there is none. */
  entry(username: string): Readonly<Json> | null {
    return this.#store.get(username);
  }

  /**
   * Sets fields of an entry (undefined removes a field) and returns both images. A missing entry is added if `create`
   * is true, otherwise it stays missing.
   */
  edit(owner: EntryOwner, fields: Readonly<Json>, create: boolean): EntryImages {
    const { username } = owner;
    const old = this.entry(username);
    if (old === null && !(create && this.#store.add(owner))) return { before: [], after: [] };
    const tracked = Object.keys(fields);
    const before = old === null ? [] : [imageOf(this.#store, username, old, tracked)];
    this.#store.edit(username, { fields });
    const entry = this.entry(username) ?? {};
    return { before, after: [imageOf(this.#store, username, entry, old === null ? Object.keys(entry) : tracked)] };
  }

  /** Like `edit`, without images. Adds a missing entry. */
  set(owner: EntryOwner, fields: Readonly<Json>): void {
    if (this.entry(owner.username) === null && !this.#store.add(owner)) return;
    this.#store.edit(owner.username, { fields });
  }

  /** Removes an entry and returns its images. */
  remove(username: string): EntryImages {
    if (this.entry(username) === null) return { before: [], after: [] };
    return { before: [this.#store.take(username)], after: [] };
  }

  /** True while an entry is as its after-image says. */
  matches({ before, after }: EntryImages): boolean {
    const [was] = before;
    const [is] = after;
    if (is === undefined) {
      if (was === undefined) return true;
      // After the removal, the next element of the same name became the entry.
      return sameJson(this.entry(was.username), ('entry' in was ? was.next : undefined) ?? null);
    }
    const entry = this.entry(is.username);
    if (entry === null || 'entry' in is) return false;
    if (was === undefined && Object.keys(entry).length !== is.keys.length) return false;
    const names = new Set([
      ...Object.keys(is.fields),
      ...(was !== undefined && 'fields' in was ? Object.keys(was.fields) : []),
    ]);
    return [...names].every((name) => sameJson(fieldOf(entry, name), fieldOf(is.fields, name)));
  }

  /** Restores an entry from its before-image. Call `matches` first. */
  restore({ before, after }: EntryImages): void {
    const [was] = before;
    const [is] = after;
    if (was === undefined) {
      if (is !== undefined) this.remove(is.username);
      return;
    }
    if ('entry' in was) {
      this.#store.put(was);
      return;
    }
    if (this.entry(was.username) === null) return;
    const fields: Json = {};
    for (const name of Object.keys(is !== undefined && 'fields' in is ? is.fields : {}))
      setField(fields, name, undefined);
    for (const [name, value] of Object.entries(was.fields)) setField(fields, name, value);
    const edit: EntryEdit = { fields, texts: was.texts, order: was.keys };
    this.#store.edit(was.username, edit);
    // The columns' values were restored outside of this class.
    this.rows?.touch(was.username);
  }

  /**
   * Writes the changes and, if entries are in rows, the log of changed names. Call it after everything that writes
   * columns of users.
   */
  async save(tx: Transaction): Promise<void> {
    const store = this.#store;
    if (store instanceof RowEntries) return store.save(tx);
    if (store.changed) await writeConfigText(tx, this.#row?.id ?? null, store.text);
  }
}

/**
 * Writes the text of the config into its row, or into a new row. Throws `invalid_input` if the text has content that
 * the server's JSON type does not accept.
 */
export async function writeConfigText(tx: Transaction, id: string | number | null, text: string): Promise<void> {
  if (id === null) {
    await storing(
      tx.runPrepared("INSERT INTO admin_configs (config_key, config_value) VALUES ('main_config', ?)", [text]),
    );
    return;
  }
  await storing(tx.runPrepared('UPDATE admin_configs SET config_value = ? WHERE id = ?', [text, String(id)]));
}

function imageOf(store: EntryStore, username: string, entry: Readonly<Json>, tracked: readonly string[]): EntryImage {
  const present = tracked.filter((name) => Object.hasOwn(entry, name));
  const texts = present.flatMap((name) => {
    const text = store.fieldText(username, name);
    return text === undefined || compactText(text) === JSON.stringify(entry[name]) ? [] : [[name, text] as const];
  });
  return {
    username,
    fields: Object.fromEntries(present.map((name) => [name, entry[name]])),
    keys: Object.keys(entry),
    ...(texts.length === 0 ? {} : { texts: Object.fromEntries(texts) }),
  };
}
