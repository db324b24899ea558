import { rm } from 'node:fs/promises';
import { finished, pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { type ErrorCode, Refusal } from '../contract/errors.js';
import type { Text } from '../contract/text.js';
import type { OperationName } from '../contract/index.js';
import type { EphemeralProgress } from '../jobs/ephemeral.js';
import type { SiteContext } from './context.js';

export type Cells = readonly (string | number | null)[];

/** What a CSV holds: rows of cells, and how many there will be. */
export interface CsvContent {
  readonly header: readonly string[];
  count(signal: AbortSignal): Promise<number>;
  rows(signal: AbortSignal): AsyncIterable<Cells>;
}

/**
 * Saves rows as CSV by a job (UTF-8 with BOM, cells that a spreadsheet would run are defused), streamed and without a cap. The place is asked
 * for first; who took data away is written down. An export that is cancelled or fails leaves no file. Throws `cancelled` where no place was chosen.
 */
export async function saveCsv(
  context: SiteContext,
  operation: OperationName,
  name: string,
  content: CsvContent,
): Promise<{ readonly jobId: string }> {
  const { desk, jobs, operator } = context;
  const target = await desk.host
    .saveFile(`${name}-${new Date().toISOString().slice(0, 10)}.csv`)
    .catch((error: unknown) => {
      throw unwritable(error);
    });
  if (target === null) throw new Refusal('cancelled', { zh: '没有选择保存位置', en: 'No place to save was chosen' });
  try {
    await writeDown(context);
  } catch (error) {
    target.stream.destroy();
    await rm(target.path, { force: true });
    throw error;
  }
  const jobId = jobs.ephemeral(operation, operator.username, async (job, signal) => {
    try {
      await pipeline(
        linesOf(content, job, signal),
        stringify({ header: false, bom: true, escape_formulas: true }),
        target.stream,
        { signal },
      );
    } catch (error) {
      target.stream.destroy();
      await finished(target.stream).catch(() => undefined);
      await rm(target.path, { force: true });
      throw error;
    }
    job.file(target.path);
  });
  return { jobId };
}

const faults: Readonly<Record<string, readonly [code: ErrorCode, text: Text]>> = {
  EEXIST: ['conflict', { zh: '这个文件已经存在，没有覆盖它', en: 'This file is there already; it was left alone' }],
  ENOENT: ['not_found', { zh: '没有这个文件夹', en: 'There is no such folder' }],
  EISDIR: ['conflict', { zh: '这里已有同名的文件夹', en: 'There is a folder of this name' }],
  EACCES: ['forbidden', { zh: '没有权限写入这个位置', en: 'This place may not be written to' }],
  EPERM: ['forbidden', { zh: '没有权限写入这个位置', en: 'This place may not be written to' }],
  EROFS: ['forbidden', { zh: '这个磁盘是只读的', en: 'This disk is read-only' }],
  ENOSPC: ['unavailable', { zh: '磁盘已满', en: 'The disk is full' }],
};

/** What the disk said of the chosen place, for people. */
function unwritable(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const fault = faults[code];
  if (fault === undefined) return error;
  return new Refusal(fault[0], fault[1], {
    hint: { zh: '换一个位置或文件名。', en: 'Choose another place or name.' },
    cause: error,
  });
}

/** Who took data away is written down; where writing is locked or has nowhere to go, the export goes on without. */
async function writeDown(context: SiteContext): Promise<void> {
  if (!(await context.site.hasConsoleTables())) return;
  try {
    await context.change(() => Promise.resolve(null));
  } catch (error) {
    if (!context.desk.locked) throw error;
  }
}

async function* linesOf(content: CsvContent, job: EphemeralProgress, signal: AbortSignal): AsyncGenerator<Cells> {
  job.total(await content.count(signal));
  yield content.header;
  let moved = 0;
  for await (const cells of content.rows(signal)) {
    yield cells;
    moved += 1;
    if (moved % 500 === 0) job.moved(500);
  }
  job.moved(moved % 500);
}
