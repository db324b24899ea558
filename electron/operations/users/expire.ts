import { runAudited } from '../../data/write/audited-change.js';
import type { Site } from '../../data/site.js';
import { keyParameter } from '../../data/write/row-writer.js';
import { applyTo } from './user-change.js';
import { part } from '../../data/mysql/sql.js';
import { unban } from './unban.js';

interface Due {
  readonly user_id: string | number;
  readonly username: string | null;
  readonly banned_by: string;
}

/**
 * Lifts bans that have expired by the database's clock, in the name of the operator who set them. Returns how many were
 * lifted. For a timer: if two consoles run it at once, each ban is lifted once.
 */
export async function liftExpiredBans(site: Site, signal?: AbortSignal): Promise<number> {
  if (!(await site.has('console'))) return 0;
  let lifted = 0;
  for (;;) {
    const due = await site.db.rows<Due>(
      `SELECT b.user_id, u.username, b.banned_by FROM console_bans b LEFT JOIN users u ON u.id = b.user_id
       WHERE b.expires_at <= UTC_TIMESTAMP() ORDER BY b.banned_by, b.expires_at LIMIT 500`,
      [],
      signal,
    );
    const first = due[0];
    if (first === undefined) return lifted;
    const gone = due.filter((row) => row.username === null).map((row) => keyParameter(row.user_id));
    if (gone.length > 0) await site.db.run('DELETE FROM console_bans WHERE user_id IN (?)', [gone]);
    const names = due.flatMap((row) =>
      row.banned_by === first.banned_by && row.username !== null ? [row.username] : [],
    );
    if (names.length === 0) continue;
    lifted += await liftFor(site, first.banned_by, names, signal);
  }
}

async function liftFor(
  site: Site,
  operator: string,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const author = { operator, role: 'owner', origin: 'schedule' } as const;
  const input = { who: { names: [...names] } };
  // Judged again under the lock: a ban that was prolonged or lifted in the meantime is left alone.
  const judgement = {
    verdict: part(
      "CASE WHEN EXISTS (SELECT 1 FROM console_bans b WHERE b.user_id = u.id AND b.expires_at <= UTC_TIMESTAMP()) THEN 'changed' ELSE 'already_so' END",
    ),
    state: "''",
  };
  const targets = names.map((target) => ({ target, state: null }));
  const { value } = await runAudited(
    site,
    { author, operation: unban.operation, input },
    async (step) => (await applyTo(unban, step, { site, author, input }, targets, judgement)).size,
    signal,
  );
  return value;
}
