import { Refusal } from '../../contract/errors.js';
import type { CacheKey } from '../../data/cache/cache.js';
import { type Sql, sqlTime, type Transaction } from '../../data/mysql/database.js';
import type { UserCardKey } from '../../data/types.js';
import { readInvitationConfig } from '../invitations/settings.js';
import { newId } from '../values.js';
import { holdAccount } from './account.js';
import { enter } from './ledger.js';
import { checkMayRedeem, redeemed, type Redemption, redemptionEntry } from './rules.js';

/**
 * Turns points into a card in one transaction. The account is locked, so no points are spent twice. Price and type come
 * from the current settings. Throws `not_found`, `conflict` below the price, `forbidden` for a banned user.
 */
export async function redeem(tx: Transaction, touch: (more: CacheKey) => void, username: string): Promise<UserCardKey> {
  const [user] = await tx.rows<{ banned: number | null }>(
    'SELECT banned FROM users WHERE username = ? LOCK IN SHARE MODE',
    [username],
  );
  if (user === undefined) throw new Refusal('not_found', { zh: '没有这个用户', en: 'There is no such user' });
  checkMayRedeem(user.banned === 1);
  const account = await holdAccount(tx, username);
  const { redeemThreshold: price, cardKeyType: type } = await readInvitationConfig(tx);
  const now = Math.floor(Date.now() / 1000) * 1000;
  const redemption = redeemed(account.balance, price, { id: newId(), username, type, now });
  await writeCard(tx, redemption);
  const { card } = redemption;
  await enter(tx, account, redemptionEntry(newId(), card, price));
  touch({ family: 'userPoints', part: username });
  touch({ family: 'cardKey', part: card.keyHash });
  return card;
}

/** The new card and the user's record of it, unused: only this user can bind it. */
async function writeCard(tx: Sql, { key, card }: Redemption): Promise<void> {
  const times = [sqlTime(new Date(card.createdAt)), sqlTime(new Date(card.expiresAt))];
  await tx.run(
    "INSERT INTO card_keys (key_hash, plain_key, key_type, status, created_at, expires_at) VALUES (?, ?, ?, 'unused', ?, ?)",
    [card.keyHash, key, card.type, ...times],
  );
  await tx.run(
    "INSERT INTO user_card_keys (id, key_hash, username, key_type, status, source, created_at, expires_at) VALUES (?, ?, ?, ?, 'unused', 'redeem', ?, ?)",
    [card.id, card.keyHash, card.username, card.type, ...times],
  );
}
