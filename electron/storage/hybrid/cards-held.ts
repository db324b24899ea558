import { Refusal } from '../../contract/errors.js';
import type { Sql } from '../../data/mysql/database.js';
import { type LockedHolder, lockHolder } from '../../domain/cards/membership.js';
import { type CardRow, holdCard } from '../../domain/cards/rows.js';

/** A user by a name in any spelling, locked; undefined if there is none. */
export type UserOf = (name: string) => Promise<LockedHolder | undefined>;

/** A locked card; the users it concerns were locked before it. */
export interface HeldCard {
  readonly card: CardRow;
  readonly userOf: UserOf;
}

/** Locks users, each once; further ones are locked when asked for. */
export async function holdUsers(tx: Sql, names: readonly string[]): Promise<UserOf> {
  const held = new Map<string, LockedHolder | undefined>();
  const userOf: UserOf = async (name) => {
    if (!held.has(name)) held.set(name, await lockHolder(tx, name));
    return held.get(name);
  };
  for (const name of names) await userOf(name);
  return userOf;
}

/**
 * Locks a card and, before it, the users who have it or will get it. Users are always locked before cards, so that two
 * changes of one user wait instead of deadlocking. Undefined if there is no such card.
 */
export async function holdCardOf(
  tx: Sql,
  keyHash: string,
  names: readonly (string | undefined)[],
): Promise<HeldCard | undefined> {
  const [seen] = await tx.rows<{ bound_to: string | null }>('SELECT bound_to FROM card_keys WHERE key_hash = ?', [
    keyHash,
  ]);
  const concerned = [seen?.bound_to, ...names].filter((name): name is string => typeof name === 'string');
  const userOf = await holdUsers(tx, concerned);
  const card = await holdCard(tx, keyHash);
  return card === undefined ? undefined : { card, userOf };
}

export function noSuchCard(): Refusal {
  return new Refusal('not_found', { zh: '没有这张卡密', en: 'There is no such card' });
}
