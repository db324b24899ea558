import type { Transaction } from '../../data/mysql/database.js';
import { modeSql, NotInRows } from '../../data/config/state.js';
import { heldColumns, type LockedHolder } from '../cards/membership.js';

/** A user whom this transaction has inserted: their row is held by that. */
export interface Newcomer {
  readonly user: LockedHolder;
  /**
   * An earlier user of the name has left something behind: entries of a ledger, an account, cards, further elements of
   * the name in the config. Of an entry in a row the table's key tells, once another is written.
   */
  readonly leftovers: boolean;
}

/**
 * The row of a user whom this transaction has just inserted, and whether there is anything under the name. A site may
 * lack the foreign keys by which what belongs to a user goes with them; where nothing was left behind, nothing of the
 * new user need be asked back. `entries`: the config's entries stand in rows; `granted`: that is taken for granted, and
 * this statement tells. Undefined where there is no such user. Throws NotInRows.
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
