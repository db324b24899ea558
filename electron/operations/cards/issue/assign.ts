import type { OtherName, SkippedGroup } from '../../../contract/common.js';
import { Refusal } from '../../../contract/errors.js';
import type { UserSelection } from '../../../contract/users.js';
import { noteLeftOut } from '../../../jobs/left-out.js';
import type { ChunkDone, CountedContext, JobItem } from '../../../jobs/job-handler.js';
import type { Change } from '../../../data/write/audited-change.js';
import { newId } from '../../../domain/values.js';
import type { Parameter, Sql } from '../../../data/mysql/database.js';
import { chunked } from '../../../data/write/row-writer.js';
import { skippedGroup } from '../../kit/selection.js';
import { resolveSelection } from '../../users/selection.js';
import { addCards } from '../batch-store.js';
import { makeKeys } from '../key.js';
import type { BatchJobInput } from './batch-writer.js';

/** Users in one chunk. Each has a card, a record and an entry in the audit. */
const chunk = 1_000;

export interface People {
  /** Stored names of the users who get a key, in the order of their ids. */
  readonly names: readonly string[];
  readonly ids: readonly string[];
  readonly skipped: readonly SkippedGroup[];
  readonly others: readonly OtherName[];
}

/** The users who get a key from a selection: each existing user who is not banned, once. */
export async function peopleOf(sql: Sql, who: UserSelection): Promise<People> {
  const { parts, unresolved, others = [] } = await resolveSelection(sql, who);
  const found: { readonly id: string; readonly username: string }[] = [];
  const banned: string[] = [];
  for (const { sql: from, parameters } of parts) {
    const rows = await sql.rows<{ id: string | number; username: string; banned: string | number }>(
      `SELECT u.id, u.username, COALESCE(u.banned, 0) AS banned ${from} ORDER BY u.id`,
      parameters,
    );
    for (const { id, username, banned: out } of rows) {
      if (Number(out) === 1) banned.push(username);
      else found.push({ id: String(id), username });
    }
  }
  return {
    names: found.map(({ username }) => username),
    ids: found.map(({ id }) => id),
    others,
    skipped: [
      ...skippedGroup('user_banned', banned),
      ...unresolved.map((group) => (group.why === 'unknown' ? { ...group, why: 'user_unknown' as const } : group)),
    ],
  };
}

/**
 * Stores for whom a job's keys are, in order. The id is stored too, because a new user may have the name of a deleted
 * one.
 */
export async function freezePeople(
  change: Change,
  jobId: string,
  { names, ids }: Pick<People, 'names' | 'ids'>,
): Promise<void> {
  let seq = 0;
  for (const some of chunked(names, 2_000)) {
    const rows = some.map((name): Parameter[] => [jobId, seq, name, ids[seq++] ?? null]);
    await change.tx.run('INSERT INTO console_job_items (job_id, seq, target, note) VALUES ?', [rows]);
  }
}

/** Throws conflict if the list of users for a job's keys was already deleted, a week after the job's end. */
export async function checkPeopleKnown(sql: Sql, jobId: string, total: number): Promise<void> {
  const [row] = await sql.rows<{ found: string }>('SELECT COUNT(*) AS found FROM console_job_items WHERE job_id = ?', [
    jobId,
  ]);
  if (Number(row?.found ?? 0) === total) return;
  throw new Refusal(
    'conflict',
    { zh: '任务的用户名单已清除，不能继续', en: 'It is forgotten for whom the keys of this job are: it cannot go on' },
    { hint: { zh: '为还没有卡密的用户另发一批。', en: 'Issue another batch to those who have none yet.' } },
  );
}

/**
 * Gives each of the next users of a job a key. Users who were banned or deleted in the meantime are skipped, and so are
 * those who lost their place in the set.
 */
export async function assignChunk(
  change: Change,
  { jobId, from, left }: CountedContext,
  { batchId, format, type, createdAt, expiresAt }: BatchJobInput,
): Promise<ChunkDone> {
  const { tx } = change;
  const wanted = Math.min(chunk, left);
  const items = await tx.rows<JobItem>(
    'SELECT seq, target, note AS state FROM console_job_items WHERE job_id = ? AND seq >= ? AND seq < ? ORDER BY seq',
    [jobId, from, from + wanted],
  );
  if (items.length === 0) return { changed: 0, skipped: wanted };
  const frozen = new Map(items.map(({ target, state }) => [target, state]));
  const there = await tx.rows<{ id: string | number; username: string }>(
    'SELECT id, username FROM users WHERE username IN (?) AND COALESCE(banned, 0) = 0 ORDER BY id LOCK IN SHARE MODE',
    [items.map((item) => item.target)],
  );
  const users = there.filter(({ id, username }) => {
    const state = frozen.get(username);
    return state !== undefined && (state === null || state === String(id));
  });
  const served = new Set(users.map(({ username }) => username));
  await noteLeftOut(
    tx,
    jobId,
    items.filter(({ target }) => !served.has(target)),
  );
  const cards = makeKeys(format, users.length).map((key) => ({ key, type, createdAt, expiresAt }));
  const added = await addCards(tx, batchId, cards);
  if (users.length > 0)
    await tx.run(
      'INSERT INTO user_card_keys (id, key_hash, username, key_type, status, source, created_at, expires_at) VALUES ?',
      [
        users.map(({ username }, at): Parameter[] => [
          newId(),
          added[at]?.hash ?? '',
          username,
          type,
          'unused',
          'manual',
          createdAt,
          expiresAt,
        ]),
      ],
    );
  // For each user's history. There are no images to restore: only a rollback of the batch takes the keys back.
  for (const { username } of users) change.record({ kind: 'user', target: username, before: {}, after: {} });
  change.tally('database', 2 * users.length);
  return { changed: users.length, skipped: wanted - users.length };
}
