import { cardStates, type CardState, type CardStats, type CardType, cardTypes } from '../../../contract/cards-list.js';
import type { Sql } from '../../../storage/mysql/database.js';
import { abortable } from '../../abortable.js';
import type { SiteContext } from '../../context.js';

/** A count by type and column, and how much of it is past its expiry or ends within so many days. */
interface Stock {
  readonly key_type: CardType;
  readonly status: 'unused' | 'used' | 'expired';
  readonly found: string;
  readonly past: string;
  readonly within7: string;
  readonly within30: string;
}

/** The longest history that a chart of binding shows, today included. */
const days = 30;
const day = 86_400_000;

const now = 'UTC_TIMESTAMP()';
const within = (length: number): string =>
  `SUM(c.expires_at > ${now} AND c.expires_at <= ${now} + INTERVAL ${String(length)} DAY)`;
/** Read from the index by status, type and expiry (R001) alone, in its order. */
const stockColumns = `c.status, c.key_type, COUNT(*) AS found, SUM(c.expires_at <= ${now}) AS past, ${within(7)} AS within7, ${within(30)} AS within30`;

/**
 * What there is in stock, how old it is, what is bound each day and what expires. Counted anew at each call, five queries side by side, none of
 * which looks at a card more than once: under a second or so for each million cards. Days are those of UTC.
 */
export async function cardStats({ site, signal }: SiteContext): Promise<CardStats> {
  const sql = abortable(site.db, signal);
  const [stock, revoked, young, bound, members, clock] = await Promise.all([
    sql.rows<Stock>(`SELECT ${stockColumns} FROM card_keys c GROUP BY c.status, c.key_type`),
    (await site.hasCardTables()) ? revokedStock(sql) : [],
    youngStock(sql),
    boundSince(sql),
    membersOf(sql),
    sql.rows<{ now: string }>(`SELECT ${now} AS now`),
  ]);
  const at = new Date(`${(clock[0]?.now ?? '').replace(' ', 'T')}Z`);
  const { counts, expiring } = effective(stock, revoked);
  return {
    stock: cardTypes.flatMap((type) =>
      cardStates.map((state) => ({ type, state, count: counts.get(`${type} ${state}`) ?? 0 })),
    ),
    age: cardTypes.flatMap((type) => ages(type, young, counts.get(`${type} unused`) ?? 0)),
    boundPerDay: Array.from({ length: days }, (_, back) => {
      const name = new Date(at.getTime() - (days - 1 - back) * day).toISOString().slice(0, 10);
      return { day: name, count: bound.get(name) ?? 0 };
    }),
    members,
    expiring,
    at: at.toISOString(),
  };
}

/** Cards out of use for good, which their columns show as expired (or, where somebody else wrote to them since, as unused). */
function revokedStock(sql: Sql): Promise<Stock[]> {
  return sql.rows<Stock>(
    `SELECT ${stockColumns} FROM console_card_marks m STRAIGHT_JOIN card_keys c ON c.id = m.card_id
     WHERE m.revoked_at IS NOT NULL AND c.status <> 'used' GROUP BY c.status, c.key_type`,
  );
}

/** Columns and clock and marks together. */
function effective(
  stock: readonly Stock[],
  revoked: readonly Stock[],
): { readonly counts: ReadonlyMap<string, number>; readonly expiring: CardStats['expiring'] } {
  const counts = new Map<string, number>();
  const expiring = { within7: 0, within30: 0, stale: 0 };
  const add = (type: CardType, state: CardState, count: number): void =>
    void counts.set(`${type} ${state}`, (counts.get(`${type} ${state}`) ?? 0) + count);
  const tell = (row: Stock, sign: 1 | -1): void => {
    const [found, past] = [Number(row.found) * sign, Number(row.past) * sign];
    if (row.status !== 'unused') return add(row.key_type, row.status, found);
    add(row.key_type, 'unused', found - past);
    add(row.key_type, 'expired', past);
    expiring.within7 += Number(row.within7) * sign;
    expiring.within30 += Number(row.within30) * sign;
    expiring.stale += past;
  };
  for (const row of stock) tell(row, 1);
  for (const row of revoked) {
    tell(row, -1);
    add(row.key_type, 'revoked', Number(row.found));
  }
  return { counts, expiring };
}

interface Young {
  readonly key_type: CardType;
  readonly upto7: string;
  readonly upto30: string;
  readonly upto90: string;
}

/** Unused cards that were made within ninety days. The index by status does not know when: one walk through the table is faster than a look at each row by way of it. */
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
    // Counted a moment apart: never below nothing.
    { type, upToDays: null, count: Math.max(0, unused - upto90) },
  ];
}

/** How many cards were bound on each of the last thirty days. */
async function boundSince(sql: Sql): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.rows<{ day: string; found: string }>(
    `SELECT DATE(c.bound_at) AS day, COUNT(*) AS found FROM card_keys c WHERE c.bound_at >= UTC_DATE() - INTERVAL ${String(days - 1)} DAY GROUP BY DATE(c.bound_at)`,
  );
  return new Map(rows.map((row) => [row.day, Number(row.found)]));
}

/** Users by when the last of their bound cards ends. */
async function membersOf(sql: Sql): Promise<CardStats['members']> {
  const [row] = await sql.rows<Record<'active' | 'within7' | 'within30' | 'lapsed30', string | null>>(
    `SELECT SUM(m.ends > ${now}) AS active, SUM(m.ends > ${now} AND m.ends <= ${now} + INTERVAL 7 DAY) AS within7,
       SUM(m.ends > ${now} AND m.ends <= ${now} + INTERVAL 30 DAY) AS within30, SUM(m.ends <= ${now}) AS lapsed30
     FROM (SELECT MAX(c.expires_at) AS ends FROM card_keys c WHERE c.bound_to IS NOT NULL GROUP BY c.bound_to) m WHERE m.ends > ${now} - INTERVAL 30 DAY`,
  );
  return {
    active: Number(row?.active ?? 0),
    within7: Number(row?.within7 ?? 0),
    within30: Number(row?.within30 ?? 0),
    lapsed30: Number(row?.lapsed30 ?? 0),
  };
}
