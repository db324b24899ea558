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

/** What the text of a config says. Throws `unsupported` where it is not what a site writes. */
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
 * The site's main config with its users' entries: in the JSON, parsed once and written once, or in rows, of which those
 * are read that are asked for (see data/config/state.ts for which, and who holds what). Unknown fields, the order of
 * everything and the text of what is not edited survive. Lock order of the house: the config's row where it is held,
 * then `users`, `user_points` and `console_bans` of whoever is banned, entries, then the rest. All of them come behind
 * the user's row, so nobody meets another user's.
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

  /** The config as it stands; entries are loaded by name. Throws `unsupported` where it is not what a site writes. */
  static async read(sql: Sql): Promise<AdminConfig> {
    return AdminConfig.#of(await readConfigRow(sql), sql, false);
  }

  /**
   * The config for a change of users: held until the transaction ends where their entries are in the JSON; where they
   * are in rows nothing is held yet, and what concerns a user is guarded by their row in `users`. Throws `unsupported`.
   */
  static async lock(tx: Sql): Promise<AdminConfig> {
    const row = await holdConfigForUsers(tx);
    return row === null ? new AdminConfig(null, null, new RowEntries(tx, true)) : AdminConfig.#of(row, tx, true);
  }

  /**
   * The config for a change of users on a site whose entries are in rows, by the caller's own first statement in this
   * transaction (`holdUser`, or
   * `modeSql` in one that writes): nothing is held, and nothing asked.
   */
  static inRows(tx: Sql): AdminConfig {
    return new AdminConfig(null, null, new RowEntries(tx, true));
  }

  /**
   * The config for a change that concerns everybody: held until the transaction ends, wherever the entries are. Throws
   * `unsupported`.
   */
  static async lockWhole(tx: Sql): Promise<AdminConfig> {
    return AdminConfig.#of(await holdConfigRow(tx), tx, true);
  }

  static #of(row: ConfigRow, sql: Sql, hold: boolean): AdminConfig {
    const root = parseConfig(row.text);
    const store = row.mode === 'json' ? new JsonEntries(row.text, root) : new RowEntries(sql, hold);
    return new AdminConfig(row, root, store);
  }

  /** The cache that a change of entries outdates. */
  get touched(): CacheKey {
    return { family: this.follows ? 'configVersion' : 'adminConfig', part: '' };
  }

  /**
   * True where entries are in rows and follow the columns of their users by themselves, so that a change of those is a
   * change of the config.
   */
  get follows(): boolean {
    return this.#store instanceof RowEntries;
  }

  /** Entries in rows, for changes that concern many; null where they are in the JSON. */
  get rows(): RowEntries | null {
    return this.#store instanceof RowEntries ? this.#store : null;
  }

  /** Entries in the JSON; null where they are in rows. */
  get json(): JsonEntries | null {
    return this.#store instanceof JsonEntries ? this.#store : null;
  }

  /** The config's row, where it was read. */
  get row(): ConfigRow | null {
    return this.#row;
  }

  /**
   * Makes the entries of these users known, by their exact spelling. To be awaited before `entry`, `edit`, `remove`,
   * `matches` and `restore` of them, once their rows in `users` are held: what an entry says of a user is read here.
   * Many names cost as much as one.
   */
  load(names: readonly string[]): Promise<void> {
    return this.#store.load(names);
  }

  /** Makes known that a user whose row is held has no entry, as the caller has seen. */
  learnNone(columns: UserColumns): void {
    this.rows?.learn(columns.username, undefined, columns);
  }

  /**
   * As `load`, of users whose rows are held and whose columns the caller reads anyway: an entry is known once `know`
   * has said them. What is known is not asked for again.
   */
  async hold(usernames: readonly string[]): Promise<void> {
    await this.rows?.hold(usernames);
  }

  /**
   * Holds a user, by a name in any spelling, together with their entry, as `hold`; of a config by `inRows`. `columns`:
   * those wanted of `users u`, the name among them, and nested SELECTs, which lock nothing, with texts for their
   * `parameters`. Undefined where there is no such user. Throws NotInRows where the entries are elsewhere.
   */
  async holdUser<User extends { readonly username: string }>(
    tx: Transaction,
    name: string,
    columns: string,
    parameters: Texts = [],
  ): Promise<User | undefined> {
    return this.rows?.holdUser<User>(tx, name, columns, parameters);
  }

  /** Says the columns of a user whose entry is held (`hold`, `holdUser`); nothing where it is known. */
  know(columns: UserColumns): void {
    this.rows?.know(columns);
  }

  /**
   * Says columns of a user, whose row is held, as this transaction has written or is about to write them: a save does
   * not read them back. Whoever else may write them waits for that row.
   */
  tell(username: string, written: Partial<UserColumns>): void {
    this.rows?.tell(username, written);
  }

  /**
   * As `tell`, where the entry shows this value of a field by that alone; false, with nothing done, where it has to be
   * edited. For writes that keep no images of entries.
   */
  follow(username: string, written: Partial<UserColumns>, field: KnownField, value: unknown): boolean {
    return this.rows?.follow(username, written, field, value) ?? false;
  }

  /**
   * Says that the columns of a user change, so that whoever has composed their entry does it again; `edit`, `remove`
   * and `restore` say it too.
   */
  note(username: string): void {
    this.#store.note(username);
  }

  /** The same config apart from this one: what is changed in it is seen by nobody, and not saved. */
  copy(): AdminConfig {
    return new AdminConfig(this.#row, this.#root, this.#store.copy());
  }

  /** The tags that the site defines; of a config that was read. */
  get tags(): readonly unknown[] {
    const section = this.#root?.['UserConfig'];
    const tags = isObject(section) ? section['Tags'] : null;
    return Array.isArray(tags) ? (tags as unknown[]) : [];
  }

  /** Whose entries there are, of those that are known. */
  get usernames(): readonly string[] {
    return this.#store.names;
  }

  /** A user's entry, by the exact spelling, or null. */
  entry(username: string): Readonly<Json> | null {
    return this.#store.get(username);
  }

  /**
   * Sets fields of an entry (undefined removes one) and answers both images. A missing entry is added if `create`, else
   * left missing.
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

  /** As `edit`, for who asks for no images; a missing entry is added. */
  set(owner: EntryOwner, fields: Readonly<Json>): void {
    if (this.entry(owner.username) === null && !this.#store.add(owner)) return;
    this.#store.edit(owner.username, { fields });
  }

  /** Takes an entry out and answers its images. */
  remove(username: string): EntryImages {
    if (this.entry(username) === null) return { before: [], after: [] };
    return { before: [this.#store.take(username)], after: [] };
  }

  /** True while an entry stands as its after-image says. */
  matches({ before, after }: EntryImages): boolean {
    const [was] = before;
    const [is] = after;
    if (is === undefined) {
      if (was === undefined) return true;
      // What stood behind the one that was taken out is the entry now.
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

  /** Puts an entry back as its before-image says; call `matches` first. */
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
    // What stood in the columns was put back by somebody else.
    this.rows?.touch(was.username);
  }

  /**
   * Writes what was changed; of entries in rows, also whose they are. After everything that writes columns of users.
   */
  async save(tx: Transaction): Promise<void> {
    const store = this.#store;
    if (store instanceof RowEntries) return store.save(tx);
    if (store.changed) await writeConfigText(tx, this.#row?.id ?? null, store.text);
  }
}

/**
 * Writes the text of the config, into its row or into a new one. Throws `invalid_input` where it holds what the
 * server's JSON does not take.
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
