import { Refusal } from '../../contract/errors.js';
import { AdminConfig } from '../../data/write/admin-config.js';
import type { Cache, CacheKey } from '../../data/cache/cache.js';
import { givenToAnother } from '../../domain/cards/owners.js';
import type { Transaction } from '../../data/mysql/database.js';
import type { Site } from '../../data/site.js';
import { insertRows } from '../../data/write/row-writer.js';
import type { CardKey, IStorage, UserCardKey, UserCardKeyInfo } from '../types.js';
import { cardsOf, membershipOf } from '../../domain/cards/membership.js';
import { recordState } from '../../domain/cards/records.js';
import { cardOf, current, type RecordRow, recordColumns, userCardOf } from '../../domain/cards/rows.js';
import { holdCardOf, noSuchCard } from './cards-held.js';
import { changeCard } from './cards-state.js';
import { usernameResolver, noSuchUser, storedName } from './username-resolver.js';
import { conflict, invalid, isError, timestamp } from '../../domain/values.js';

type RecordMethods = Pick<
  IStorage,
  | 'getUserCardKeyInfo'
  | 'updateUserCardKeyInfo'
  | 'getFullUserCardKey'
  | 'addUserCardKey'
  | 'getUserCardKeys'
  | 'updateUserCardKey'
>;

/**
 * What users have of cards: the membership, and the record of each card. A record always has the type, status, expiry
 * and use of its card; writing either writes both, in one transaction with the config. Invalidates `cardKey`,
 * `userInfo`, `adminConfig`.
 */
export function userCardMethods(site: Site, cache: Cache): RecordMethods {
  const names = usernameResolver(site);
  const change = (
    work: (tx: Transaction, touch: (more: CacheKey) => void, config: AdminConfig) => Promise<void>,
  ): Promise<void> =>
    cache.write([], async (tx, touch) => {
      const config = await AdminConfig.lock(tx);
      touch(config.touched);
      await work(tx, touch, config);
      await config.save(tx);
    });
  return {
    /**
     * The membership that lasts longest, expired or not; null without a card, or for an unknown user. Not cached
     * separately: `getUserInfoV2` includes it.
     */
    async getUserCardKeyInfo(userName) {
      return (await membershipOf(site.db, userName)) ?? null;
    },

    /**
     * Sets the expiry and time of a user's card; binds an unused card first. Throws `not_found` (user, card),
     * `conflict` (another user's card, expired).
     */
    async updateUserCardKeyInfo(userName, info) {
      const name = await names.need(userName);
      await change((tx, touch, config) => setInfo(tx, touch, config, name, info));
    },

    /** The card behind the membership, in plain text; null without one. */
    async getFullUserCardKey(userName) {
      const [card] = await cardsOf(site.db, userName);
      return card === undefined ? null : current(cardOf(card));
    },

    /**
     * Records that a user has an existing card that has no record yet. The type must be the card's; the card gets the
     * record's expiry. A used record binds an unused card to its user. Throws `not_found` (user, card),
     * `invalid_input`, `conflict`.
     */
    async addUserCardKey(card) {
      const name = await names.need(card.username);
      await change((tx, touch, config) => addRecord(tx, touch, config, { ...card, username: name }));
    },

    /** A user's records, newest first; empty for an unknown user. */
    async getUserCardKeys(userName) {
      const rows = await site.db.rows<RecordRow>(
        `SELECT ${recordColumns} FROM user_card_keys WHERE username = ? ORDER BY created_at DESC, id DESC`,
        [userName],
      );
      return rows.map(userCardOf);
    },

    /** Changes a record and its card. Throws `not_found`, `invalid_input` (another card, user or type), `conflict`. */
    async updateUserCardKey(id, updates) {
      await change((tx, touch, config) => updateRecord(tx, touch, config, id, updates));
    },
  } satisfies RecordMethods;
}

async function setInfo(
  tx: Transaction,
  touch: (more: CacheKey) => void,
  config: AdminConfig,
  name: string,
  info: UserCardKeyInfo,
): Promise<void> {
  const card = await holdCardOf(tx, info.boundKey, [name]);
  if (card === undefined) throw noSuchCard();
  const updates = { status: 'used', boundTo: name, boundAt: info.boundAt, expiresAt: info.expiresAt } as const;
  await changeCard(tx, touch, config, card, updates);
}

async function addRecord(
  tx: Transaction,
  touch: (more: CacheKey) => void,
  config: AdminConfig,
  record: UserCardKey,
): Promise<void> {
  if (record.id === '' || record.id.length > 36)
    throw invalid('id', '编号须为 1—36 个字符', 'An id has 1 to 36 characters');
  const held = await holdCardOf(tx, record.keyHash, [record.username, record.usedBy]);
  if (held === undefined) throw noSuchCard();
  const { card } = held;
  if (record.type !== card.key_type) throw invalid('type', '与卡密类型不同', 'The card is of another type');
  if (card.status === 'used' && record.status !== 'used') throw conflict('卡密已被使用', 'The card has been used');
  const taken = await tx.rows('SELECT id FROM user_card_keys WHERE key_hash = ? FOR UPDATE', [card.key_hash]);
  if (taken.length > 0) throw conflict('这张卡密已有用户记录', 'A user has this card already');
  const user = await storedName(tx, record.username);
  if (user === null) throw noSuchUser();
  if (record.status === 'used' && record.usedBy !== undefined && (await storedName(tx, record.usedBy)) !== user)
    throw givenToAnother();
  const changed = await changeCard(tx, touch, config, held, {
    expiresAt: record.expiresAt,
    status: record.status,
    ...(record.status === 'used' ? useOf(record, user) : {}),
  });
  const row = {
    id: record.id,
    key_hash: card.key_hash,
    username: user,
    source: record.source,
    created_at: timestamp(record.createdAt, 'createdAt'),
    notes: record.notes ?? null,
    ...recordState(changed, null),
  };
  try {
    await insertRows(tx, 'user_card_keys', [row]);
  } catch (error) {
    if (isError(error, 1062)) throw conflict('这条用户卡密已存在', 'This record is there already');
    throw error;
  }
}

function useOf(record: Partial<UserCardKey>, owner: string): Partial<CardKey> {
  return {
    boundTo: record.usedBy ?? owner,
    ...(record.usedAt === undefined ? {} : { boundAt: record.usedAt }),
  };
}

async function updateRecord(
  tx: Transaction,
  touch: (more: CacheKey) => void,
  config: AdminConfig,
  id: string,
  updates: Partial<UserCardKey>,
): Promise<void> {
  const [row] = await tx.rows<RecordRow>(`SELECT ${recordColumns} FROM user_card_keys WHERE id = ?`, [id]);
  const held = row === undefined ? undefined : await holdCardOf(tx, row.key_hash, [row.username, updates.usedBy]);
  if (row === undefined || held === undefined)
    throw new Refusal('not_found', { zh: '没有这条用户卡密', en: 'There is no such card of a user' });
  const now = userCardOf(row);
  for (const field of ['id', 'keyHash', 'username', 'type', 'createdAt'] as const) {
    if (updates[field] !== undefined && updates[field] !== now[field])
      throw invalid(field, '用户卡密的这一项不能改', 'This of a user’s card does not change');
  }
  const used = updates.status === 'used' || updates.usedBy !== undefined;
  const changes = {
    ...(updates.expiresAt === undefined ? {} : { expiresAt: updates.expiresAt }),
    ...(updates.status === undefined ? {} : { status: updates.status }),
    ...(used ? useOf(updates, held.card.bound_to ?? row.username) : {}),
  };
  await changeCard(tx, touch, config, held, changes, (cards) => {
    const record = cards.records.get(id);
    if (record === undefined) return;
    cards.records.edit(record, { source: updates.source ?? record.source, notes: updates.notes ?? record.notes });
  });
}
