import { randomUUID } from 'node:crypto';
import { legacy } from '../../data/legacy/keys.js';
import { taken } from '../../data/legacy/errors.js';
import { parse } from '../../data/legacy/store.js';
import type { OptimisticTransaction } from '../../data/legacy/optimistic-transaction.js';
import { newCode } from '../../domain/invitations/code.js';
import { type LedgerLimits, movement, standInEntry, standInLife, totalsAfter } from '../../domain/points/rules.js';
import type { PointsRecord, UserPoints } from '../types.js';

const mostEntries = 1_000;
/** How the id of an entry begins that stands in for one to come. */
const standInId = 'set-';

/** Redis bounds nothing; numbers do. */
export const legacyLimits: LedgerLimits = { amount: Number.MAX_SAFE_INTEGER };

/** An account without points, with a fresh invitation code of 16 capitals and digits. */
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
 * Adds an entry and the balance that follows from it to a change; an account that has no points yet gets some. An addition raises
 * totalEarned, a deduction totalRedeemed. `history` is the ledger as it stands, newest first. An entry for a movement that the site has
 * made a moment ago by setting the balance takes the place of the stand-in left then, and moves nothing.
 * Throws `conflict` where the balance would become negative, the entry is there already, or the invitee was rewarded before.
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
    // Said again, so that of two entries at once only one takes the place.
    unit.set(legacy.points(username), { ...points, updatedAt: later(points) });
  }
  enterInto(unit, record);
}

/** Adds a balance that the site sets by itself to a change. What it moves is written down, to be replaced by the entry that follows. */
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

/** A time of which no earlier state of these points was: two states are never alike, whatever they hold. */
function later(points: UserPoints): number {
  return Math.max(Date.now(), points.updatedAt + 1);
}
