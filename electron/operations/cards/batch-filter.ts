import type { BatchFilter, ofBatches } from '../../contract/cards-batches.js';
import type { CardFilter } from '../../contract/cards-list.js';
import type { Sql } from '../../data/mysql/database.js';
import { escapeLike, join, type Part, part, whereAll } from '../../data/mysql/sql.js';
import { chunked, keyParameter } from '../../data/write/row-writer.js';
import { filterConditions } from '../kit/list-sql.js';
import { type IdRange, joined } from './batch-store.js';

/** Exports that name batch `b`, from `console_audit_targets t`. It is a scalar: MariaDB makes a table for an EXISTS. */
const anyExport = `(SELECT 1 FROM console_audit_targets t JOIN console_audit a ON a.id = t.audit_id
  WHERE t.target = CONCAT('batch:', b.id) AND t.kind = 'card' AND a.operation = 'cards.export' AND a.outcome <> 'refused' LIMIT 1)`;

/** The number of cards that an export took of the batch that its target `t` names. */
export const exportedSql = "CAST(JSON_EXTRACT(t.after_image, '$.export[0].cards') AS UNSIGNED)";

/** The conditions of a filter on console_card_batches `b`. */
export function batchConditions(filter: BatchFilter): readonly Part[] {
  return filterConditions(filter, {
    search(text) {
      const like = `%${escapeLike(text)}%`;
      // A Chinese keyboard may write digits as wide as its characters.
      const id = /^#?(\d{1,19})$/.exec(text.normalize('NFKC').trim())?.[1];
      const words = part("b.note LIKE ? ESCAPE '|' OR b.channel LIKE ? ESCAPE '|'", like, like);
      const all = id === undefined ? [words] : [words, part('b.id = ?', keyParameter(id))];
      return join([part('('), join(all, ' OR '), part(')')], '');
    },
    channel: (name) => part("COALESCE(b.channel, '') = ?", name),
    operator: (name) => part('b.operator = ?', name),
    exported: (whether) => part(`${anyExport} IS ${whether === 'yes' ? 'NOT ' : ''}NULL`),
  });
}

/** What a filter of cards asks of their batches. */
export type AskedOfBatch = 'batch' | 'batchSearch' | keyof typeof ofBatches;

/** With more ranges, the ids of their cards are collected first; a page in the order of ids ends before that pays. */
export const mostRanges = { all: 4_000, page: 20_000 } as const;
/** Ranges of so many ids are read alone; of shorter ones, so many together. */
const [long, shortAtOnce] = [1_000, 100];

/** How cards of batches are found among card_keys `c`. */
export interface OfBatches {
  readonly joins: readonly Part[];
  readonly conditions: readonly Part[];
}

/**
 * The cards whose batch is one that a filter asks for; null if it asks for none. The batches' id ranges are read here:
 * a batch that does not exist has no cards, nor is there one on a site without their tables (`sql` is null). Of very
 * many ranges (each renewal has one), the ids of all their cards are collected: no server finds the range of each card
 * by an index.
 */
export async function ofItsBatch(
  sql: Sql | null,
  { batch, batchSearch: search, channel, operator, exported }: CardFilter,
  most: number,
): Promise<OfBatches | null> {
  const conditions = [
    ...(batch === undefined ? [] : [part('r.batch_id = ?', keyParameter(batch))]),
    ...batchConditions({ search, channel, operator, exported }),
  ];
  if (conditions.length === 0) return null;
  const where = join(conditions, ' AND ');
  const rows = await sql?.rows<Record<'first_id' | 'last_id', string | number>>(
    `SELECT r.first_id, r.last_id FROM console_card_ranges r LEFT JOIN console_card_batches b ON b.id = r.batch_id WHERE ${where.sql} ORDER BY r.first_id`,
    where.parameters,
  );
  const ranges = joined(rows ?? []);
  if (ranges.length === 0) return { joins: [], conditions: [part('1 = 0')] };
  if (ranges.length <= most) return { joins: [], conditions: [inRanges('c.id', ranges)] };
  const ids = portionsOf(ranges).map((some) => whereAll(part('SELECT id FROM card_keys'), [inRanges('id', some)]));
  return {
    joins: [join([part(' JOIN ('), join(ids, ' UNION ALL '), part(') some ON some.id = c.id')], '')],
    conditions: [],
  };
}

/** Ranges by portions, to read all that is in them: every row is compared with all ranges of its statement. */
export function portionsOf(ranges: readonly IdRange[]): readonly (readonly IdRange[])[] {
  const isLong = ({ first, last }: IdRange): boolean => BigInt(last) - BigInt(first) >= BigInt(long);
  const short = ranges.filter((range) => !isLong(range));
  return [...ranges.filter(isLong).map((range) => [range]), ...chunked(short, shortAtOnce)];
}

/**
 * The condition that an id is in one of these ranges, which are in the order of ids. Many are grouped: a row is
 * compared with each group, and only within its group with each range.
 */
export function inRanges(column: string, ranges: readonly IdRange[]): Part {
  const between = (first: string, last: string): Part =>
    part(`${column} BETWEEN ? AND ?`, keyParameter(first), keyParameter(last));
  const any = (parts: readonly Part[]): Part => join([part('('), join(parts, ' OR '), part(')')], '');
  const all = (some: readonly IdRange[]): Part => any(some.map(({ first, last }) => between(first, last)));
  const size = Math.ceil(Math.sqrt(ranges.length));
  if (size < 5) return all(ranges);
  return any(
    [...chunked(ranges, size)].map((some) => {
      const ends = between(some[0]?.first ?? '', some[some.length - 1]?.last ?? '');
      return join([part('('), ends, part(' AND '), all(some), part(')')], '');
    }),
  );
}
