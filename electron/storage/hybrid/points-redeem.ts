import { createHash } from 'node:crypto';
import { Refusal } from '../../contract/errors.js';
import type { CardKeyType, UserCardKey } from '../types.js';
import type { Touch } from '../../data/cache/cache.js';
import { type Sql, sqlTime, type Transaction } from '../../data/mysql/database.js';
import { daysOf } from '../../domain/cards/rows.js';
import { readInvitationConfig } from './invitations-config.js';
import { noSuchUser } from './names.js';
import { holdAccount } from './points-account.js';
import { enter } from './points-ledger.js';
import { conflict, newId, randomText } from '../../domain/values.js';

const keyLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const day = 86_400_000;

/**
 * Turns points into a card in one transaction: the account is held, so of many at once none sees points that another has spent.
 * Threshold and type are those of the configuration at this moment. Throws `conflict` below the threshold, `forbidden` for a banned user.
 */
export async function redeem(tx: Transaction, touch: (more: Touch) => void, username: string): Promise<UserCardKey> {
  const [user] = await tx.rows<{ banned: number | null }>(
    'SELECT banned FROM users WHERE username = ? LOCK IN SHARE MODE',
    [username],
  );
  if (user === undefined) throw noSuchUser();
  if (user.banned === 1) throw new Refusal('forbidden', { zh: '账号已被封禁', en: 'The account is banned' });
  const account = await holdAccount(tx, username);
  const { redeemThreshold, cardKeyType } = await readInvitationConfig(tx);
  if (account.balance < redeemThreshold) throw conflict('积分不足，不能兑换', 'Not enough points to redeem');
  const card = await issue(tx, username, cardKeyType);
  await enter(tx, account, {
    id: newId(),
    username,
    type: 'redeem',
    amount: -redeemThreshold,
    reason: '积分兑换卡密',
    cardKeyId: card.id,
    createdAt: card.createdAt,
  });
  touch({ family: 'userPoints', part: username });
  touch({ family: 'cardKey', part: card.keyHash });
  return card;
}

/** A new card and the user's record of it, unused: the user binds it, and nobody else. */
async function issue(tx: Sql, username: string, type: CardKeyType): Promise<UserCardKey> {
  const key = randomText(keyLetters, 16);
  const keyHash = createHash('sha256').update(key).digest('hex');
  const createdAt = Math.floor(Date.now() / 1000) * 1000;
  const expiresAt = createdAt + daysOf[type] * day;
  const id = newId();
  const times = [sqlTime(new Date(createdAt)), sqlTime(new Date(expiresAt))];
  await tx.run(
    "INSERT INTO card_keys (key_hash, plain_key, key_type, status, created_at, expires_at) VALUES (?, ?, ?, 'unused', ?, ?)",
    [keyHash, key, type, ...times],
  );
  await tx.run(
    "INSERT INTO user_card_keys (id, key_hash, username, key_type, status, source, created_at, expires_at) VALUES (?, ?, ?, ?, 'unused', 'redeem', ?, ?)",
    [id, keyHash, username, type, ...times],
  );
  return { id, keyHash, username, type, status: 'unused', source: 'redeem', createdAt, expiresAt };
}
