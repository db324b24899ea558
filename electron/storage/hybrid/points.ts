import type { Cache } from '../../data/cache/cache.js';
import type { Sql } from '../../data/mysql/database.js';
import type { Site } from '../../data/site.js';
import type { IStorage, PointsRecord, UserPoints } from '../types.js';
import { earnByInvitation, type Paying } from '../../domain/invitations/reward.js';
import { exactly, usernameResolver, noSuchUser, storedName } from './username-resolver.js';
import { accountRows, holdAccount, pointsOf } from '../../domain/points/account.js';
import { enterOrReplace, setBalance } from '../../domain/points/balance.js';
import { ledgerColumns, type LedgerRow, recordOf } from '../../domain/points/ledger.js';
import { redeem } from '../../domain/points/redeem.js';
import { checkRecord } from '../../domain/points/rules.js';
import { invalid } from '../../domain/values.js';

type PointMethods = Pick<
  IStorage,
  'getUserPoints' | 'updateUserPoints' | 'addPointsRecord' | 'getPointsHistory' | 'redeemPoints'
>;

/**
 * Points and their ledger. A balance is always the sum of its ledger and never below zero; each write is one
 * transaction. Cache: `userPoints`, deleted by every write to the account.
 */
export function pointMethods(site: Site, cache: Cache): PointMethods {
  const names = usernameResolver(site);
  return {
    /** Null for an unknown user, or a user without an account. Cached in `userPoints` (30 minutes). */
    getUserPoints(userName) {
      return names.read(userName, (name) =>
        cache.get<UserPoints>('userPoints', name, async () => {
          const row = exactly(await accountRows(site.db, name), name);
          return row === undefined ? null : pointsOf(row);
        }),
      );
    },

    /**
     * Sets an account's balance, its code, and its totals if they match the balance; a user without an account gets
     * one. The difference from the ledger is entered into it; the site's own record of the same amount replaces that
     * entry within a minute. A banned user gets the code when the ban is lifted. Throws `not_found`, `invalid_input`
     * (below zero), `conflict` (another user's code). Invalidates `userPoints`.
     */
    async updateUserPoints(points) {
      const name = await names.need(points.username);
      const kept = await site.has('console');
      await cache.write([{ family: 'userPoints', part: name }], async (tx) => {
        await setBalance(tx, await shared(tx, name), points, kept);
      });
    },

    /**
     * Writes the entry and moves the balance with it, up as earned, down as redeemed. An earning for a `relatedUser` is
     * the reward of that invitation: it is paid once, and the invitation and the IP record are marked with it. Throws
     * `not_found` (user, card), `invalid_input`, `conflict` (below zero, id exists, not invited, rewarded before).
     * Invalidates `userPoints`.
     */
    async addPointsRecord(record) {
      checkRecord(record);
      const name = await names.need(record.username);
      const claims = await site.hasClaims();
      await cache.write([{ family: 'userPoints', part: name }], (tx, touch) =>
        add({ tx, touch, claims }, name, record),
      );
    },

    /**
     * A page of the ledger, newest first; `page` from 1. Empty for an unknown user. Not cached. Throws `invalid_input`.
     */
    async getPointsHistory(userName, page, pageSize = 20) {
      if (!Number.isInteger(page) || page < 1) throw invalid('page', '页码从 1 起', 'Pages are counted from 1');
      if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 1_000)
        throw invalid('pageSize', '每页 1—1000 条', 'A page has 1 to 1,000 entries');
      const rows = await site.db.rows<LedgerRow>(
        `SELECT ${ledgerColumns}
         FROM points_records WHERE username = ? ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?`,
        [userName, pageSize, (page - 1) * pageSize],
      );
      return rows.map(recordOf);
    },

    /**
     * Turns points into an unused card of the configured type; writes the points, the card, the user's card and the
     * ledger together. Throws `not_found`, `conflict` (not enough points), `forbidden` (banned). Invalidates
     * `userPoints`, `cardKey`.
     */
    async redeemPoints(userName) {
      const name = await names.need(userName);
      return cache.write([], (tx, touch) => redeem(tx, touch, name));
    },
  } satisfies PointMethods;
}

/** Locks a user's row against deletion, before any row that refers to it. */
async function shared(tx: Sql, name: string): Promise<string> {
  const [row] = await tx.rows<{ username: string }>(
    'SELECT username FROM users WHERE username = ? LOCK IN SHARE MODE',
    [name],
  );
  if (row === undefined) throw noSuchUser();
  return row.username;
}

async function add(paying: Paying, name: string, given: PointsRecord): Promise<void> {
  const { tx } = paying;
  const username = await shared(tx, name);
  const related = given.relatedUser === undefined ? null : await storedName(tx, given.relatedUser);
  const record = { ...given, username, ...(related === null ? {} : { relatedUser: related }) };
  if (record.type === 'redeem') await needCard(tx, username, record.cardKeyId ?? '');
  if (record.type === 'earn' && record.relatedUser !== undefined) {
    await earnByInvitation(paying, { ...record, relatedUser: record.relatedUser });
    return;
  }
  await enterOrReplace(tx, await holdAccount(tx, username), record);
}

async function needCard(tx: Sql, username: string, id: string): Promise<void> {
  const rows = await tx.rows('SELECT id FROM user_card_keys WHERE id = ? AND username = ?', [id, username]);
  if (rows.length === 0) throw invalid('cardKeyId', '该用户没有这张卡密', 'The user has no such card');
}
