import type { Sql } from '../../data/mysql/database.js';
import type { CardKey } from '../types.js';
import { hashOf, holdCard } from '../../domain/cards/rows.js';
import { conflict, invalid, isError, timestamp } from '../../domain/values.js';

/** Adds an unused or expired card. Throws `invalid_input`, `conflict`. */
export async function insertCard(tx: Sql, card: CardKey): Promise<void> {
  if (card.key === '' || Array.from(card.key).length > 64)
    throw invalid('key', '卡密须为 1—64 个字符', 'A card’s key has 1 to 64 characters');
  if (hashOf(card.key) !== card.keyHash) throw invalid('keyHash', '明文与哈希不符', 'The hash is not of this key');
  if (card.status === 'expired' && card.expiresAt > Date.now())
    throw invalid('status', '卡密尚未到期', 'The card has not expired yet');
  if (card.status !== 'used' && card.boundTo !== undefined)
    throw invalid('boundTo', '未使用的卡密没有用户', 'A card that is not used is nobody’s');
  try {
    await tx.run(
      'INSERT INTO card_keys (key_hash, plain_key, key_type, status, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
      [
        card.keyHash,
        card.key,
        card.keyType,
        card.status,
        timestamp(card.createdAt, 'createdAt'),
        timestamp(card.expiresAt, 'expiresAt'),
      ],
    );
  } catch (error) {
    if (isError(error, 1062)) throw conflict('这张卡密已存在', 'This card is there already');
    throw error;
  }
}

/** Deletes a card that is neither bound nor redeemed. Throws `conflict`. */
export async function removeCard(tx: Sql, keyHash: string): Promise<void> {
  const card = await holdCard(tx, keyHash);
  if (card === undefined) return;
  const records = await tx.rows('SELECT id FROM user_card_keys WHERE key_hash = ? FOR UPDATE', [keyHash]);
  if (card.bound_to !== null || records.length > 0)
    throw conflict('卡密已有用户，不能删除', 'Somebody has this card; it cannot be deleted');
  await tx.run('DELETE FROM card_keys WHERE id = ?', [card.id]);
}
