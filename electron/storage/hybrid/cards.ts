import { AdminConfig } from '../../data/write/admin-config.js';
import type { Cache } from '../../data/cache/cache.js';
import type { Site } from '../../data/site.js';
import { asInRows } from '../../data/config/state.js';
import type { CardKey, IStorage, UserCardKeyInfo } from '../types.js';
import { bind } from './cards-bind.js';
import { holdCardOf, holdUsers, noSuchCard } from './cards-held.js';
import { userCardMethods } from './cards-records.js';
import { insertCard, removeCard } from './cards-stock.js';
import { changeCard } from './cards-state.js';
import { holdBinder, lockHolder } from '../../domain/cards/membership.js';
import { whyNotFree } from '../../domain/cards/expiry.js';
import { cardColumns, cardOf, type CardRow, current, hashOf, holdCard } from '../../domain/cards/rows.js';
import { notBindable } from '../../domain/cards/rules.js';
import { noSuchUser } from './username-resolver.js';
import { conflict } from '../../domain/values.js';

type StockMethods = Pick<
  IStorage,
  'createCardKey' | 'getCardKey' | 'getAllCardKeys' | 'updateCardKey' | 'deleteCardKey' | 'bindCardKey'
>;

/** What a bind reads before it takes its locks. */
interface Seen {
  readonly username: string | null;
  readonly status: CardRow['status'] | null;
  readonly expires_at: string | null;
  readonly now: string;
}

/**
 * Cards. A card, the users' records of it (`user_card_keys`) and the membership in the config change in one
 * transaction. A status is the one in effect now: an unused card past its expiry reads as expired. Times are kept to
 * the second.
 */
export function cardMethods(site: Site, cache: Cache): StockMethods & ReturnType<typeof userCardMethods> {
  return {
    ...userCardMethods(site, cache),

    /**
     * Adds a card to the stock. Throws `invalid_input` (the hash is not the key's, more than 64 characters, used
     * without a user), `conflict` (the card exists). Invalidates `cardKey`; for a used card also `userInfo`,
     * `adminConfig`.
     */
    async createCardKey(card) {
      await cache.write([{ family: 'cardKey', part: card.keyHash }], async (tx, touch) => {
        if (card.status !== 'used') return insertCard(tx, card);
        const held = await AdminConfig.lock(tx);
        touch(held.touched);
        const userOf = await holdUsers(tx, card.boundTo === undefined ? [] : [card.boundTo]);
        await insertCard(tx, { ...card, status: 'unused' });
        const row = await holdCard(tx, card.keyHash);
        if (row === undefined) throw noSuchCard();
        await changeCard(tx, touch, held, { card: row, userOf }, card);
        return held.save(tx);
      });
    },

    /** A card in plain text, or null. Cached in `cardKey` (1 hour). */
    async getCardKey(keyHash) {
      const hash = keyHash.toLowerCase();
      const card = await cache.get<CardKey>('cardKey', hash, async () => {
        const [row] = await site.db.prepared<CardRow>(`SELECT ${cardColumns} FROM card_keys WHERE key_hash = ?`, [
          hash,
        ]);
        return row === undefined || row.key_hash !== hash ? null : cardOf(row);
      });
      return card === null ? null : current(card);
    },

    /** Every card, oldest first. Not cached: for the site's own pages, not for a million cards. */
    async getAllCardKeys() {
      const rows = await site.db.rows<CardRow>(`SELECT ${cardColumns} FROM card_keys ORDER BY id`);
      return rows.map((row) => current(cardOf(row)));
    },

    /**
     * Changes a card, its record and the membership based on it. A bind through this method is exclusive too. Throws
     * `not_found` (card, user), `invalid_input` (another key, used without a user), `conflict` (used by another, given
     * to another, expired, not expired yet). Invalidates `cardKey`, `userInfo`, `adminConfig`.
     */
    async updateCardKey(keyHash, updates) {
      await cache.write([], async (tx, touch) => {
        const held = await AdminConfig.lock(tx);
        touch(held.touched);
        const card = await holdCardOf(tx, keyHash, [updates.boundTo]);
        if (card === undefined) throw noSuchCard();
        await changeCard(tx, touch, held, card, updates);
        await held.save(tx);
      });
    },

    /**
     * Deletes a card from the stock; an unknown one is no error. Throws `conflict` for a bound or redeemed card: a
     * membership or a ledger entry depends on it. Invalidates `cardKey`.
     */
    async deleteCardKey(keyHash) {
      const hash = keyHash.toLowerCase();
      await cache.write([{ family: 'cardKey', part: hash }], (tx) => removeCard(tx, hash));
    },

    /**
     * Binds a card exactly as typed, or renews with it: see `bind`. Returns the resulting membership. Throws
     * `not_found` (user, card), `conflict` (used, expired, given to another user). Invalidates `cardKey` (also of the
     * user's other active cards), `userInfo`, `adminConfig`.
     */
    bindCardKey(userName, key) {
      return asInRows(site.db, (rows) =>
        rows ? bindByOne(cache, userName, key) : bindByTwo(site, cache, userName, key),
      );
    },
  };
}

/**
 * A bind on a site whose entries are in rows: the first statement locks the user together with their entry. Throws as
 * `bindCardKey`, and NotInRows.
 */
function bindByOne(cache: Cache, userName: string, key: string): Promise<UserCardKeyInfo> {
  return cache.write([], async (tx, touch) => {
    const config = AdminConfig.inRows(tx);
    const binder = await holdBinder(tx, config, userName, hashOf(key));
    if (binder === undefined) throw noSuchUser();
    const { card_status: status, card_ends: ends, looked_at: now, ...user } = binder;
    refuseSeen(status, ends, now);
    touch({ family: 'userInfo', part: user.username });
    touch(config.touched);
    const info = await bind(tx, touch, config, user, key);
    await config.save(tx);
    return info;
  });
}

/**
 * A bind wherever the entries are. It first reads without locks, because all writers of entries may wait for each
 * other. Throws as `bindCardKey`.
 */
async function bindByTwo(site: Site, cache: Cache, userName: string, key: string): Promise<UserCardKeyInfo> {
  // Of many concurrent binds, most are refused here without waiting.
  const [seen] = await site.db.rows<Seen>(
    `SELECT u.username, c.status, c.expires_at, UTC_TIMESTAMP() AS now FROM (SELECT 1 AS one) o
     LEFT JOIN users u ON u.username = ? LEFT JOIN card_keys c ON c.key_hash = ?`,
    [userName, hashOf(key)],
  );
  const name = seen?.username ?? null;
  if (seen === undefined || name === null) throw noSuchUser();
  refuseSeen(seen.status, seen.expires_at, seen.now);
  return cache.write([{ family: 'userInfo', part: name }], async (tx, touch) => {
    const held = await AdminConfig.lock(tx);
    touch(held.touched);
    const user = await lockHolder(tx, name);
    if (user === undefined) throw noSuchUser();
    if (user.username !== name) throw conflict('用户刚刚改变', 'The user has just changed');
    await held.hold([name]);
    const info = await bind(tx, touch, held, user, key);
    await held.save(tx);
    return info;
  });
}

/**
 * Refuses a card by its state before it was locked, if it must be refused; null: there was none. Throws `not_found`,
 * `conflict`.
 */
function refuseSeen(status: CardRow['status'] | null, ends: string | null, now: string): void {
  if (status === null || ends === null) throw noSuchCard();
  const why = whyNotFree(status, ends, now);
  if (why !== null) throw notBindable(why);
}
