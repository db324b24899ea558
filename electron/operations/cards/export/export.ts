import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal } from '../../../contract/errors.js';
import type { Parsed } from '../../../contract/index.js';
import type { EphemeralProgress } from '../../../jobs/ephemeral.js';
import type { Change } from '../../../data/write/audited-change.js';
import type { Database } from '../../../data/mysql/database.js';
import { abortable } from '../../kit/abortable.js';
import type { SiteContext } from '../../context.js';
import { countRows } from '../../kit/list-query.js';
import { exportName } from '../../kit/file-name.js';
import { saveFile } from '../../kit/save-file.js';
import { nothingToExport } from '../../kit/selection.js';
import type { CardTables } from '../rows.js';
import type { ExportAnswer, ExportCard, ExportQuestion, ExportStart } from './card.js';
import { cardsByBatch, type Exported, exportedCards, exportRows } from './query.js';
import { mostOnSheet } from './sheet.js';
import { WorkerClient } from '../../../jobs/worker-client.js';

type ExportInput = Parsed<'cards.export'>;

/** Up to this many cards are listed one by one in the audit, so that each card's history shows the export. */
const mostNamed = 1_000;

/**
 * Saves card keys in the list's order, as a stream without a limit, made in a worker thread. Formats: csv (every
 * column), txt (one key per line), site (the site's own CSV), sheet (PDF with QR codes, at most 10,000 cards); with a
 * passphrase, in the age format. Cards whose plain text the site never kept have no key in CSV, and are left out of TXT
 * and sheet. The audit stores who exported, the filter, the format and the number, never a key. Throws not_found
 * (nothing to export), invalid_input (too many for a sheet), and everything that `saveFile` throws. Touches no cache.
 */
export async function exportCards(input: ExportInput, context: SiteContext): Promise<{ readonly jobId: string }> {
  const { site, signal } = context;
  const about: CardTables = { tables: await site.has('cards') };
  const sql = abortable(site.db, signal);
  const exported = await exportedCards(sql, input, about);
  const count = await countRows(sql, exported.from);
  if (count === 0) throw nothingToExport();
  if (input.format === 'sheet' && count > mostOnSheet) throw tooManyForSheet(count);
  return saveFile(context, 'cards.export', fileName(input, count), {
    secret: true,
    note: (change) => note(change, input, exported, count, () => cardsByBatch(site.db, exported, about, signal)),
    write: (stream, job, ending) => write(site.db, input, exported, about, { stream, job, count, signal: ending }),
  });
}

/** `batch-12-unused-month-500-2026-11-23-0930-card-keys.csv.age` */
function fileName({ who, filter, format, passphrase }: ExportInput, count: number): string {
  const wanted = who === undefined ? filter : 'filter' in who ? who.filter : {};
  const apart = [
    ...(format === 'site' ? ['site'] : []),
    ...(wanted.batch === undefined ? [] : [`batch-${wanted.batch}`]),
    ...(wanted.states ?? []),
    ...(wanted.types ?? []),
    String(count),
  ];
  const ending = { csv: 'csv', site: 'csv', txt: 'txt', sheet: 'pdf' }[format];
  return exportName(apart, 'card-keys', `${ending}${passphrase === undefined ? '' : '.age'}`);
}

/**
 * Records who exported what: for the batches, so that their pages and figures show it, and for each card of a small
 * export, by its hash.
 */
async function note(
  change: Change,
  { who, filter, format, passphrase }: ExportInput,
  { ids, from }: Exported,
  count: number,
  byBatch: () => Promise<ReadonlyMap<string, number>>,
): Promise<void> {
  // The targets are only named for their history; there is nothing to undo.
  change.places['incomplete'] = count;
  const touch = (target: string, cards: number): void =>
    change.record({
      kind: 'card',
      target,
      before: {},
      after: { export: [{ format, cards, encrypted: passphrase !== undefined }] },
    });
  const batch = ids === null ? (who !== undefined && 'filter' in who ? who.filter : filter).batch : undefined;
  if (batch !== undefined) {
    touch(`batch:${batch}`, count);
    return;
  }
  const batches = await byBatch();
  for (const [id, cards] of batches) touch(`batch:${id}`, cards);
  if (count > mostNamed) return void (batches.size === 0 && touch('export', count));
  const rows = await change.tx.rows<{ key_hash: string }>(`SELECT c.key_hash ${from.sql}`, from.parameters);
  for (const { key_hash } of rows) touch(key_hash, 1);
}

interface Target {
  readonly stream: Writable;
  readonly job: EphemeralProgress;
  readonly count: number;
  readonly signal: AbortSignal;
}

async function write(
  db: Database,
  input: ExportInput,
  exported: Exported,
  about: CardTables,
  { stream, job, count, signal }: Target,
): Promise<void> {
  job.total(count);
  const { format, passphrase } = input;
  const thread = new WorkerClient<ExportQuestion, ExportAnswer>(import.meta.url, 'card-export', {
    data: { format, passphrase: passphrase ?? null } satisfies ExportStart,
  });
  try {
    // Short batches: a cancelled sheet ends at once, and its thread never has much work waiting.
    const rows = exportRows(db, exported, input, about, format === 'sheet' ? 100 : 1_000, signal);
    await pipeline(pieces(thread, rows, job), stream, { signal });
  } finally {
    await thread.end();
  }
}

/** Pieces of the file. While the thread works on one batch, the next one is read. */
async function* pieces(
  thread: WorkerClient<ExportQuestion, ExportAnswer>,
  rows: AsyncIterable<readonly ExportCard[]>,
  job: EphemeralProgress,
): AsyncGenerator<Uint8Array> {
  let asked: { readonly answer: Promise<ExportAnswer>; readonly cards: number } | null = null;
  for await (const cards of rows) {
    if (asked !== null) {
      yield* await asked.answer;
      job.moved(asked.cards);
    }
    const answer = thread.ask(cards);
    // It is awaited one batch later. An error before that must not count as unhandled.
    answer.catch(() => undefined);
    asked = { answer, cards: cards.length };
  }
  if (asked !== null) {
    yield* await asked.answer;
    job.moved(asked.cards);
  }
  yield* await thread.ask('end');
}

function tooManyForSheet(count: number): Refusal {
  return new Refusal(
    'invalid_input',
    {
      zh: `打印页最多 ${String(mostOnSheet)} 张卡密，这里有 ${String(count)} 张`,
      en: `A sheet to print has at most ${String(mostOnSheet)} card keys; these are ${String(count)}`,
    },
    {
      hint: { zh: '缩小筛选范围，或导出为 CSV。', en: 'Narrow the filter, or export as CSV.' },
      details: { field: 'format', count },
    },
  );
}
