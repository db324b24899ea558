import { rm } from 'node:fs/promises';
import { finished, pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { Refusal } from '../../contract/errors.js';
import type { Parsed } from '../../contract/index.js';
import type { EphemeralProgress } from '../../jobs/runner.js';
import type { Site } from '../../storage/site.js';
import type { SiteContext } from '../context.js';
import { fromMatching } from './filter.js';
import { usersAllSql } from './page.js';
import { type PageRow, userRow } from './rows.js';

const header = [
  'id',
  'username',
  'role',
  'banned',
  'tags',
  'created_at',
  'last_login_at',
  'login_count',
  'points',
  'card_type',
  'card_expires_at',
];

/** Saves everybody whom a filter matches as CSV (UTF-8 with BOM, cells that a spreadsheet would run are defused), without a cap. A cancelled export leaves no file. */
export async function exportUsers(
  input: Parsed<'users.export'>,
  context: SiteContext,
): Promise<{ readonly jobId: string }> {
  const { desk, jobs, operator, site } = context;
  const target = await desk.host.saveFile(`users-${new Date().toISOString().slice(0, 10)}.csv`);
  if (target === null) throw new Refusal('cancelled', { zh: '没有选择保存位置', en: 'No place to save was chosen' });
  try {
    await writeDown(context);
  } catch (error) {
    target.stream.destroy();
    await rm(target.path, { force: true });
    throw error;
  }
  const jobId = jobs.ephemeral('users.export', operator.username, async (job, signal) => {
    try {
      await pipeline(
        csvOf(site, input, job, signal),
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

/** Who took people's data away is written down; where writing is locked or has nowhere to go, the export goes on without. */
async function writeDown(context: SiteContext): Promise<void> {
  if (!(await context.site.hasConsoleTables())) return;
  try {
    await context.change(() => Promise.resolve(null));
  } catch (error) {
    if (!context.desk.locked) throw error;
  }
}

async function* csvOf(
  site: Site,
  input: Parsed<'users.export'>,
  job: EphemeralProgress,
  signal: AbortSignal,
): AsyncGenerator<readonly (string | number | null)[]> {
  const { sql: from, parameters: given } = fromMatching(input.filter);
  const [count] = await site.db.rows<{ found: string }>(`SELECT COUNT(*) AS found ${from}`, given, signal);
  job.total(Number(count?.found ?? 0));
  yield header;
  const { sql, parameters } = usersAllSql(input);
  let moved = 0;
  for await (const row of site.db.stream<PageRow>(sql, parameters, signal)) {
    const user = userRow(row);
    yield [
      user.id,
      user.username,
      user.role,
      user.banned ? 1 : 0,
      user.tags.join(' '),
      user.createdAt,
      user.lastLoginAt,
      user.loginCount,
      user.points,
      user.card?.type ?? null,
      user.card?.expiresAt ?? null,
    ];
    moved += 1;
    if (moved % 500 === 0) job.moved(500);
  }
  job.moved(moved % 500);
}
