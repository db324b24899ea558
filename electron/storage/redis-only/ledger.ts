import { randomInt, randomUUID } from 'node:crypto';
import { legacy } from '../../data/legacy/keys.js';
import type { PointsRecord, UserPoints } from '../types.js';
import { invalid, taken } from '../../data/legacy/refusals.js';
import { parse } from '../../data/legacy/store.js';
import type { Unit } from '../../data/legacy/unit.js';

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const mostEntries = 1_000;
/** How the id of an entry begins that stands in for one to come. */
const standInId = 'set-';

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

/** Refuses what no ledger may hold: no amount, an adjustment without its admin or reason, a redemption without its card. */
export function checkEntry(record: PointsRecord): void {
  if (record.id === '') throw invalid('记录缺少编号', 'An entry has an id');
  if (!Number.isSafeInteger(record.amount) || record.amount === 0)
    throw invalid('积分须为非零整数', 'Points are a whole number other than zero');
  if (record.reason.trim() === '') throw invalid('缺少原因', 'An entry says its reason');
  if (record.type === 'admin_adjust' && !record.adminUsername)
    throw invalid('人工调整须写明管理员', 'An adjustment names its admin');
  if (record.type === 'redeem' && !record.cardKeyId) throw invalid('兑换须写明卡密', 'A redemption names its card');
}

/**
 * Adds an entry and the balance that follows from it to a change; an account that has no points yet gets some. An addition raises
 * totalEarned, a deduction totalRedeemed. `history` is the ledger as it stands, newest first. An entry for a movement that the site has
 * made a moment ago by setting the balance takes the place of the stand-in left then, and moves nothing.
 * Throws `conflict` where the balance would become negative, the entry is there already, or the invitee was rewarded before.
 */
export async function addEntryInto(unit: Unit, history: readonly string[], given: PointsRecord): Promise<void> {
  const record = { ...given, amount: signed(given) };
  const { username, amount } = record;
  const entries = history.map((text) => ({ text, entry: parse<PointsRecord>(text) }));
  if (entries.some(({ entry }) => entry !== null && isSame(entry, record)))
    throw taken('这笔积分记录已存在', 'This entry is in the ledger already');
  const standIn = entries.find(
    ({ entry }) => entry?.id.startsWith(standInId) && entry.amount === amount && entry.createdAt > Date.now() - 60_000,
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
export function setBalanceInto(unit: Unit, before: UserPoints | null, points: UserPoints): void {
  const moved = points.balance - (before?.balance ?? 0);
  unit.set(legacy.points(points.username), {
    ...points,
    updatedAt: before === null ? points.updatedAt : later(before),
  });
  if (moved === 0) return;
  enterInto(unit, {
    id: standInId + randomUUID().replaceAll('-', ''),
    username: points.username,
    type: 'admin_adjust',
    amount: moved,
    reason: '站点写入余额',
    adminUsername: 'site',
    createdAt: Date.now(),
  });
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

function moveInto(unit: Unit, points: UserPoints, amount: number): void {
  const balance = points.balance + amount;
  if (balance < 0) throw taken('积分不足', 'There are not enough points');
  unit.set(legacy.points(points.username), {
    ...points,
    balance,
    totalEarned: points.totalEarned + Math.max(amount, 0),
    totalRedeemed: points.totalRedeemed + Math.max(-amount, 0),
    updatedAt: later(points),
  } satisfies UserPoints);
}

function enterInto(unit: Unit, record: PointsRecord): void {
  const key = legacy.pointsHistory(record.username);
  unit.do('LPUSH', key, JSON.stringify(record));
  unit.do('LTRIM', key, 0, mostEntries - 1);
}

/** A time of which no earlier state of these points was: two states are never alike, whatever they hold. */
function later(points: UserPoints): number {
  return Math.max(Date.now(), points.updatedAt + 1);
}

/** Symbols drawn evenly by a generator fit for secrets. */
export function randomText(symbols: string, length: number): string {
  return Array.from({ length }, () => symbols.charAt(randomInt(symbols.length))).join('');
}
