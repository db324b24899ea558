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
/** The first moment of a day of a zone, `ahead` days from today, as the days of the lists that the figures open. */
const dayFrom = (zone: number, ahead: number): string =>
  `(DATE(${now} + INTERVAL ${String(zone)} MINUTE) + INTERVAL ${String(ahead)} DAY - INTERVAL ${String(zone)} MINUTE)`;
const endings = (zone: number): string => {
  const within = (length: number) => `SUM(c.expires_at > ${now} AND c.expires_at < ${dayFrom(zone, length + 1)})`;
  return `SUM(c.expires_at <= ${now}) AS past, ${within(7)} AS within7, ${within(30)} AS within30`;
};

/**
 * The stock, its age, the bindings per day, and what expires. Counted at each call by several queries at the same time.
 * A scan of the table takes a fifth of a second per million cards; the stock is read from the index by status, type and
 * expiry (R001) if it exists. Days begin at midnight of the zone, by its present difference to UTC, and "within 7 days"
 * ends with the seventh: so each figure is the count of the list that it opens.
 */
export async function cardStats(
  { zone }: { readonly zone: number },
  { site, signal }: SiteContext,
): Promise<CardStats> {
  const sql = abortable(site.db, signal);
  const marks = await site.has('cards');
  const ofRevoked = <Row>(columns: string, more: string): Promise<Row[]> | Row[] =>
    marks ? sql.rows<Row>(`SELECT c.key_type, ${columns} ${revokedCards} AND ${more}`) : [];
  const [stock, ending, aged, revoked, revokedUnused, bound, members, clock] = await Promise.all([
    sql.rows<Stock>('SELECT c.status, c.key_type, COUNT(*) AS found FROM card_keys c GROUP BY c.status, c.key_type'),
    sql.rows<Ending>(
      `SELECT c.key_type, ${endings(zone)} FROM card_keys c WHERE c.status = 'unused' AND c.key_type IN (?) AND c.expires_at < ${dayFrom(zone, 31)} GROUP BY c.key_type`,
      [cardTypes],
    ),
    sql.rows<Aged>(`SELECT c.key_type, ${agesSql(zone)} FROM card_keys c WHERE ${inStock} GROUP BY c.key_type`),
    ofRevoked<Stock>('c.status, COUNT(*) AS found', "c.status <> 'used' GROUP BY c.status, c.key_type"),
    ofRevoked<Ending & Aged>(`${endings(zone)}, ${agesSql(zone)}`, "c.status = 'unused' GROUP BY c.key_type"),
    boundSince(sql, zone),
    membersOf(sql, zone),
    sql.rows<{ now: string }>(`SELECT ${now} AS now`),
  ]);
  const at = new Date(`${(clock[0]?.now ?? '').replace(' ', 'T')}Z`);
  const { counts, expiring } = effective(stock, ending, revoked, revokedUnused);
  return {
    stock: cardTypes.flatMap((type) =>
      cardStates.map((state) => ({ type, state, count: counts.get(`${type} ${state}`) ?? 0 })),
    ),
    age: cardTypes.flatMap((type) => ages(type, aged, revokedUnused)),
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

/**
 * Unused cards. The index by status does not contain the time of creation, and one scan of the table is faster than a
 * look-up of each row through that index.
 */
const inStock = `COALESCE(c.status, '') = 'unused' AND c.expires_at > ${now}`;

const limits = [7, 30, 90] as const;
type Aged = { readonly key_type: CardType } & Readonly<Record<'upto7' | 'upto30' | 'upto90' | 'older', string | null>>;

/** Those that have not expired, by age in days. Cards without a time of creation have none. */
function agesSql(zone: number): string {
  const young = limits.map((limit, at) => {
    const before = limits[at - 1];
    const end = before === undefined ? '' : ` AND c.created_at < ${dayFrom(zone, -before)}`;
    return `SUM(c.expires_at > ${now} AND c.created_at >= ${dayFrom(zone, -limit)}${end}) AS upto${String(limit)}`;
  });
  return `${young.join(', ')}, SUM(c.expires_at > ${now} AND c.created_at < ${dayFrom(zone, -90)}) AS older`;
}

function ages(type: CardType, all: readonly Aged[], revoked: readonly Aged[]): CardStats['age'][number][] {
  const sum = (field: Exclude<keyof Aged, 'key_type'>): number => {
    const of = (rows: readonly Aged[]) => Number(rows.find(({ key_type }) => key_type === type)?.[field] ?? 0);
    return of(all) - of(revoked);
  };
  return [
    ...limits.map((upToDays) => ({ type, upToDays, count: sum(`upto${upToDays}`) })),
    { type, upToDays: null, count: sum('older') },
  ];
}

/** How many cards were bound on each of the last thirty days of a zone, in minutes ahead of UTC. */
async function boundSince(sql: Sql, zone: number): Promise<ReadonlyMap<string, number>> {
  const dayOf = `DATE(c.bound_at + INTERVAL ${String(zone)} MINUTE)`;
  const rows = await sql.rows<{ day: string; found: string }>(
    `SELECT ${dayOf} AS day, COUNT(*) AS found FROM card_keys c WHERE c.bound_at >= ${dayFrom(zone, 1 - days)} GROUP BY ${dayOf}`,
  );
  return new Map(rows.map((row) => [row.day, Number(row.found)]));
}

/**
 * Users by the expiry of their last bound card. It scans the table and groups by name: the index on the name would need
 * a look-up of each card.
 */
async function membersOf(sql: Sql, zone: number): Promise<CardStats['members']> {
  const lapsed = dayFrom(zone, -30);
  const [row] = await sql.rows<Record<'active' | 'within7' | 'within30' | 'lapsed30', string | null>>(
    `SELECT SUM(m.ends > ${now}) AS active, SUM(m.ends > ${now} AND m.ends < ${dayFrom(zone, 8)}) AS within7,
       SUM(m.ends > ${now} AND m.ends < ${dayFrom(zone, 31)}) AS within30, SUM(m.ends <= ${now}) AS lapsed30
     FROM (SELECT MAX(c.expires_at) AS ends FROM card_keys c WHERE COALESCE(c.bound_to, '') <> '' AND c.expires_at >= ${lapsed}
       GROUP BY COALESCE(c.bound_to, '')) m`,
  );
  return {
    active: Number(row?.active ?? 0),
    within7: Number(row?.within7 ?? 0),
    within30: Number(row?.within30 ?? 0),
    lapsed30: Number(row?.lapsed30 ?? 0),
  };
}
