import { createHash } from 'node:crypto';
import type { IssueInput, IssuePreview, Issued } from '../../../contract/cards-issue.js';
import type { OtherName, SkippedGroup } from '../../../contract/common.js';
import { Refusal } from '../../../contract/errors.js';
import { databaseNow } from '../../../domain/clock.js';
import { isoOf, type Sql } from '../../../data/mysql/database.js';
import { keyParameter } from '../../../data/write/row-writer.js';
import { abortable } from '../../kit/abortable.js';
import { confirming, fingerprintOf, isOf, markPreview } from '../../kit/fingerprint.js';
import type { SiteContext } from '../../context.js';
import { otherNames } from '../../users/names.js';
import { createBatch, reserveIds } from '../batch-store.js';
import { endOf } from '../../../domain/cards/expiry.js';
import { bitsOf, checkFormat, makeKeys } from '../key.js';
import { freezePeople, peopleOf } from './assign.js';
import { warmUpGenerator } from './key-generator.js';
import type { IssueJob } from './issue-job.js';

interface Plan {
  readonly count: number;
  /** The stored names of the users who get the keys; null if the keys are for nobody yet. */
  readonly names: readonly string[] | null;
  readonly ids: readonly string[];
  readonly skipped: readonly SkippedGroup[];
  readonly others: readonly OtherName[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly fingerprint: string;
}

/**
 * What an issue would do now. Throws invalid_input: keys too long for their column, or an expiry that is in the past or
 * cannot be stored.
 */
async function planOf(sql: Sql, input: IssueInput): Promise<Plan> {
  checkFormat(input.format);
  const createdAt = await databaseNow(sql);
  const expiresAt = endOf(input.expiry, input.type, createdAt);
  const people = input.assign === undefined ? null : await peopleOf(sql, input.assign);
  const count = people === null ? input.count : people.names.length;
  const { type, format, expiry, note, channel } = input;
  const set = people === null ? null : createHash('sha256').update(people.ids.join()).digest('hex');
  const intention = [type, count, format, expiry, note ?? null, channel ?? null, set, people?.others ?? []];
  const fingerprint = fingerprintOf('cards.issue', count, [JSON.stringify(intention)]);
  return {
    count,
    names: people?.names ?? null,
    ids: people?.ids ?? [],
    skipped: people?.skipped ?? [],
    others: people?.others ?? [],
    createdAt,
    expiresAt,
    fingerprint,
  };
}

/** What an issue would make. Throws invalid_input. */
export async function previewIssue(input: IssueInput, { site, signal }: SiteContext): Promise<IssuePreview> {
  const plan = await planOf(abortable(site.db, signal), input);
  if (plan.names === null) warmUpGenerator();
  return {
    fingerprint: markPreview(plan.fingerprint),
    count: plan.count,
    samples: makeKeys(input.format, 3),
    bits: bitsOf(input.format),
    expiresAt: isoOf(plan.expiresAt),
    skipped: plan.skipped,
    ...otherNames(plan.others),
    sql: [
      `INSERT INTO card_keys (id, key_hash, plain_key, key_type, status, created_at, expires_at) VALUES (…, SHA-256(<key>), <key>, '${input.type}', 'unused', '${plan.createdAt}', '${plan.expiresAt}'), …`,
      ...(plan.names === null
        ? []
        : [
            "INSERT INTO user_card_keys (id, key_hash, username, key_type, status, source, created_at, expires_at) VALUES (…, 'unused', 'manual', …), …",
          ]),
      'INSERT INTO console_card_ranges (first_id, last_id, batch_id, cards, digest) VALUES …',
    ],
  };
}

/**
 * Creates a batch and the job that fills it, and returns at once. The batch with its ranges is the record of what was
 * issued, and its rollback is the way to take it back. Throws stale_preview, invalid_input (nobody to issue to), and
 * everything that the preview throws.
 */
export async function issue(
  input: IssueInput & { readonly fingerprint: string },
  context: SiteContext,
): Promise<Issued> {
  const { author, jobs } = context;
  const { value } = await context.change<Issued>(
    async (change) => {
      const { tx } = change;
      const { count, names, ids, createdAt, expiresAt, fingerprint } = await planOf(tx, input);
      if (!isOf(input.fingerprint, fingerprint)) throw stale();
      if (count === 0) throw nobody();
      const { type, format, note, channel } = input;
      const batchId = await createBatch(change, author, {
        kind: 'issue',
        type,
        wanted: count,
        format,
        expiresAt,
        note: note ?? null,
        channel: channel ?? null,
      });
      const first = names === null ? String(await reserveIds(tx, count)) : '0';
      const job: IssueJob = { batchId, format, type, createdAt, expiresAt, first, assign: names !== null };
      const jobId = await jobs.create(change, { operation: 'cards.issue', input: job, author, targets: count });
      if (names !== null) await freezePeople(change, jobId, { names, ids });
      await tx.run('UPDATE console_card_batches SET job_id = ? WHERE id = ?', [jobId, keyParameter(batchId)]);
      return { jobId, batchId, total: count };
    },
    { confirms: confirming(input.fingerprint), startsJob: true },
  );
  jobs.wake();
  return value;
}

function stale(): Refusal {
  return new Refusal(
    'stale_preview',
    { zh: '预览之后内容或用户已有变化', en: 'What to issue, or to whom, is no longer as the preview showed it' },
    { hint: { zh: '重新预览再确认。', en: 'Preview again, then confirm.' } },
  );
}

function nobody(): Refusal {
  return new Refusal(
    'invalid_input',
    { zh: '没有可以发给的用户', en: 'There is nobody to issue to' },
    {
      hint: { zh: '换一批用户：封禁的与不存在的不发。', en: 'Choose others: banned and unknown users get none.' },
      details: { field: 'assign' },
    },
  );
}
