import { Refusal } from '../../contract/errors.js';
import type { AdminConfig } from '../../data/write/admin-config.js';
import type { Touch } from '../../data/cache/cache.js';
import { givenToAnother, mayBind, ownersOf } from './owners.js';
import { type Sql, sqlTime } from '../../data/mysql/database.js';
import type { UserCardKeyInfo } from '../../data/types.js';
import { cardsOf, type HeldUser, infoOf, syncMembership } from './membership.js';
import { type CardRow, hashOf, holdCard } from './rows.js';
import { conflict, millis, newId, timestamp } from '../values.js';

const day = 86_400_000;

/**
 * Binds a card to a user in the three places that know of it: the card, the user's record of it, the entry in the config. The config and the
 * user are held. Exactly one of many binds at once finds the card unused.
 *
 * The first card brings its own expiry. Each further one adds its days to what is left (or to now), and the membership then has one expiry:
 * every card of the user that is still active, the new one and the older, carries the same new end in `card_keys` and `user_card_keys`,
 * as does `cardKey.expiresAt` in the config. So a card and the record of it never disagree, and what is left is read from any of them.
 *
 * Throws `not_found` (no such card), `conflict` (used, expired, given to somebody else, beyond what the database can hold).
 */
export async function bind(
  tx: Sql,
  touch: (more: Touch) => void,
  config: AdminConfig,
  user: HeldUser,
  key: string,
): Promise<UserCardKeyInfo> {
  const keyHash = hashOf(key);
  const card = await holdCard(tx, keyHash);
  if (card === undefined) throw noSuchCard();
  const held = await cardsOf(tx, user.username, true);
  const now = await databaseNow(tx);
  if (isFree(card, now) && !mayBind(await ownersOf(tx, keyHash), user.username)) throw givenToAnother();
  const expires = expiryWith(card, held[0], now);
  const { affectedRows } = await tx.run(
    "UPDATE card_keys SET status = 'used', bound_to = ?, bound_at = ?, expires_at = ? WHERE key_hash = ? AND status = 'unused' AND expires_at > UTC_TIMESTAMP()",
    [user.username, now, expires, keyHash],
  );
  if (affectedRows !== 1) throw notBindable(card);
  const active = held.filter((other) => other.expires_at > now);
  for (const other of active) await tx.run('UPDATE card_keys SET expires_at = ? WHERE id = ?', [expires, other.id]);
  const hashes = [keyHash, ...active.map((other) => other.key_hash)];
  await tx.run(
    `INSERT INTO user_card_keys (id, key_hash, username, key_type, status, source, created_at, expires_at, used_at, used_by)
     SELECT ?, ?, ?, ?, 'used', 'manual', ?, ?, ?, ? FROM users
     WHERE username = ? AND NOT EXISTS (SELECT 1 FROM user_card_keys k WHERE k.key_hash = ? AND k.username = ?)`,
    [
      newId(),
      keyHash,
      user.username,
      card.key_type,
      now,
      expires,
      now,
      user.username,
      user.username,
      keyHash,
      user.username,
    ],
  );
  await mirror(tx, hashes);
  for (const part of hashes) touch({ family: 'cardKey', part });
  const info = await syncMembership(tx, config, user);
  return info ?? infoOf({ ...card, expires_at: expires, bound_at: now });
}

/** Makes the users' records of these cards say what the cards say: type, status, expiry, by whom and when. */
export async function mirror(tx: Sql, keyHashes: readonly string[]): Promise<void> {
  await tx.run(
    `UPDATE user_card_keys k JOIN card_keys c ON c.key_hash = k.key_hash
     SET k.key_type = c.key_type, k.status = c.status, k.expires_at = c.expires_at, k.used_at = c.bound_at,
       k.used_by = IF(c.status = 'used', COALESCE(c.bound_to, k.used_by), NULL)
     WHERE k.key_hash IN (?)`,
    [keyHashes],
  );
}

/**
 * The end of a membership with one card more: the first brings its own, a further one adds its days to what is left, or to now.
 * Times are UTC text. Throws `invalid_input` where the database cannot hold it.
 */
export function expiryWith(
  card: Pick<CardRow, 'created_at' | 'expires_at'>,
  longest: Pick<CardRow, 'expires_at'> | undefined,
  now: string,
): string {
  if (longest === undefined) return card.expires_at;
  const base = Math.max(millis(now), millis(longest.expires_at));
  const days = Math.round((millis(card.expires_at) - millis(card.created_at ?? card.expires_at)) / day);
  return timestamp(base + days * day, 'expiresAt');
}

/** The server's clock, to the second: what decides about expiry. */
export async function databaseNow(sql: Sql): Promise<string> {
  const [row] = await sql.rows<{ now: string }>('SELECT UTC_TIMESTAMP() AS now');
  return row?.now ?? sqlTime(new Date());
}

/** True of a card that can be bound at this moment (UTC text). */
export function isFree(card: Pick<CardRow, 'status' | 'expires_at'>, now: string): boolean {
  return card.status === 'unused' && card.expires_at > now;
}

/** Why a card cannot be bound. */
export function notBindable(card: CardRow): Refusal {
  return card.status === 'used'
    ? conflict('卡密已被使用', 'The card has been used')
    : conflict('卡密已过期', 'The card has expired');
}

export function noSuchCard(): Refusal {
  return new Refusal('not_found', { zh: '没有这张卡密', en: 'There is no such card' });
}
