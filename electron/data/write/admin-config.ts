import { Refusal } from '../../contract/errors.js';
import type { Touch } from '../cache/touches.js';
import type { Sql } from '../mysql/database.js';

type Json = Record<string, unknown>;

/** Tracked fields of one entry of `UserConfig.Users`, and the order of all its fields. A tracked field that is absent was absent. */
export type EntryImage = {
  readonly username: string;
  readonly fields: Readonly<Json>;
  readonly keys: readonly string[];
};

/** A whole entry, for deletions. */
export type WholeEntry = {
  readonly username: string;
  readonly entry: Readonly<Json>;
  readonly index: number;
};

export type ConfigImage = EntryImage | WholeEntry;

export interface EntryImages {
  readonly before: readonly ConfigImage[];
  readonly after: readonly ConfigImage[];
}

/** Whom an entry is for; what a new one is made of. */
export interface EntryOwner {
  readonly username: string;
  readonly role: string;
  /** UTC text of the session, or null. */
  readonly createdAt: string | null;
}

/**
 * One JSON row cannot hold a million people: in a config this large, users who have no entry are not given one
 * (`users` says of them what there is to say), and the row stays far below what the server takes in one packet.
 */
const mostEntries = 50_000;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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

/**
 * The site's main config with its users' entries, parsed once and written once. Unknown fields and the order of everything survive.
 * Lock order of the house: this row first, then `users`, `user_points`, `console_bans`, then the rest.
 */
export class AdminConfig {
  readonly #id: string | number | null;
  readonly #root: Json;
  #users: unknown[] | null;
  #places: Map<string, number> | null = null;
  #changed = false;

  private constructor(id: string | number | null, root: Json) {
    this.#id = id;
    this.#root = root;
    const section = root['UserConfig'];
    if (section !== undefined && section !== null && !isObject(section)) throw unreadable('UserConfig');
    const list = section?.['Users'];
    if (list !== undefined && list !== null && !Array.isArray(list)) throw unreadable('UserConfig.Users');
    this.#users = list ?? null;
  }

  /** The config as it stands. Throws `unsupported` where it is not what a site writes. */
  static async read(sql: Sql): Promise<AdminConfig> {
    return AdminConfig.#load(sql, '');
  }

  /** The config, held until the transaction ends. Throws `unsupported`. */
  static async lock(tx: Sql): Promise<AdminConfig> {
    return AdminConfig.#load(tx, ' FOR UPDATE');
  }

  static async #load(sql: Sql, suffix: string): Promise<AdminConfig> {
    const [row] = await sql.rows<{ id: string | number; config_value: string | null }>(
      `SELECT id, config_value FROM admin_configs WHERE config_key = 'main_config'${suffix}`,
    );
    if (row === undefined) return new AdminConfig(null, {});
    let root: unknown;
    try {
      root = JSON.parse(row.config_value ?? '{}');
    } catch {
      throw unreadable('JSON');
    }
    if (!isObject(root)) throw unreadable('{ }');
    return new AdminConfig(row.id, root);
  }

  /** The cache that a change of entries outdates. */
  get touched(): Touch {
    return { family: 'adminConfig', part: '' };
  }

  /** True where an entry follows the columns of its user by itself, so that a change of those is a change of the config. */
  get follows(): boolean {
    return false;
  }

  /**
   * Makes the entries of these users known, by their exact spelling. To be awaited before `entry`, `edit`, `remove`, `matches` and `restore` of
   * them, once their rows in `users` are held: what an entry says of a user is read here. Many names cost as much as one.
   */
  async load(_names: readonly string[]): Promise<void> {
    await Promise.resolve();
  }

  /** Says that the columns of a user change, so that whoever has composed their entry does it again; `edit`, `remove` and `restore` say it too. */
  note(_username: string): void {
    // Here the entry says itself what there is to say.
  }

  /** The same config apart from this one: what is changed in it is seen by nobody, and not saved. */
  copy(): AdminConfig {
    return new AdminConfig(this.#id, structuredClone(this.#root));
  }

  /** The tags that the site defines. */
  get tags(): readonly unknown[] {
    const section = this.#root['UserConfig'];
    const tags = isObject(section) ? section['Tags'] : null;
    return Array.isArray(tags) ? (tags as unknown[]) : [];
  }

  /** Whose entries there are. */
  get usernames(): readonly string[] {
    return [...this.#index().keys()];
  }

  /** A user's entry, by the exact spelling, or null. */
  entry(username: string): Readonly<Json> | null {
    const at = this.#index().get(username);
    const entry = at === undefined ? null : this.#users?.[at];
    return isObject(entry) ? entry : null;
  }

  /** Sets fields of an entry (undefined removes one) and answers both images. A missing entry is added if `create`, else left missing. */
  edit(owner: EntryOwner, fields: Readonly<Json>, create: boolean): EntryImages {
    const old = this.entry(owner.username);
    if (old === null && !(create && (this.#users?.length ?? 0) < mostEntries)) return { before: [], after: [] };
    const tracked = Object.keys(fields);
    const before = old === null ? [] : [imageOf(owner.username, old, tracked)];
    const entry = old === null ? this.#add(owner) : (old as Json);
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) delete entry[name];
      else entry[name] = value;
    }
    this.#changed = true;
    return { before, after: [imageOf(owner.username, entry, old === null ? Object.keys(entry) : tracked)] };
  }

  /** Takes an entry out and answers its images. */
  remove(username: string): EntryImages {
    const index = this.#index().get(username);
    const entry = this.entry(username);
    if (index === undefined || entry === null) return { before: [], after: [] };
    this.#users?.splice(index, 1);
    this.#places = null;
    this.#changed = true;
    return { before: [{ username, entry, index }], after: [] };
  }

  /** True while an entry stands as its after-image says. */
  matches({ before, after }: EntryImages): boolean {
    const [was] = before;
    const [is] = after;
    if (is === undefined) return was === undefined || this.entry(was.username) === null;
    const entry = this.entry(is.username);
    if (entry === null || 'entry' in is) return false;
    if (was === undefined && Object.keys(entry).length !== is.keys.length) return false;
    const names = new Set([
      ...Object.keys(is.fields),
      ...(was !== undefined && 'fields' in was ? Object.keys(was.fields) : []),
    ]);
    return [...names].every((name) => sameJson(entry[name], is.fields[name]));
  }

  /** Puts an entry back as its before-image says; call `matches` first. */
  restore({ before, after }: EntryImages): void {
    const [was] = before;
    const [is] = after;
    this.#changed = true;
    if (was === undefined) {
      if (is !== undefined) this.remove(is.username);
      return;
    }
    if ('entry' in was) {
      const users = this.#list();
      users.splice(Math.min(was.index, users.length), 0, { ...was.entry });
      this.#places = null;
      return;
    }
    const entry = this.entry(was.username);
    const at = this.#index().get(was.username);
    if (entry === null || at === undefined) return;
    const next: Json = { ...entry };
    for (const name of Object.keys(is !== undefined && 'fields' in is ? is.fields : {})) delete next[name];
    Object.assign(next, was.fields);
    const order = [
      ...was.keys.filter((key) => key in next),
      ...Object.keys(next).filter((key) => !was.keys.includes(key)),
    ];
    this.#list()[at] = Object.fromEntries(order.map((key) => [key, next[key]]));
  }

  /** Writes the config if anything in it was changed. */
  async save(tx: Sql): Promise<void> {
    if (!this.#changed) return;
    const text = JSON.stringify(this.#root);
    if (this.#id === null) {
      await tx.run("INSERT INTO admin_configs (config_key, config_value) VALUES ('main_config', ?)", [text]);
      return;
    }
    await tx.run('UPDATE admin_configs SET config_value = ? WHERE id = ?', [text, this.#id]);
  }

  #add(owner: EntryOwner): Json {
    const entry: Json = { username: owner.username, role: owner.role };
    if (owner.createdAt !== null) entry['createdAt'] = Date.parse(`${owner.createdAt.replace(' ', 'T')}Z`);
    const users = this.#list();
    this.#index().set(owner.username, users.push(entry) - 1);
    return entry;
  }

  /** The list, with the path to it made where it is missing. */
  #list(): unknown[] {
    if (this.#users === null) {
      const section = this.#root['UserConfig'];
      const home: Json = isObject(section) ? section : {};
      this.#root['UserConfig'] = home;
      this.#users = [];
      home['Users'] = this.#users;
    }
    return this.#users;
  }

  /** Where each name stands; the site takes the first of several. */
  #index(): Map<string, number> {
    if (this.#places === null) {
      this.#places = new Map();
      for (const [at, entry] of (this.#users ?? []).entries()) {
        const name = isObject(entry) ? entry['username'] : null;
        if (typeof name === 'string' && !this.#places.has(name)) this.#places.set(name, at);
      }
    }
    return this.#places;
  }
}

function imageOf(username: string, entry: Readonly<Json>, tracked: readonly string[]): EntryImage {
  const present = tracked.filter((name) => Object.hasOwn(entry, name));
  return { username, fields: Object.fromEntries(present.map((name) => [name, entry[name]])), keys: Object.keys(entry) };
}

/** Equal as JSON, whatever the order of fields. */
export function sameJson(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
