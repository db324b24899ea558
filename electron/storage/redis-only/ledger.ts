import { randomInt } from 'node:crypto';
import { legacy } from '../legacy-keys.js';
import type { PointsRecord, UserPoints } from '../types.js';
import { taken } from './refusals.js';
import { parse } from './store.js';
import type { Unit } from './unit.js';

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const mostEntries = 1_000;

/** An account without points, with a fresh invitation code of 16 capitals and digits. */
export function newPoints(username: string, now: number): UserPoints {
  return {
    username,
    invitationCode: randomText(capitals, 16),
    balance: 0,
    totalEarned: 0,
    totalRedeemed: 0,
    updatedAt: now,
  };
}

/** What an entry moves the balance by, whichever sign style wrote it. */
function signed({ type, amount }: PointsRecord): number {
  if (type === 'earn') return Math.abs(amount);
  return type === 'redeem' ? -Math.abs(amount) : amount;
}

/**
 * Adds an entry and the balance that follows from it to a change; an account that has no points yet gets some. An addition raises
 * totalEarned, a deduction totalRedeemed. Throws `conflict` where the balance would become negative, or the entry is there already.
 */
export async function addEntryInto(unit: Unit, history: readonly string[], record: PointsRecord): Promise<void> {
  const { username, id } = record;
  const points = (await unit.json<UserPoints>(legacy.points(username))) ?? newPoints(username, record.createdAt);
  const amount = signed(record);
  if (points.balance + amount < 0) throw taken('积分不足', 'There are not enough points');
  if (history.some((text) => parse<PointsRecord>(text)?.id === id))
    throw taken('这笔积分记录已存在', 'This entry is in the ledger already');
  unit.set(legacy.points(username), {
    ...points,
    balance: points.balance + amount,
    totalEarned: points.totalEarned + Math.max(amount, 0),
    totalRedeemed: points.totalRedeemed + Math.max(-amount, 0),
    updatedAt: Math.max(Date.now(), points.updatedAt),
  } satisfies UserPoints);
  unit.do('LPUSH', legacy.pointsHistory(username), JSON.stringify({ ...record, amount }));
  unit.do('LTRIM', legacy.pointsHistory(username), 0, mostEntries - 1);
}

/** Symbols drawn evenly by a generator fit for secrets. */
export function randomText(symbols: string, length: number): string {
  return Array.from({ length }, () => symbols.charAt(randomInt(symbols.length))).join('');
}
