import type { Sql } from '../../data/mysql/database.js';
import type { Site } from '../../data/site.js';
import { usernameResolver, noSuchUser } from './username-resolver.js';

/**
 * The stored spelling of a user's name, remembered for a while, or null if there is no such user. Throws `unavailable`.
 */
export function storedName(site: Site, typed: string): Promise<string | null> {
  return usernameResolver(site).read(typed, (name) => Promise.resolve(name));
}

/** As `storedName`, but throws `not_found` if there is no such user. */
export async function neededName(site: Site, typed: string): Promise<string> {
  const name = await storedName(site, typed);
  if (name === null) throw noSuchUser();
  return name;
}

/**
 * The user whose rows a cache entry holds, in exactly this spelling, because a remembered name may have passed to
 * another user. The rows themselves may be spelled differently, as the foreign key allows. Takes the parameters of
 * `ownerOf`.
 */
export const owned =
  'username = (SELECT u.username FROM users u WHERE u.username = ? AND CAST(u.username AS BINARY) = CAST(? AS BINARY))';

/** The parameters of `owned`. */
export const ownerOf = (username: string): [string, string] => [username, username];

/**
 * Locks the user's row against deletion until the end of the transaction, and returns the stored spelling. A foreign
 * key would do the same, but a partitioned play_records has none. Throws `not_found`.
 */
export async function lockUser(tx: Sql, name: string): Promise<string> {
  const [row] = await tx.rows<{ username: string }>(
    'SELECT username FROM users WHERE username = ? LOCK IN SHARE MODE',
    [name],
  );
  if (row === undefined) throw noSuchUser();
  return row.username;
}
