import { legacy } from './keys.js';
import { entryOf, readConfig } from './config.js';
import type { OptimisticTransaction } from './optimistic-transaction.js';

/** True if the name has an account: V1, V2, or the owner, whose account is in the site's environment. */
export async function hasAccount(
  unit: OptimisticTransaction,
  user: string,
  owner: string | undefined,
): Promise<boolean> {
  return (
    (await unit.exists(legacy.info(user))) ||
    (await unit.exists(legacy.password(user))) ||
    (user === owner && user !== '')
  );
}

/** By the config if it has an entry for the user, else by the hash. */
export async function isBanned(unit: OptimisticTransaction, user: string): Promise<boolean> {
  const entry = entryOf(readConfig(await unit.get(legacy.adminConfig)), user);
  return entry === null ? (await unit.field(legacy.info(user), 'banned')) === 'true' : entry['banned'] === true;
}
