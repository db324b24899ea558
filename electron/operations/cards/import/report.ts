import type { ImportReport } from '../../../contract/cards-import.js';
import type { Parsed } from '../../../contract/index.js';
import { abortable } from '../../kit/abortable.js';
import type { SiteContext } from '../../context.js';
import { recentImport } from './recent.js';
import { importRow, type KeptReport } from './store.js';
import { reasons } from './reasons.js';

const none: KeptReport = {
  lines: 0,
  counts: { new: 0, ended: 0, duplicate: 0, existing: 0, conflict: 0, used: 0, malformed: 0 },
  types: [],
  samples: [],
};

/** What an import would do; nothing while its file is still being read. Throws not_found. */
export async function reportImport(
  { importId }: Parsed<'cards.import.report'>,
  { site, signal, say }: SiteContext,
): Promise<ImportReport> {
  const row = await importRow(abortable(site.db, signal), importId);
  const report = row.report === null ? none : (JSON.parse(row.report) as KeptReport);
  const known = recentImport(site, importId);
  return {
    importId,
    file: row.file_name,
    state: row.state,
    fingerprint: row.fingerprint,
    lines: report.lines,
    // A report of an older console does not count what has ended.
    counts: { ...none.counts, ...report.counts },
    types: report.types,
    samples: report.samples.map((sample) => ({ ...sample, why: say(reasons[sample.why]) })),
    batchId: row.batch_id === null ? null : String(row.batch_id),
    asks: row.state === 'failed' ? (known?.asks ?? null) : null,
    listed: (known?.bad?.count ?? 0) > 0,
  };
}
