import { Refusal } from '../../contract/errors.js';
import type { Sql } from '../mysql/database.js';
import type { Site } from '../site.js';

interface Known {
  readonly stored: string;
  readonly until: number;
}

const lifetime = 30_000;
const most = 20_000;
const known = new WeakMap<Site, Map<string, Known>>();

/**
 * The stored spelling of a user's name, or null where there is no such user. MySQL finds `bob` for `Bob` (collation, trailing spaces), Redis keys
 * are exact: every key is made of the spelling that the table has. Answers are remembered in the process for 30 seconds, absences are not.
 * Touches no cache. Throws `unavailable`.
 */
export async function storedName(site: Site, name: string): Promise<string | null> {
  const names = namesOf(site);
  const found = names.get(name);
  if (found !== undefined && found.until > Date.now()) return found.stored;
  const [row] = await site.db.rows<{ username: string }>('SELECT username FROM users WHERE username = ?', [name]);
  if (row === undefined) {
    names.delete(name);
    return null;
  }
  if (names.size >= most) names.clear();
  names.set(name, { stored: row.username, until: Date.now() + lifetime });
  return row.username;
}

/** As `storedName`, but throws `not_found` where there is no such user. */
export async function neededName(site: Site, name: string): Promise<string> {
  return (await storedName(site, name)) ?? Promise.reject(noSuchUser(name));
}

/**
 * Locks the user's row against deletion until the end of the transaction, and answers the stored spelling. A foreign key would do the same,
 * but a partitioned play_records has none. Throws `not_found`.
 */
export async function holdUser(tx: Sql, name: string): Promise<string> {
  const [row] = await tx.rows<{ username: string }>(
    'SELECT username FROM users WHERE username = ? LOCK IN SHARE MODE',
    [name],
  );
  if (row === undefined) throw noSuchUser(name);
  return row.username;
}

/** Forgets what was remembered about a name: to be called where a user was deleted. */
export function forgetName(site: Site, name: string): void {
  const names = namesOf(site);
  for (const [asked, { stored }] of names) if (asked === name || stored === name) names.delete(asked);
}

export function noSuchUser(name: string): Refusal {
  return new Refusal('not_found', { zh: `没有用户「${name}」`, en: `There is no user “${name}”` });
}

function namesOf(site: Site): Map<string, Known> {
  const names = known.get(site) ?? new Map<string, Known>();
  known.set(site, names);
  return names;
}
