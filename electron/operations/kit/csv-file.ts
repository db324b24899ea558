import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import type { OperationName } from '../../contract/index.js';
import type { EphemeralProgress } from '../../jobs/ephemeral.js';
import type { SiteContext } from '../context.js';
import { exportName } from './file-name.js';
import { saveFile } from './save-file.js';

export type Cell = string | number | null;

/** The content of a CSV: rows of cells, and how many rows there will be. */
export interface CsvContent {
  readonly header: readonly string[];
  count(signal: AbortSignal): Promise<number>;
  rows(signal: AbortSignal): AsyncIterable<readonly Cell[]>;
}

/**
 * Saves rows as CSV (UTF-8 with BOM), as a stream and without a limit. Cells that a spreadsheet would run as a formula
 * are escaped. See `saveFile`.
 */
export function saveCsv(
  context: SiteContext,
  operation: OperationName,
  name: string,
  content: CsvContent,
): Promise<{ readonly jobId: string }> {
  return saveFile(context, operation, exportName([], name, 'csv'), {
    write: (stream, job, signal) =>
      pipeline(linesOf(content, job, signal), stringify({ header: false, bom: true, escape_formulas: true }), stream, {
        signal,
      }),
  });
}

async function* linesOf(
  content: CsvContent,
  job: EphemeralProgress,
  signal: AbortSignal,
): AsyncGenerator<readonly Cell[]> {
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
