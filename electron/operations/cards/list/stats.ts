import { cardStates, type CardState, type CardStats, type CardType, cardTypes } from '../../../contract/cards-list.js';
import type { Sql } from '../../../data/mysql/database.js';
import { abortable } from '../../kit/abortable.js';
import type { SiteContext } from '../../context.js';

/** Number of cards with a type and a status, by their columns. */
interface Stock {
  readonly key_type: CardType;
  readonly status: 'unused' | 'used' | 'expired';
  readonly found: string;
}

/** Unused cards of a type, by their column: how many are past their expiry, or expire within 7 and 30 days. */
interface Ending {
  readonly key_type: CardType;
  readonly past: string | null;
  readonly within7: string | null;
  readonly within30: string | null;
}

/** Longest history in a chart of bindings, in days, including today. */
const days = 30;
const day = 86_400_000;

const now = 'UTC_TIMESTAMP()';
const within = (length: number): string =>
  `SUM(c.expires_at > ${now} AND c.expires_at <= ${now} + INTERVAL ${String(length)} DAY)`;
const ending = `SUM(c.expires_at <= ${now}) AS past, ${within(7)} AS within7, ${within(30)} AS within30`;

/**
 * The stock, its age, the bindings per day, and what expires. Counted at each call by several queries at the same time.
 * A scan of the table takes a fifth of a second per million cards; the stock is read from the index by status, type and
 * expiry (R001) if it exists. Days begin at midnight of the zone, by its present difference to UTC.
 */
export async function cardStats(
  { zone }: { readonly zone: number },
  { site, signal }: SiteContext,
): Promise<CardStats> {
  const sql = abortable(site.db, signal);
  const marks = await site.has('cards');
  const [stock, endings, revoked, revokedEndings, young, bound, members, clock] = await Promise.all([
    sql.rows<Stock>('SELECT c.status, c.key_type, COUNT(*) AS found FROM card_keys c GROUP BY c.status, c.key_type'),
    sql.rows<Ending>(
      `SELECT c.key_type, ${ending} FROM card_keys c WHERE c.status = 'unused' AND c.key_type IN (?) AND c.expires_at <= ${now} + INTERVAL 30 DAY GROUP BY c.key_type`,
      [cardTypes],
    ),
    marks
      ? sql.rows<Stock>(
          `SELECT c.status, c.key_type, COUNT(*) AS found ${revokedCards} AND c.status <> 'used' GROUP BY c.status, c.key_type`,
        )
      : [],
    marks
      ? sql.rows<Ending>(`SELECT c.key_type, ${ending} ${revokedCards} AND c.status = 'unused' GROUP BY c.key_type`)
      : [],
    youngStock(sql),
    boundSince(sql, zone),
    membersOf(sql),
    sql.rows<{ now: string }>(`SELECT ${now} AS now`),
  ]);
  const at = new Date(`${(clock[0]?.now ?? '').replace(' ', 'T')}Z`);
  const { counts, expiring } = effective(stock, endings, revoked, revokedEndings);
  return {
    stock: cardTypes.flatMap((type) =>
      cardStates.map((state) => ({ type, state, count: counts.get(`${type} ${state}`) ?? 0 })),
    ),
    age: cardTypes.flatMap((type) => ages(type, young, counts.get(`${type} unused`) ?? 0)),
    boundPerDay: Array.from({ length: days }, (_, back) => {
      const name = new Date(at.getTime() + zone * 60_000 - (days - 1 - back) * day).toISOString().slice(0, 10);
      return { day: name, count: bound.get(name) ?? 0 };
    }),
    members,
    expiring,
    at: at.toISOString(),
  };
}

/** Revoked cards. Their columns say expired, or unused if somebody else has written to them since. */
const revokedCards =
  'FROM console_card_marks m STRAIGHT_JOIN card_keys c ON c.id = m.card_id WHERE m.revoked_at IS NOT NULL';

/** Combines columns, clock and marks. */
function effective(
  stock: readonly Stock[],
  endings: readonly Ending[],
  revoked: readonly Stock[],
  revokedEndings: readonly Ending[],
): { readonly counts: ReadonlyMap<string, number>; readonly expiring: CardStats['expiring'] } {
  const counts = new Map<string, number>();
  const expiring = { within7: 0, within30: 0, stale: 0 };
  const add = (type: CardType, state: CardState, count: number): void =>
    void counts.set(`${type} ${state}`, (counts.get(`${type} ${state}`) ?? 0) + count);
  const end = (row: Ending, sign: 1 | -1): void => {
    const past = Number(row.past) * sign;
    add(row.key_type, 'unused', -past);
    add(row.key_type, 'expired', past);
    expiring.within7 += Number(row.within7) * sign;
    expiring.within30 += Number(row.within30) * sign;
    expiring.stale += past;
  };
  for (const { key_type, status, found } of stock) add(key_type, status, Number(found));
  for (const row of endings) end(row, 1);
  for (const { key_type, status, found } of revoked) {
    add(key_type, status, -Number(found));
    add(key_type, 'revoked', Number(found));
  }
  for (const row of revokedEndings) end(row, -1);
  return { counts, expiring };
}

interface Young {
  readonly key_type: CardType;
  readonly upto7: string;
  readonly upto30: string;
  readonly upto90: string;
}

/**
 * Unused cards that were created within ninety days. The index by status does not contain the time, and one scan of the
 * table is faster than a look-up of each row through that index.
 */
function youngStock(sql: Sql): Promise<Young[]> {
  return sql.rows<Young>(
    `SELECT c.key_type, SUM(c.created_at > ${now} - INTERVAL 7 DAY) AS upto7, SUM(c.created_at > ${now} - INTERVAL 30 DAY) AS upto30, COUNT(*) AS upto90
     FROM card_keys c WHERE COALESCE(c.status, '') = 'unused' AND c.created_at > ${now} - INTERVAL 90 DAY AND c.expires_at > ${now} GROUP BY c.key_type`,
  );
}

function ages(type: CardType, young: readonly Young[], unused: number): CardStats['age'][number][] {
  const row = young.find(({ key_type }) => key_type === type);
  const [upto7, upto30, upto90] = [row?.upto7, row?.upto30, row?.upto90].map((count) => Number(count ?? 0)) as [
    number,
    number,
    number,
  ];
  return [
    { type, upToDays: 7, count: upto7 },
    { type, upToDays: 30, count: upto30 - upto7 },
    { type, upToDays: 90, count: upto90 - upto30 },
    // The two numbers are counted at slightly different times, so the difference could be negative.
    { type, upToDays: null, count: Math.max(0, unused - upto90) },
  ];
}

/** How many cards were bound on each of the last thirty days of a zone, in minutes ahead of UTC. */
async function boundSince(sql: Sql, zone: number): Promise<ReadonlyMap<string, number>> {
  const ahead = `INTERVAL ${String(zone)} MINUTE`;
  const rows = await sql.rows<{ day: string; found: string }>(
    `SELECT DATE(c.bound_at + ${ahead}) AS day, COUNT(*) AS found FROM card_keys c
     WHERE c.bound_at >= DATE(UTC_TIMESTAMP() + ${ahead}) - INTERVAL ${String(days - 1)} DAY - ${ahead} GROUP BY DATE(c.bound_at + ${ahead})`,
  );
  return new Map(rows.map((row) => [row.day, Number(row.found)]));
}

/**
 * Users by the expiry of their last bound card. It scans the table and groups by name: the index on the name would need
 * a look-up of each card.
 */
async function membersOf(sql: Sql): Promise<CardStats['members']> {
  const [row] = await sql.rows<Record<'active' | 'within7' | 'within30' | 'lapsed30', string | null>>(
    `SELECT SUM(m.ends > ${now}) AS active, SUM(m.ends > ${now} AND m.ends <= ${now} + INTERVAL 7 DAY) AS within7,
       SUM(m.ends > ${now} AND m.ends <= ${now} + INTERVAL 30 DAY) AS within30, SUM(m.ends <= ${now}) AS lapsed30
     FROM (SELECT MAX(c.expires_at) AS ends FROM card_keys c WHERE COALESCE(c.bound_to, '') <> '' AND c.expires_at > ${now} - INTERVAL 30 DAY
       GROUP BY COALESCE(c.bound_to, '')) m`,
  );
  return {
    active: Number(row?.active ?? 0),
    within7: Number(row?.within7 ?? 0),
    within30: Number(row?.within30 ?? 0),
    lapsed30: Number(row?.lapsed30 ?? 0),
  };
}
