import { legacy } from '../legacy-keys.js';
import type { Unit } from './unit.js';

/** True where the name has an account: V1, V2, or the owner, whose account is in the site's environment. */
export async function hasAccount(unit: Unit, user: string, owner: string | undefined): Promise<boolean> {
  return (
    (await unit.exists(legacy.info(user))) ||
    (await unit.exists(legacy.password(user))) ||
    (user === owner && user !== '')
  );
}
