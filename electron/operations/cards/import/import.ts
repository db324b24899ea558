import type { Issued } from '../../../contract/cards-issue.js';
import { Refusal } from '../../../contract/errors.js';
import type { Parsed } from '../../../contract/index.js';
import { keyParameter } from '../../../data/write/row-writer.js';
import type { SiteContext } from '../../context.js';
import { createBatch, reserveIds } from '../batch-store.js';
import { type ImportOptions, importRow, type ImportRow, type KeptReport } from './store.js';

/** What the job of an import needs to continue, in any process. */
export interface ImportJob {
  readonly importId: string;
  readonly batchId: string;
  /** The first id of card_keys that is reserved for it. */
  readonly firstId: string;
}

/**
 * Adds the cards that a report calls new or ended, as a batch, in a job that can be paused, cancelled and resumed. The
 * job skips and counts keys that were created since the file was read. Throws not_found, conflict (still reading,
 * failed, added before, nothing new), stale_preview (another fingerprint, or the lines were deleted). Touches `cardKey`
 * of every added card.
 */
export async function importCards(input: Parsed<'cards.import'>, context: SiteContext): Promise<Issued> {
  const { author, jobs } = context;
  const { value } = await context.change<Issued>(
    async (change) => {
      const { tx } = change;
      const row = await importRow(tx, input.importId, true);
      const report = checked(row, input.fingerprint);
      const total = addedBy(report);
      const [staged] = await tx.rows<{ found: string; first: string; last: string }>(
        'SELECT COUNT(*) AS found, MIN(expires_at) AS first, MAX(expires_at) AS last FROM console_card_import_rows WHERE import_id = ?',
        [keyParameter(input.importId)],
      );
      if (staged === undefined || Number(staged.found) !== total) throw stale();
      const { note, channel } = JSON.parse(row.options) as ImportOptions;
      const [only] = report.types;
      const batchId = await createBatch(change, author, {
        kind: 'import',
        type: report.types.length === 1 && only !== undefined ? only.type : null,
        wanted: total,
        note,
        channel,
        // If all have one expiry, a card that returns to stock gets that expiry again.
        ...(staged.first === staged.last ? { expiresAt: staged.first } : {}),
      });
      const job: ImportJob = {
        importId: input.importId,
        batchId,
        firstId: String(await reserveIds(tx, total)),
      };
      const jobId = await jobs.create(change, { operation: 'cards.import', input: job, author, targets: total });
      await tx.run('UPDATE console_card_batches SET job_id = ? WHERE id = ?', [jobId, keyParameter(batchId)]);
      await tx.run("UPDATE console_card_imports SET state = 'applied', batch_id = ? WHERE id = ?", [
        keyParameter(batchId),
        keyParameter(input.importId),
      ]);
      return { jobId, batchId, total };
    },
    { startsJob: true },
  );
  jobs.wake();
  return value;
}

function checked(row: ImportRow, fingerprint: string): KeptReport {
  if (row.state === 'applied') throw conflict('这次导入已经执行过', 'This import was done before');
  if (row.state === 'failed') throw conflict('文件没有读完，不能导入', 'The file was not read to its end');
  if (row.state === 'reading' || row.report === null) throw conflict('文件还在读取', 'The file is still being read');
  if (row.fingerprint !== fingerprint) throw stale();
  const report = JSON.parse(row.report) as KeptReport;
  if (addedBy(report) === 0) throw conflict('文件中没有新的卡密', 'The file holds no new card key');
  return report;
}

/** How many cards an import adds: the new ones, and those that have ended. */
function addedBy({ counts }: KeptReport): number {
  return counts.new + counts.ended;
}

function conflict(zh: string, en: string): Refusal {
  return new Refusal('conflict', { zh, en }, { hint: { zh: '重新读入文件。', en: 'Read the file again.' } });
}

function stale(): Refusal {
  return new Refusal(
    'stale_preview',
    { zh: '检查报告已经不是这一份', en: 'This is not the report that was shown' },
    { hint: { zh: '重新读入文件，再确认。', en: 'Read the file again, then confirm.' } },
  );
}
