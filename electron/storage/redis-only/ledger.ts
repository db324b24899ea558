import { randomUUID } from 'node:crypto';
import { legacy } from '../../data/legacy/keys.js';
import { taken } from '../../data/legacy/errors.js';
import { parse } from '../../data/legacy/store.js';
import type { OptimisticTransaction } from '../../data/legacy/optimistic-transaction.js';
import { newCode } from '../../domain/invitations/code.js';
import { type LedgerLimits, movement, standInEntry, standInLife, totalsAfter } from '../../domain/points/rules.js';
import type { PointsRecord, UserPoints } from '../types.js';

const mostEntries = 1_000;
/** Prefix of the id of a stand-in entry, which a later entry replaces. */
const standInId = 'set-';

/** Redis has no limits; JavaScript numbers do. */
export const legacyLimits: LedgerLimits = { amount: Number.MAX_SAFE_INTEGER };

/** An account with zero points and a fresh invitation code of 16 capitals and digits. */
export function newPoints(username: string, now: number): UserPoints {
  return {
    username,
    invitationCode: newCode(),
    balance: 0,
    totalEarned: 0,
    totalRedeemed: 0,
    updatedAt: now,
  };
}

/**
 * Adds an entry and the resulting balance to a transaction; creates the account if needed. An addition raises
 * totalEarned, a deduction totalRedeemed. `history` is the current ledger, newest first. If the site has just made the
 * movement by setting the balance, the entry replaces the stand-in left then, and does not move the balance. Throws
 * `conflict` if the balance would become negative, the entry exists, or the invitee was rewarded before.
 */
export async function addEntryInto(
  unit: OptimisticTransaction,
  history: readonly string[],
  given: PointsRecord,
): Promise<void> {
  const record = { ...given, amount: movement(given) };
  const { username, amount } = record;
  const entries = history.map((text) => ({ text, entry: parse<PointsRecord>(text) }));
  if (entries.some(({ entry }) => entry !== null && isSame(entry, record)))
    throw taken('这笔积分记录已存在', 'This entry is in the ledger already');
  const standIn = entries.find(
    ({ entry }) =>
      entry?.id.startsWith(standInId) && entry.amount === amount && entry.createdAt > Date.now() - standInLife,
  );
  const points = (await unit.json<UserPoints>(legacy.points(username))) ?? newPoints(username, record.createdAt);
  if (standIn === undefined) moveInto(unit, points, amount);
  else {
    unit.do('LREM', legacy.pointsHistory(username), 1, standIn.text);
    // Written again, so that of two concurrent entries only one replaces the stand-in.
    unit.set(legacy.points(username), { ...points, updatedAt: later(points) });
  }
  enterInto(unit, record);
}

/**
 * Adds a balance that the site sets itself to a transaction. The difference is recorded as a stand-in, which the next
 * entry replaces.
 */
export function setBalanceInto(unit: OptimisticTransaction, before: UserPoints | null, points: UserPoints): void {
  const moved = points.balance - (before?.balance ?? 0);
  unit.set(legacy.points(points.username), {
    ...points,
    updatedAt: before === null ? points.updatedAt : later(before),
  });
  if (moved === 0) return;
  const id = standInId + randomUUID().replaceAll('-', '');
  enterInto(unit, standInEntry(id, points.username, moved, Date.now()));
}

function isSame(entry: PointsRecord, record: PointsRecord): boolean {
  return (
    entry.id === record.id ||
    (entry.type === 'earn' &&
      record.type === 'earn' &&
      record.relatedUser !== undefined &&
      entry.relatedUser === record.relatedUser)
  );
}

function moveInto(unit: OptimisticTransaction, points: UserPoints, amount: number): void {
  unit.set(legacy.points(points.username), {
    ...points,
    ...totalsAfter(points, amount, legacyLimits.amount),
    updatedAt: later(points),
  } satisfies UserPoints);
}

function enterInto(unit: OptimisticTransaction, record: PointsRecord): void {
  const key = legacy.pointsHistory(record.username);
  unit.do('LPUSH', key, JSON.stringify(record));
  unit.do('LTRIM', key, 0, mostEntries - 1);
}

/** A time that no earlier state of these points had: so two states always differ. */
function later(points: UserPoints): number {
  return Math.max(Date.now(), points.updatedAt + 1);
}
