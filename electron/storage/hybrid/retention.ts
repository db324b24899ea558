import { Refusal } from '../../contract/errors.js';
import type { Cache } from '../../data/cache/cache.js';
import type { Site } from '../../data/site.js';
import { sqlTime } from '../../data/mysql/database.js';
import { touchesOf } from './plays.js';

interface OldPlay {
  readonly id: string;
  readonly username: string;
  readonly source: string;
  readonly content_id: string;
}

/**
 * Deletes play records not saved for that many days (a whole number, at least 1), oldest first, `batch` rows per
 * transaction (default 1000), and their fields in `user:{u}:play_records`. Returns how many. Statistics keep what was
 * played. The signal may stop it after any batch; it can be started again. Throws `invalid_input`, `cancelled`,
 * `unavailable`.
 */
export async function pruneOldPlays(
  site: Site,
  cache: Cache,
  days: number,
  { batch = 1_000, signal }: { readonly batch?: number; readonly signal?: AbortSignal } = {},
): Promise<number> {
  if (!Number.isInteger(days) || days < 1 || !Number.isInteger(batch) || batch < 1) {
    throw new Refusal('invalid_input', {
      zh: '天数和批量应为正整数',
      en: 'Days and batch are whole numbers from 1',
    });
  }
  const before = sqlTime(new Date(Date.now() - days * 86_400_000));
  let pruned = 0;
  for (;;) {
    if (signal?.aborted === true) throw new Refusal('cancelled', { zh: '已取消', en: 'Cancelled' });
    const gone = await cache.write([], async (tx, touch) => {
      const rows = await tx.rows<OldPlay>(
        `SELECT id, username, source, content_id FROM play_records WHERE updated_at < ? ORDER BY updated_at LIMIT ${String(batch)} FOR UPDATE`,
        [before],
      );
      if (rows.length === 0) return 0;
      const { affectedRows } = await tx.run('DELETE FROM play_records WHERE id IN (?)', [
        rows.map((row) => BigInt(row.id)),
      ]);
      for (const [username, fields] of fieldsByUser(rows)) for (const one of touchesOf(username, fields)) touch(one);
      return affectedRows;
    });
    pruned += gone;
    if (gone === 0) return pruned;
  }
}

function fieldsByUser(rows: readonly OldPlay[]): Map<string, Record<string, null>> {
  const users = new Map<string, Record<string, null>>();
  for (const row of rows) {
    const fields = users.get(row.username) ?? {};
    users.set(row.username, fields);
    fields[`${row.source}+${row.content_id}`] = null;
  }
  return users;
}
