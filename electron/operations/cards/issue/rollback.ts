import type { Changed, Preview, PreviewRow, SkippedGroup } from '../../../contract/common.js';
import { Refusal } from '../../../contract/errors.js';
import type { Operator } from '../../../contract/session.js';
import type { CountedJob } from '../../../jobs/job-handler.js';
import type { Change } from '../../../data/write/audited-change.js';
import type { CardRow, RecordRow } from '../../../domain/cards/rows.js';
import type { Sql } from '../../../data/mysql/database.js';
import { keyParameter } from '../../../data/write/row-writer.js';
import { losesUnseen } from '../../../data/write/unseen.js';
import type { Site } from '../../../data/site.js';
import { abortable } from '../../kit/abortable.js';
import { proofOf } from '../../audit/proof.js';
import { changedBy, confirming, fingerprintOf, isOf, markPreview } from '../../kit/fingerprint.js';
import type { SiteContext } from '../../context.js';
import { type IdRange, rangesOf } from '../batch-store.js';
import { matchingCards } from '../filter.js';
import { maskedSql } from '../rows.js';
import { batchRow, type States, statesOf } from './batches.js';
import {
  countRanges,
  freezeRanges,
  frozenRanges,
  givenOf,
  holdUnused,
  unusedInRange,
  unusedRanges,
  wholeBatch,
} from './rollback-set.js';

/** Up to this many cards are deleted at once, in one transaction. More become a job. */
const atOnce = 500;
/** Cards in one transaction of a job. Each leaves its image in the audit. */
const chunk = 1_000;
const [shownRows, sampled] = [200, 20];
const tables = { tables: true } as const;

interface Rollback {
  readonly id: string;
}

/** What its job needs to continue. */
interface RollbackJob extends Rollback {
  /** How many id ranges it has frozen; absent in jobs of old versions, which froze none. */
  readonly ranges?: number;
}

interface Plan {
  readonly states: States;
  readonly fingerprint: string;
}

/**
 * The unused cards of a batch, and which of them were given to users. Throws not_found, conflict if the batch is still
 * being filled.
 */
async function planOf(sql: Sql, id: string): Promise<Plan> {
  const batch = await batchRow(sql, id);
  if (batch.state === 'running' || batch.state === 'waiting')
    throw new Refusal(
      'conflict',
      { zh: '这个批次的任务还在进行', en: 'The job that fills this batch still runs' },
      { hint: { zh: '先取消任务，再回滚。', en: 'Cancel the job first, then roll the batch back.' } },
    );
  const states = await statesOf(sql, id);
  const { count, sum } = states.unused;
  const given = await givenOf(sql, id);
  return { states, fingerprint: fingerprintOf('cards.batches.rollback', count, [id, sum, given]) };
}

/** Throws forbidden if an admin would take a card that was given to an owner or to another admin. */
async function checkRights(sql: Sql, id: string, { username, role }: Operator): Promise<void> {
  if (role === 'owner') return;
  for (const { first, last } of await rangesOf(sql, id)) {
    const [theirs] = await sql.rows(
      `SELECT c.id FROM users h JOIN user_card_keys g ON g.username = h.username JOIN card_keys c ON c.key_hash = g.key_hash
       WHERE h.role <> 'user' AND h.username <> ? AND c.status = 'unused' AND c.id BETWEEN ? AND ? LIMIT 1`,
      [username, keyParameter(first), keyParameter(last)],
    );
    if (theirs !== undefined)
      throw new Refusal(
        'forbidden',
        { zh: '批次中有卡密属于站长或其他管理员', en: 'Cards of this batch were given to an owner or another admin' },
        { hint: { zh: '请站长来回滚。', en: 'Ask the owner to roll it back.' } },
      );
  }
}

/** What rolling back a batch would delete now: unused cards, and the records of users to whom they were assigned. */
export async function previewRollback({ id }: Rollback, { site, signal, operator }: SiteContext): Promise<Preview> {
  const sql = abortable(site.db, signal);
  await checkRights(sql, id, operator);
  const { states, fingerprint } = await planOf(sql, id);
  const changed = states.unused.count;
  const skipped = await skippedOf(sql, id, states);
  const matching = changed + skipped.reduce((sum, group) => sum + group.count, 0);
  const { sql: from, parameters } = await matchingCards(sql, { batch: id, states: ['unused'] }, tables);
  const first = await sql.rows<{ id: string | number; masked: string; username: string | null }>(
    `SELECT c.id, ${maskedSql} AS masked, (SELECT k.username FROM user_card_keys k WHERE k.key_hash = c.key_hash LIMIT 1) AS username ${from} ORDER BY c.id LIMIT ${String(shownRows)}`,
    parameters,
  );
  const skippedRows = skipped.flatMap(({ why, sample }) =>
    sample.map((target): PreviewRow => ({ target, outcome: 'skipped', why, detail: {} })),
  );
  return {
    fingerprint: markPreview(fingerprint),
    matching,
    changed,
    skipped,
    effects: first.length === changed ? { assigned: first.filter(({ username }) => username !== null).length } : {},
    rows: [
      ...first.map(({ id: card, masked, username }): PreviewRow => ({
        target: masked,
        outcome: 'changed',
        why: null,
        detail: { id: String(card), assignedTo: username },
      })),
      ...skippedRows,
    ].slice(0, shownRows),
    sql: ['DELETE FROM user_card_keys WHERE key_hash IN (…)', 'DELETE FROM card_keys WHERE id IN (…)'],
    asJob: changed > atOnce,
  };
}

async function skippedOf(sql: Sql, id: string, states: States): Promise<SkippedGroup[]> {
  const groups: SkippedGroup[] = [];
  for (const [state, why] of [
    ['used', 'card_used'],
    ['expired', 'card_expired'],
    ['revoked', 'card_revoked'],
  ] as const) {
    if (states[state].count === 0) continue;
    const { sql: from, parameters } = await matchingCards(sql, { batch: id, states: [state] }, tables);
    const rows = await sql.rows<{ masked: string }>(
      `SELECT ${maskedSql} AS masked ${from} ORDER BY c.id LIMIT ${String(sampled)}`,
      parameters,
    );
    groups.push({ why, count: states[state].count, sample: rows.map((row) => row.masked) });
  }
  return groups;
}

/**
 * Deletes the unused cards of a batch: up to 500 at once, more as a job. Throws stale_preview and everything that the
 * preview throws.
 */
export async function rollBack(
  { id, fingerprint }: Rollback & { readonly fingerprint: string },
  context: SiteContext,
): Promise<Changed> {
  const { site, author, jobs, operator } = context;
  const asJob = changedBy(fingerprint) > atOnce;
  const { value, auditId } = await context.change(
    async (change) => {
      // Nobody may resume the job that fills the batch in the meantime.
      await change.tx.rows(
        'SELECT j.id FROM console_jobs j WHERE j.id = (SELECT b.job_id FROM console_card_batches b WHERE b.id = ?) FOR UPDATE',
        [keyParameter(id)],
      );
      await checkRights(change.tx, id, operator);
      const batch = await rangesOf(change.tx, id);
      if (!asJob) await holdUnused(change.tx, batch, atOnce + 1);
      const plan = await planOf(change.tx, id);
      if (!isOf(fingerprint, plan.fingerprint)) throw stale();
      const skipped = await skippedOf(change.tx, id, plan.states);
      const total = plan.states.unused.count;
      change.record({ kind: 'card', target: `batch:${id}`, before: {}, after: {} });
      if (asJob) {
        const ranges = await unusedRanges(change.tx, batch);
        const input: RollbackJob = { id, ranges: ranges.length };
        const jobId = await jobs.create(change, {
          operation: 'cards.batches.rollback',
          input,
          author,
          targets: total,
        });
        await freezeRanges(change.tx, jobId, ranges);
        return { changed: total, skipped, jobId };
      }
      const { deleted } = await deleteSome(change, site, id, batch, null, atOnce);
      if (deleted !== total) throw stale();
      return { changed: deleted, skipped, jobId: null };
    },
    { confirms: confirming(fingerprint), startsJob: asJob },
  );
  if (value.jobId !== null) {
    jobs.wake();
    return { done: false, jobId: value.jobId, total: value.changed };
  }
  return { done: true, changed: value.changed, skipped: value.skipped, proof: await proofOf(site, auditId) };
}

/** The position of a job in this process. */
interface Passed {
  /** The last id that was passed; null before the first. */
  readonly after: string | null;
  /** The frozen range that contains it. */
  readonly seq: number;
  readonly done: number;
}

const start: Passed = { after: null, seq: 0, done: 0 };

/**
 * The position of each job in this process, and how many cards were deleted by then. A job with an unknown position
 * begins at the start. If a chunk was rolled back, the job's checkpoint is lower than this count, and the position is
 * not used.
 */
const passed = new Map<string, Passed>();

export const rollbackStep: CountedJob = {
  operation: 'cards.batches.rollback',
  counted: true,
  async run(change, { site, input, jobId, from, left }) {
    const { id, ranges: frozen } = input as RollbackJob;
    const by = passed.get(jobId);
    let { after, seq } = by?.done === from ? by : start;
    // Skip ranges with nothing left until there is something to delete, or no range.
    for (;;) {
      const which = { seq, most: chunk };
      const ranges =
        frozen === undefined ? await wholeBatch(change.tx, id, which) : await frozenRanges(change.tx, jobId, which);
      const end = ranges[ranges.length - 1];
      // Users who have begun to use their card since keep it.
      if (end === undefined) return { changed: 0, skipped: left };
      const { deleted, last } = await deleteSome(change, site, id, ranges, after, Math.min(chunk, left));
      after = last ?? end.last;
      seq = last === null ? end.seq + 1 : (ranges.find((range) => BigInt(range.last) >= BigInt(last))?.seq ?? end.seq);
      if (deleted === 0) continue;
      passed.set(jobId, { after, seq, done: from + deleted });
      return { changed: deleted, skipped: 0 };
    }
  },
  async mayGoOn(sql, { id, input, auditId }) {
    const { ranges } = input as RollbackJob;
    if (ranges !== undefined && ranges !== (await countRanges(sql, id))) throw forgotten();
    if (auditId === null) return;
    const [entry] = await sql.rows<{ undone_by: string | number | null }>(
      'SELECT undone_by FROM console_audit WHERE id = ? FOR UPDATE',
      [keyParameter(auditId)],
    );
    if ((entry?.undone_by ?? null) !== null) throw undone();
  },
  release(jobId) {
    passed.delete(jobId);
  },
};

/**
 * Deletes the next unused cards of these ranges of a batch after `after`, with their unused records. Their
 * before-images contain the plain key: an undo needs it, card_keys had it in plain text too, and the audit shows it
 * masked. `last` is null if no cards are left.
 */
async function deleteSome(
  change: Change,
  site: Site,
  batchId: string,
  ranges: readonly IdRange[],
  after: string | null,
  most: number,
): Promise<{ readonly deleted: number; readonly last: string | null }> {
  const { tx } = change;
  const cards: CardRow[] = [];
  for (const { first, last } of ranges) {
    if (after !== null && BigInt(last) <= BigInt(after)) continue;
    cards.push(
      ...(await tx.rows<CardRow>(
        `SELECT c.* ${unusedInRange} ORDER BY c.id LIMIT ${String(most - cards.length)} FOR UPDATE`,
        [keyParameter(first), keyParameter(last), keyParameter(after ?? '0')],
      )),
    );
    if (cards.length >= most) break;
  }
  const end = cards[cards.length - 1];
  if (end === undefined) return { deleted: 0, last: null };
  const records = await tx.rows<RecordRow>('SELECT * FROM user_card_keys WHERE key_hash IN (?) FOR UPDATE', [
    cards.map((card) => card.key_hash),
  ]);
  const ofCard = new Map<string, RecordRow[]>();
  for (const record of records) ofCard.set(record.key_hash, [...(ofCard.get(record.key_hash) ?? []), record]);
  const going = cards.filter((card) => ofCard.get(card.key_hash)?.some(({ status }) => status === 'used') !== true);
  if (going.length > 0) {
    const hashes = going.map((card) => card.key_hash);
    await tx.run('DELETE FROM user_card_keys WHERE key_hash IN (?)', [hashes]);
    await tx.run('DELETE FROM card_keys WHERE id IN (?)', [going.map((card) => keyParameter(card.id))]);
    await tx.run('UPDATE console_card_batches SET rolled_back = rolled_back + ? WHERE id = ?', [
      going.length,
      keyParameter(batchId),
    ]);
  }
  let rows = 0;
  for (const card of going) {
    const own = ofCard.get(card.key_hash) ?? [];
    rows += 1 + own.length;
    change.record({
      kind: 'card',
      target: card.key_hash,
      before: {
        card_keys: [{ ...card }],
        ...(own.length === 0 ? {} : { user_card_keys: own.map((row) => ({ ...row })) }),
      },
      after: {},
    });
  }
  change.tally('database', rows);
  if (going.length > 0 && (await losesUnseen(tx, ['card_keys', 'user_card_keys'])))
    change.places['incomplete'] = (change.places['incomplete'] ?? 0) + going.length;
  change.invalidate(going.map((card) => site.keys.of('cardKey', card.key_hash)));
  return { deleted: going.length, last: String(end.id) };
}

function stale(): Refusal {
  return new Refusal(
    'stale_preview',
    { zh: '预览之后卡密已有变化', en: 'The card keys are no longer as the preview showed them' },
    { hint: { zh: '重新预览再确认。', en: 'Preview again, then confirm.' } },
  );
}

function forgotten(): Refusal {
  return new Refusal(
    'conflict',
    {
      zh: '任务要回滚的卡密名单已清除，不能继续',
      en: 'It is forgotten which keys this job was to roll back: it cannot go on',
    },
    { hint: { zh: '重新回滚这个批次。', en: 'Roll the batch back anew.' } },
  );
}

function undone(): Refusal {
  return new Refusal(
    'conflict',
    { zh: '这次回滚已经撤销，任务不能继续', en: 'This rollback was undone: its job cannot go on' },
    { hint: { zh: '需要时重新回滚这个批次。', en: 'Roll the batch back anew if you need to.' } },
  );
}
