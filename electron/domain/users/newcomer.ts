import type { Transaction } from '../../data/mysql/database.js';
import { modeSql, NotInRows } from '../../data/config/state.js';
import { heldColumns, type LockedHolder } from '../cards/membership.js';

/** A user whom this transaction has inserted, so the row is locked. */
export interface Newcomer {
  readonly user: LockedHolder;
  /**
   * True if an earlier user of the same name left something behind: entries of a ledger, an account, cards, further
   * elements of the name in the config. A leftover entry in a row is not included: the table's key reports it when the
   * new one is written.
   */
  readonly leftovers: boolean;
}

/**
 * The row of a user whom this transaction has just inserted, and whether anything is left under the name. A site may
 * lack the foreign keys that delete a user's rows with the user. If nothing was left behind, nothing else about the new
 * user has to be read. `entries`: the config's entries are in rows. `granted`: the caller assumes that, and this
 * statement checks it. Undefined if there is no such user. Throws NotInRows.
 */
export async function readNewcomer(
  tx: Transaction,
  username: string,
  entries: boolean,
  granted: boolean,
): Promise<Newcomer | undefined> {
  const places = [
    'points_records WHERE username = ?',
    'user_points WHERE username = ?',
    'card_keys WHERE bound_to = ?',
    ...(entries ? ['console_config_entries WHERE repeats = ?'] : []),
  ];
  const [row] = await tx.prepared<
    LockedHolder & { readonly leftovers: number | string; readonly entry_mode: string | null }
  >(
    `SELECT ${heldColumns}, ${granted ? modeSql : 'NULL'} AS entry_mode, ${places.map((place) => `EXISTS (SELECT 1 FROM ${place})`).join(' OR ')} AS leftovers
     FROM users WHERE username = ?`,
    [...places.map(() => username), username],
  );
  if (row === undefined) return undefined;
  const { leftovers, entry_mode: mode, ...user } = row;
  if (granted && mode !== 'rows') throw new NotInRows();
  return { user, leftovers: Number(leftovers) === 1 };
}
