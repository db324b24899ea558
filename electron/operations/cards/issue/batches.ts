import type { Batch, BatchDetails, BatchKind } from '../../../contract/cards-issue.js';
import { keyFormat } from '../../../contract/cards-issue.js';
import type { CardState, CardType } from '../../../contract/cards-list.js';
import { Refusal } from '../../../contract/errors.js';
import { isoOf, isoOrNull, type Sql } from '../../../data/mysql/database.js';
import { part } from '../../../data/mysql/sql.js';
import { keyParameter } from '../../../data/write/row-writer.js';
import { abortable } from '../../kit/abortable.js';
import type { SiteContext } from '../../context.js';
import { listQuery } from '../../kit/list-query.js';
import { batchConditions, exportedSql } from '../batch-filter.js';
import { rangesOf } from '../batch-store.js';
import { joinMarks } from '../filter.js';
import { stateSql } from '../rows.js';
import { accessLogOf } from './batch-access-log.js';

interface BatchRow {
  readonly id: string | number;
  readonly kind: BatchKind;
  readonly key_type: CardType | null;
  readonly wanted: number;
  readonly issued: number;
  readonly rolled_back: number;
  readonly format: string | null;
  readonly expires_at: string | null;
  readonly note: string | null;
  readonly channel: string | null;
  readonly operator: string;
  readonly job_id: string | null;
  readonly audit_id: string | number | null;
  readonly created_at: string;
  readonly state: Batch['jobState'];
}

const columns =
  'b.id, b.kind, b.key_type, b.wanted, b.issued, b.rolled_back, b.format, b.expires_at, b.note, b.channel, b.operator, b.job_id, b.audit_id, b.created_at, j.state';
const from = 'FROM console_card_batches b LEFT JOIN console_jobs j ON j.id = b.job_id';

/** Batches, newest first. None on a site without migration 0004. */
export const batchesQuery = listQuery('cards.batches', {
  table: 'console_card_batches',
  needs: 'cards',
  sorts: { id: { tie: 'b.id' } },
  source: (filter) => ({ from: part(from), conditions: batchConditions(filter) }),
  columns: () => columns,
  beside: (rows: readonly BatchRow[], { sql }) => besideOf(sql, rows),
  row: (row, _, beside) => batchOf(row, beside),
  csv: {
    cells: {
      id: ({ id }) => id,
      kind: ({ kind }) => kind,
      type: ({ type }) => type,
      wanted: ({ wanted }) => wanted,
      issued: ({ issued }) => issued,
      exported: ({ exported }) => exported,
      rolled_back: ({ rolledBack }) => rolledBack,
      job_state: ({ jobState }) => jobState,
      channel: ({ channel }) => channel,
      note: ({ note }) => note,
      operator: ({ operator }) => operator,
      created_at: ({ createdAt }) => createdAt,
      expires_at: ({ expiresAt }) => expiresAt,
    },
  },
});

/** A batch, the current states of its cards, and who exported or viewed its keys. Throws not_found. */
export async function getBatch({ id }: { readonly id: string }, { site, signal }: SiteContext): Promise<BatchDetails> {
  if (!(await site.has('cards'))) throw noSuchBatch();
  const sql = abortable(site.db, signal);
  const row = await batchRow(sql, id);
  const states = await statesOf(sql, id);
  const found = Object.values(states).reduce((sum, { count }) => sum + count, 0);
  const beside = await besideOf(sql, [row]);
  const format = row.format === null ? null : keyFormat.safeParse(JSON.parse(row.format));
  return {
    ...batchOf(row, beside),
    format: format?.success === true ? format.data : null,
    auditId: row.audit_id === null ? null : String(row.audit_id),
    funnel: {
      unused: states.unused.count,
      used: states.used.count,
      expired: states.expired.count,
      revoked: states.revoked.count,
      gone: Math.max(0, row.issued - found),
    },
    taken: await accessLogOf(sql, id),
  };
}

/** The row of a batch. Throws not_found. */
export async function batchRow(sql: Sql, id: string): Promise<BatchRow> {
  const [row] = await sql.rows<BatchRow>(`SELECT ${columns} ${from} WHERE b.id = ?`, [keyParameter(id)]);
  if (row === undefined) throw noSuchBatch();
  return row;
}

/** The cards of a batch by effective state: their number, and a sum of their ids that differs for another set. */
export type States = Readonly<Record<CardState, { readonly count: number; readonly sum: string }>>;

/** The cards of a batch by state, counted now. */
export async function statesOf(sql: Sql, id: string): Promise<States> {
  const counts = { unused: 0, used: 0, expired: 0, revoked: 0 };
  const sums = { unused: 0n, used: 0n, expired: 0n, revoked: 0n };
  for (const { first, last } of await rangesOf(sql, id)) {
    const rows = await sql.rows<{ state: CardState; found: string | number; sum: string | number }>(
      `SELECT s.state, COUNT(*) AS found, SUM(s.mixed) AS sum FROM (
         SELECT ${stateSql({ tables: true })} AS state, CRC32(c.id) AS mixed FROM card_keys c${joinMarks} WHERE c.id BETWEEN ? AND ?) s GROUP BY s.state`,
      [keyParameter(first), keyParameter(last)],
    );
    for (const row of rows) {
      counts[row.state] += Number(row.found);
      sums[row.state] += BigInt(row.sum);
    }
  }
  const of = (state: CardState): States[CardState] => ({ count: counts[state], sum: String(sums[state]) });
  return { unused: of('unused'), used: of('used'), expired: of('expired'), revoked: of('revoked') };
}

/** What the audit knows of batches, by their ids. */
interface Beside {
  /** Cards that were rolled back and not restored by an undo. */
  readonly back: ReadonlyMap<string, number>;
  /** The cards of the largest export. */
  readonly exported: ReadonlyMap<string, number>;
}

async function besideOf(sql: Sql, batches: readonly BatchRow[]): Promise<Beside> {
  const back = batches.filter((row) => row.rolled_back > 0);
  return {
    back: await ofAudit(sql, back, 'SUM(a.targets - 1)', "'cards.batches.rollback' AND a.undone_by IS NULL"),
    exported: await ofAudit(sql, batches, `MAX(${exportedSql})`, "'cards.export' AND a.outcome <> 'refused'"),
  };
}

/** A number of cards for each batch that entries of an operation name. */
async function ofAudit(
  sql: Sql,
  batches: readonly BatchRow[],
  cards: string,
  operation: string,
): Promise<ReadonlyMap<string, number>> {
  if (batches.length === 0) return new Map();
  const rows = await sql.rows<{ target: string; cards: string | number | null }>(
    `SELECT t.target, ${cards} AS cards FROM console_audit_targets t JOIN console_audit a ON a.id = t.audit_id
     WHERE t.target IN (?) AND t.kind = 'card' AND a.operation = ${operation} GROUP BY t.target`,
    [batches.map(({ id }) => `batch:${String(id)}`)],
  );
  return new Map(rows.map((row) => [row.target.slice('batch:'.length), Number(row.cards ?? 0)]));
}

function batchOf(row: BatchRow, { back, exported }: Beside): Batch {
  const id = String(row.id);
  return {
    id,
    kind: row.kind,
    type: row.key_type,
    wanted: row.wanted,
    issued: row.issued,
    note: row.note,
    channel: row.channel,
    operator: row.operator,
    createdAt: isoOf(row.created_at),
    expiresAt: isoOrNull(row.expires_at),
    jobId: row.job_id,
    jobState: row.state,
    rolledBack: Math.min(row.rolled_back, back.get(id) ?? 0),
    exported: Math.min(row.issued, exported.get(id) ?? 0),
  };
}

function noSuchBatch(): Refusal {
  return new Refusal('not_found', { zh: '没有这个批次', en: 'There is no such batch' });
}
