import { Refusal } from '../../contract/errors.js';
import type { Database, Sql } from '../../data/mysql/database.js';
import type { Site } from '../../data/site.js';

/**
 * How many milliseconds a process may remember which user a typed name means; if a remembered name finds nothing, the
 * database is asked again at once.
 */
const remembered = 10_000;
const most = 20_000;

const byName = 'SELECT username FROM users WHERE username = ?';

/**
 * Which users typed names mean. MySQL accepts `bob`, `BOB` and `Bob ` for the stored `Bob`, Redis does not: every name
 * is turned into its stored spelling before a key is made of it. Only names that were found are remembered, for ten
 * seconds, in this process.
 *
 * A remembered name can be wrong for that long, if another process deletes `Bob` and registers `bob`. It is harmless: a
 * reader that loads a cache entry accepts the row only in the exact spelling (`exactly`), the deleted user's entries
 * are gone, and a write asks the database itself.
 */
class UsernameResolver {
  readonly #db: Database;
  readonly #known = new Map<string, { readonly name: string; readonly until: number }>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** The stored spelling, read from the database now, or null. Throws `unavailable`. */
  async fresh(typed: string): Promise<string | null> {
    const [row] = await this.#db.prepared<{ username: string }>(byName, [typed]);
    const name = row?.username ?? null;
    if (name === null) this.#known.delete(typed);
    else {
      if (this.#known.size >= most) this.#known.clear();
      this.#known.set(typed, { name, until: Date.now() + remembered });
    }
    return name;
  }

  /** As `fresh`, for a write. Throws `not_found`, `unavailable`. */
  async need(typed: string): Promise<string> {
    const name = await this.fresh(typed);
    if (name === null) throw noSuchUser();
    return name;
  }

  /**
   * Reads data of a user by the remembered spelling; if that returns nothing, once more by the current spelling.
   * Returns null if there is no such user.
   */
  async read<T>(typed: string, read: (name: string) => Promise<T | null>): Promise<T | null> {
    const known = this.#known.get(typed);
    const name = known !== undefined && known.until > Date.now() ? known.name : null;
    const value = name === null ? null : await read(name);
    if (value !== null) return value;
    const now = await this.fresh(typed);
    return now === null || now === name ? null : read(now);
  }

  /** Forgets every spelling of a user who is now deleted. */
  forget(name: string): void {
    for (const [typed, known] of this.#known) if (known.name === name || typed === name) this.#known.delete(typed);
  }
}

const namesOfSites = new WeakMap<Site, UsernameResolver>();

/** The names of a site: one memory shared by the whole process for an open site. */
export function usernameResolver(site: Site): UsernameResolver {
  const known = namesOfSites.get(site);
  if (known !== undefined) return known;
  const names = new UsernameResolver(site.db);
  namesOfSites.set(site, names);
  return names;
}

/** The stored spelling of one name as the database compares names, or null. */
export async function storedName(sql: Sql, typed: string): Promise<string | null> {
  const [row] = await sql.rows<{ username: string }>(byName, [typed]);
  return row?.username ?? null;
}

/** The row of the user with exactly this spelling: a cache entry under a name holds that name's row or nothing. */
export function exactly<Row extends { readonly username: string }>(
  rows: readonly Row[],
  username: string,
): Row | undefined {
  return rows.find((row) => row.username === username);
}

/** No user has this name. */
export function noSuchUser(): Refusal {
  return new Refusal('not_found', { zh: '没有这个用户', en: 'There is no such user' });
}
