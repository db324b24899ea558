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
      const id = /^#?(\d{1,19})$/.exec(text)?.[1];
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

/** So many ranges are one condition. Of many more, the servers give up on an index and read the whole table. */
export const rangesAtOnce = 1_000;
/** With more ranges, the ids of their cards are collected first. */
const mostRanges = 8_000;

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
  most = mostRanges,
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
  const ids = [...chunked(ranges, rangesAtOnce)].map((some) =>
    whereAll(part('SELECT id FROM card_keys'), [inRanges('id', some)]),
  );
  return {
    joins: [join([part(' JOIN ('), join(ids, ' UNION ALL '), part(') some ON some.id = c.id')], '')],
    conditions: [],
  };
}

/**
 * The condition that an id is in one of these ranges. The longest come first: the servers compare each row with one after
 * another.
 */
export function inRanges(column: string, ranges: readonly IdRange[]): Part {
  const length = ({ first, last }: IdRange): number => Number(BigInt(last) - BigInt(first));
  const any = ranges
    .toSorted((a, b) => length(b) - length(a))
    .map(({ first, last }) => part(`${column} BETWEEN ? AND ?`, keyParameter(first), keyParameter(last)));
  return join([part('('), join(any, ' OR '), part(')')], '');
}
