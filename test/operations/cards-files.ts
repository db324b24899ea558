import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportReport } from '../../electron/contract/cards-import.js';
import type { Input } from '../../electron/contract/index.js';
import type { Job } from '../../electron/contract/jobs.js';
import type { TestSite } from './helpers.js';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export interface TestCard {
  readonly key: string;
  readonly type?: 'year' | 'quarter' | 'month' | 'week';
  readonly status?: 'unused' | 'used' | 'expired';
  readonly created?: string;
  readonly expires?: string;
  readonly boundTo?: string;
}

/** Cards as the site has them; answers their ids. */
export async function addTestCards({ site }: TestSite, cards: readonly TestCard[]): Promise<string[]> {
  await site.db.run(
    'INSERT INTO card_keys (key_hash, plain_key, key_type, status, created_at, expires_at, bound_to, bound_at) VALUES ?',
    [
      cards.map((card) => [
        sha256(card.key),
        card.key,
        card.type ?? 'month',
        card.status ?? 'unused',
        card.created ?? '2026-01-02 03:04:05',
        card.expires ?? '2037-01-02 03:04:05',
        card.boundTo ?? null,
        card.boundTo === undefined ? null : '2026-02-03 04:05:06',
      ]),
    ],
  );
  const rows = await site.db.rows<{ id: string | number; key_hash: string }>(
    'SELECT id, key_hash FROM card_keys WHERE key_hash IN (?)',
    [cards.map(({ key }) => sha256(key))],
  );
  const ids = new Map(rows.map((row) => [row.key_hash, String(row.id)]));
  return cards.map(({ key }) => ids.get(sha256(key)) ?? '');
}

/** Exports and answers the job with the file's bytes. */
export async function exported(
  desk: TestSite,
  input: Input<'cards.export'>,
): Promise<{ readonly job: Job; readonly bytes: Buffer; readonly text: string; readonly path: string }> {
  const job = await desk.settled((await desk.call('cards.export', input)).jobId);
  if (job.file === null) throw new Error(`No file: ${String(job.error)}`);
  const bytes = await readFile(job.file);
  return { job, bytes, text: bytes.toString('utf8'), path: job.file };
}

/** Writes a file, has it read, and answers the report. */
export async function reported(
  desk: TestSite,
  name: string,
  content: string | Buffer,
  more: Partial<Input<'cards.import.read'>> = {},
): Promise<ImportReport> {
  const path = join(desk.folder, name);
  await writeFile(path, content);
  return reportedFile(desk, path, more);
}

export async function reportedFile(
  desk: TestSite,
  path: string,
  more: Partial<Input<'cards.import.read'>> = {},
): Promise<ImportReport> {
  const { importId, jobId } = await desk.call('cards.import.read', { type: 'month', ...more, path });
  await desk.settled(jobId);
  const job = await desk.jobs.get(
    jobId,
    (name) => name,
    (text) => text.en,
  );
  if (job.state !== 'done') throw Object.assign(new Error(job.error ?? job.state), { job, importId });
  return desk.call('cards.import.report', { importId });
}

/** Confirms a report and waits until its job has ended. */
export async function imported(desk: TestSite, { importId, fingerprint }: ImportReport): Promise<Job> {
  const { jobId } = await desk.call('cards.import', { importId, fingerprint: fingerprint ?? '' });
  return desk.settled(jobId);
}

/** Every hash, type, status and expiry of the table, in order. */
export function stock({ site }: TestSite): Promise<Record<string, unknown>[]> {
  return site.db.rows(
    'SELECT key_hash, plain_key, key_type, status, created_at, expires_at FROM card_keys ORDER BY key_hash',
  );
}

/** All that the console has written down, as one text. */
export async function writtenDown({ site }: TestSite): Promise<string> {
  const found: unknown[] = [];
  for (const table of [
    'console_audit',
    'console_audit_targets',
    'console_idempotency',
    'console_jobs',
    'console_card_imports',
  ])
    found.push(...(await site.db.rows(`SELECT * FROM ${table}`)));
  return JSON.stringify(found);
}
