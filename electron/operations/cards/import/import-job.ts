import { Refusal } from '../../../contract/errors.js';
import { AdaptiveChunk } from '../../../jobs/adaptive-chunk.js';
import type { ChunkDone, CountedContext, CountedJob } from '../../../jobs/job-handler.js';
import type { Change } from '../../../data/write/audited-change.js';
import { isError } from '../../../domain/values.js';
import type { Sql, Transaction } from '../../../data/mysql/database.js';
import { keyParameter } from '../../../data/write/row-writer.js';
import { checkNotRolledBack, digestOf, reserveIds, recordIdRange } from '../batch-store.js';
import type { ImportJob } from './import.js';
import { NegativeCache } from './negative-cache.js';

const bounds = { first: 1_000, fewest: 1_000, most: 20_000 };
/** Imports that run in this process, by their job. */
const running = new Map<string, { readonly chunk: AdaptiveChunk; readonly unknown: NegativeCache }>();

/**
 * One chunk of an import, in one transaction. The next lines, in the order of hashes, become cards with the next ids of
 * the batch, are counted, and are removed from the waiting lines. A key that somebody created in the meantime is
 * skipped.
 */
export const importJob: CountedJob = {
  operation: 'cards.import',
  counted: true,
  title: (_input, total) => ({
    zh: `导入 ${total.toLocaleString('en')} 张卡密`,
    en: `Importing ${total.toLocaleString('en')} card keys`,
  }),
  async run(change, context) {
    const since = performance.now();
    const job = running.get(context.jobId) ?? {
      chunk: new AdaptiveChunk(bounds),
      unknown: new NegativeCache(context.site),
    };
    running.set(context.jobId, job);
    const size = Math.min(job.chunk.size, context.left);
    const done = await chunk(change, context, size, job.unknown);
    job.chunk.took(size, performance.now() - since);
    return done;
  },
  mayGoOn: (sql, { input }) => checkNotRolledBack(sql, (input as ImportJob).batchId),
  release(jobId) {
    void running
      .get(jobId)
      ?.unknown.dropNow()
      .catch(() => undefined);
    running.delete(jobId);
  },
};

/** Lines of an import, from `from` on, before `to`. */
interface Slice {
  readonly importId: bigint;
  readonly from: number;
  readonly to: number;
}

const inSlice = 'r.import_id = ? AND r.seq >= ? AND r.seq < ?';

async function chunk(
  change: Change,
  { site, input, from, left }: CountedContext,
  size: number,
  unknown: NegativeCache,
): Promise<ChunkDone> {
  const { tx } = change;
  const { importId, batchId, firstId } = input as ImportJob;
  const slice: Slice = { importId: BigInt(importId), from, to: from + size };
  const [batch] = await tx.rows('SELECT id FROM console_card_batches WHERE id = ? FOR UPDATE', [keyParameter(batchId)]);
  if (batch === undefined) throw gone();
  if (from > 0) await unknown.drop(change, batchId, from);
  // Skipped lines get no id, so a range has no gaps.
  const { first, added } = await addNew(tx, slice, (await nextId(tx, batchId)) ?? BigInt(firstId), left);
  if (added > 0) {
    const rows = await tx.rows<{ key_hash: string }>(
      'SELECT key_hash FROM card_keys WHERE id >= ? AND id < ? ORDER BY id',
      [first, first + BigInt(added)],
    );
    if (rows.length !== added) throw new Error('Not every line became a card');
    const hashes = rows.map((row) => row.key_hash);
    await recordIdRange(tx, batchId, { first, cards: added, digest: digestOf(hashes) });
    unknown.remember(from + size, hashes);
    // After the last chunk the job shows as done. By then nobody may be told that one of its cards does not exist.
    if (size === left) change.invalidate(hashes.map((hash) => site.keys.of('cardKey', hash)));
  }
  const { affectedRows } = await tx.run('DELETE r FROM console_card_import_rows r WHERE ' + inSlice, values(slice));
  if (affectedRows !== size) throw gone();
  change.tally('database', added);
  return { changed: added, skipped: size - added };
}

function values({ importId, from, to }: Slice): [bigint, number, number] {
  return [importId, from, to];
}

/** Our column is ASCII, so the comparison uses the site's column's collation, whatever it is, and its index. */
const sameHash = 'c.key_hash = r.key_hash';

/** The id after the batch's last card; null if it has none yet. */
async function nextId(tx: Sql, batchId: string): Promise<bigint | null> {
  const [range] = await tx.rows<{ last_id: string | number }>(
    'SELECT last_id FROM console_card_ranges WHERE batch_id = ? ORDER BY first_id DESC LIMIT 1',
    [keyParameter(batchId)],
  );
  return range === undefined ? null : BigInt(range.last_id) + 1n;
}

/**
 * Adds the lines of a slice whose keys do not exist yet. Returns how many, and the first id. Existing keys are very
 * rare here, because the file was already compared. So the table is checked only after it has refused a key. If
 * somebody has taken reserved ids, new ones are reserved for everything that is left.
 */
async function addNew(
  tx: Transaction,
  slice: Slice,
  wanted: bigint,
  left: number,
): Promise<{ readonly first: bigint; readonly added: number }> {
  let first = wanted;
  let there: readonly number[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const [id, ...idValues] =
      there.length === 0
        ? (['? + r.seq - ?', first, slice.from] as const)
        : (['? - 1 + ROW_NUMBER() OVER (ORDER BY r.seq)', first] as const);
    try {
      const { affectedRows } = await tx.attempt(() =>
        tx.run(
          `INSERT INTO card_keys (id, key_hash, plain_key, key_type, status, created_at, expires_at)
           SELECT ${id}, r.key_hash, r.plain_key, r.key_type, r.status, NULLIF(r.created_at, r.expires_at), r.expires_at
           FROM console_card_import_rows r WHERE ${inSlice}${there.length === 0 ? '' : ' AND r.seq NOT IN (?)'} ORDER BY r.seq`,
          [...idValues, ...values(slice), ...(there.length === 0 ? [] : [there])],
        ),
      );
      return { first, added: affectedRows };
    } catch (error) {
      if (!isError(error, 1062) || attempt === 5) throw error;
    }
    const rows = await tx.rows<{ seq: string | number }>(
      `SELECT r.seq FROM console_card_import_rows r JOIN card_keys c ON ${sameHash} WHERE ${inSlice}`,
      values(slice),
    );
    there = rows.map((row) => Number(row.seq));
    const last = first + BigInt(slice.to - slice.from) - 1n;
    const [foreign] = await tx.rows('SELECT id FROM card_keys WHERE id BETWEEN ? AND ? LIMIT 1', [first, last]);
    if (foreign !== undefined) first = await reserveIds(tx, left);
  }
}

function gone(): Refusal {
  return new Refusal(
    'not_found',
    { zh: '待导入的内容已被清除', en: 'The lines of this import have been cleared' },
    {
      hint: { zh: '重新读入文件；已经加入的卡密会被认出。', en: 'Read the file again: cards added before are known.' },
    },
  );
}
