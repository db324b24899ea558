import { stat } from 'node:fs/promises';
import { importVerdicts, type ImportVerdict } from '../../../contract/cards-import.js';
import { cardTypes, type CardType } from '../../../contract/cards-list.js';
import { Refusal } from '../../../contract/errors.js';
import type { Parsed } from '../../../contract/index.js';
import type { EphemeralProgress } from '../../../jobs/ephemeral.js';
import { jobErrorOf, writeJobError } from '../../../jobs/job-error.js';
import { databaseNow } from '../../../domain/clock.js';
import { millis } from '../../../domain/values.js';
import { auditEndedEarly } from '../../../data/write/audited-change.js';
import { keyParameter } from '../../../data/write/row-writer.js';
import type { Site } from '../../../data/site.js';
import type { SiteContext } from '../../context.js';
import { endOf } from '../../../domain/cards/expiry.js';
import { maskKey } from '../rows.js';
import { clearOldImports, dropLines, type ImportOptions, type KeptReport, Staging } from './store.js';
import { Existing } from './existing.js';
import {
  type BadLine,
  type ImportAnswer,
  type ImportQuestion,
  type ImportStart,
  mostSamples,
  type ReadSummary,
} from './messages.js';
import { BadLines, maskedColumns, type RecentImport, recentImport, remember, verdictOf } from './recent.js';
import type { StagedCard } from './parsed-rows.js';
import { fileRefusal } from './reasons.js';
import { WorkerClient } from '../../../jobs/worker-client.js';

const mostBytes = 200 * 1024 * 1024;
const mostLines = 1_000_000;

/**
 * Reads a file of card keys in a job, compares it with the existing cards, and stores the new ones for `cards.import`.
 * `cards.import.report` returns what it found. Writes nothing to `card_keys`. If reading fails or is cancelled, no
 * lines are left. Throws read_only (locked), cancelled (no file was chosen), invalid_input (empty, too large, not a
 * file; expiry), not_found, forbidden.
 */
export async function readImport(
  input: Parsed<'cards.import.read'>,
  context: SiteContext,
): Promise<{ readonly importId: string; readonly jobId: string }> {
  const { site, desk, jobs, operator } = context;
  if (desk.locked)
    throw new Refusal(
      'read_only',
      { zh: '连接已锁定为只读', en: 'The connection is locked read-only' },
      { hint: { zh: '输入连接名称即可解锁一段时间。', en: 'Type the connection’s name to unlock it for a while.' } },
    );
  const now = await databaseNow(site.db);
  for (const type of cardTypes) endOf(input.expiry, type, now);
  const file = await fileOf(input, context);
  if (file === null) throw new Refusal('cancelled', { zh: '没有选择文件', en: 'No file was chosen' });
  const size = await sizeOf(file.path);
  await clearOldImports(site.db).catch(() => undefined);
  const { value: importId, auditId } = await context.change(async (change) => {
    const options: ImportOptions = { note: input.note ?? null, channel: input.channel ?? null };
    const { insertId } = await change.tx.run(
      `INSERT INTO console_card_imports (operator, file_name, state, options, created_at) VALUES (?, ?, 'reading', ?, UTC_TIMESTAMP(3))`,
      [operator.username, Array.from(file.name).slice(-255).join(''), JSON.stringify(options)],
    );
    return insertId;
  });
  const start: ImportStart = {
    path: file.path,
    name: file.name,
    defaults: { type: input.type, expiry: input.expiry, now: millis(now) / 1000 },
    mostLines,
    ...(input.columns === undefined ? {} : { columns: { columns: input.columns, header: input.header ?? false } }),
  };
  const known = remember(site, importId, { file, asks: null, bad: null });
  const jobId = jobs.ephemeral('cards.import.read', operator.username, async (job, signal) => {
    try {
      await readAll(site, importId, start, size, known, job, signal);
    } catch (error) {
      await giveUp(site, importId, auditId, { stopped: signal.aborted, error: writeJobError(jobErrorOf(error)) });
      throw error;
    }
  });
  return { importId, jobId };
}

/** The file that the operator chooses, or the one that an import has read before. Null if none was chosen. */
async function fileOf(
  { again, path }: Parsed<'cards.import.read'>,
  { site, desk }: SiteContext,
): Promise<{ readonly path: string; readonly name: string } | null> {
  if (again === undefined) return desk.host.openFile(path);
  const known = recentImport(site, again);
  if (known !== undefined) return known.file;
  throw new Refusal(
    'not_found',
    { zh: '这次导入的文件已不在', en: 'The file of this import is gone' },
    { hint: { zh: '重新选择文件。', en: 'Choose the file again.' } },
  );
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    throw new Refusal(
      'not_found',
      { zh: '读不到这个文件', en: 'This file cannot be read' },
      { hint: { zh: '检查文件是否存在、有无权限。', en: 'Check that it is there and may be read.' }, cause: error },
    );
  });
  if (!found.isFile())
    throw new Refusal('invalid_input', { zh: '这不是文件', en: 'This is no file' }, { details: { field: 'path' } });
  if (found.size === 0) throw fileRefusal('empty', null);
  if (found.size <= mostBytes) return found.size;
  throw new Refusal(
    'invalid_input',
    { zh: '文件超过 200 MB', en: 'The file is larger than 200 MB' },
    { hint: { zh: '分成几个文件导入。', en: 'Split it into several files.' }, details: { size: found.size } },
  );
}

async function giveUp(
  site: Site,
  importId: string,
  auditId: string,
  end: { readonly stopped: boolean; readonly error: string },
): Promise<void> {
  try {
    await auditEndedEarly(site.db, auditId, end);
    await site.db.run(
      end.stopped
        ? 'DELETE FROM console_card_imports WHERE id = ?'
        : "UPDATE console_card_imports SET state = 'failed' WHERE id = ?",
      [keyParameter(importId)],
    );
    await dropLines(site.db, importId);
  } catch {
    // The server is away or the connection was closed. An import after at least a day deletes what is left.
  }
}

type Samples = Map<ImportVerdict, BadLine[]>;

async function readAll(
  site: Site,
  importId: string,
  start: ImportStart,
  size: number,
  known: RecentImport,
  job: EphemeralProgress,
  signal: AbortSignal,
): Promise<void> {
  const thread = new WorkerClient<ImportQuestion, ImportAnswer>(import.meta.url, 'card-import', { data: start });
  const end = (): void => void thread.end();
  signal.addEventListener('abort', end, { once: true });
  try {
    const summary = await readLines(thread, size, known, job, signal);
    const counts: Record<ImportVerdict, number> = {
      new: 0,
      ended: 0,
      duplicate: summary.duplicate,
      existing: 0,
      conflict: 0,
      used: summary.used,
      malformed: summary.malformed,
    };
    const types = new Map<CardType, number>();
    const samples: Samples = new Map(importVerdicts.map((verdict) => [verdict, []]));
    const staging = new Staging(site, importId);
    const existing = new Existing(site.db, signal);
    const bad = new BadLines();
    for (let lines = await nextBad(thread, signal); lines.length > 0; lines = await nextBad(thread, signal)) {
      for (const one of lines) {
        bad.add(one);
        samples.get(verdictOf(one.why))?.push(one);
      }
      trim(samples);
    }
    for (let cards = await nextCards(thread, signal); cards.length > 0;) {
      // While the database handles these, the thread prepares the next.
      const coming = nextCards(thread, signal);
      coming.catch(() => undefined);
      const fresh: StagedCard[] = [];
      const verdicts = await existing.judge(cards);
      for (const [at, card] of cards.entries()) {
        const verdict = verdicts[at] ?? 'new';
        counts[verdict] += 1;
        if (verdict === 'new' || verdict === 'ended') {
          fresh.push(card);
          types.set(card.type, (types.get(card.type) ?? 0) + 1);
        }
        if (verdict === 'new') continue;
        const one = { line: card.line, key: card.key, why: verdict };
        samples.get(verdict)?.push(one);
        if (verdict !== 'ended') bad.add(one);
      }
      trim(samples);
      await staging.add(fresh, signal);
      job.moved(cards.length);
      cards = await coming;
    }
    const report: KeptReport = {
      lines: summary.lines,
      counts,
      types: cardTypes.flatMap((type) => (types.has(type) ? [{ type, count: types.get(type) ?? 0 }] : [])),
      samples: shown(samples),
    };
    known.bad = bad;
    await site.db.run(
      "UPDATE console_card_imports SET state = 'ready', report = ?, fingerprint = ? WHERE id = ?",
      [JSON.stringify(report), staging.fingerprint(counts), keyParameter(importId)],
      signal,
    );
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', end);
    await thread.end();
  }
}

async function readLines(
  thread: WorkerClient<ImportQuestion, ImportAnswer>,
  size: number,
  known: RecentImport,
  job: EphemeralProgress,
  signal: AbortSignal,
): Promise<ReadSummary> {
  for (;;) {
    const answer = await thread.ask('read');
    signal.throwIfAborted();
    if (answer.kind === 'refused') {
      if (answer.asked !== null) known.asks = maskedColumns(answer.asked);
      throw fileRefusal(answer.why, answer.line);
    }
    // Until the file is read, estimate the total from the part that was read.
    if (answer.kind === 'reading' && answer.bytes > 0) job.total(Math.round((answer.lines * size) / answer.bytes));
    if (answer.kind !== 'read') continue;
    job.total(answer.summary.lines);
    job.moved(answer.summary.lines - answer.summary.cards);
    return answer.summary;
  }
}

async function nextCards(
  thread: WorkerClient<ImportQuestion, ImportAnswer>,
  signal: AbortSignal,
): Promise<readonly StagedCard[]> {
  const answer = await thread.ask('cards');
  signal.throwIfAborted();
  return answer.kind === 'cards' ? answer.cards : [];
}

async function nextBad(
  thread: WorkerClient<ImportQuestion, ImportAnswer>,
  signal: AbortSignal,
): Promise<readonly BadLine[]> {
  const answer = await thread.ask('bad');
  signal.throwIfAborted();
  return answer.kind === 'bad' ? answer.lines : [];
}

/** Keeps the first lines of each verdict in the order of the file. Cards come in the order of their hashes. */
function trim(samples: Samples): void {
  for (const found of samples.values()) {
    if (found.length <= 4 * mostSamples) continue;
    found.sort((a, b) => a.line - b.line);
    found.length = mostSamples;
  }
}

function shown(samples: Samples): KeptReport['samples'] {
  return [...samples].flatMap(([verdict, found]) =>
    found
      .toSorted((a, b) => a.line - b.line)
      .slice(0, mostSamples)
      .map(({ line, key, why }) => ({ line, verdict, masked: maskKey(key), why })),
  );
}
