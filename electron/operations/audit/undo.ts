import { createHash } from 'node:crypto';
import type { Changed, Preview } from '../../contract/common.js';
import { Refusal } from '../../contract/errors.js';
import type { Parsed } from '../../contract/index.js';
import { AdminConfig } from '../../data/write/admin-config.js';
import { findConflicts, UndoCheck } from './undo-check.js';
import type { Sql } from '../../data/mysql/database.js';
import { keyParameter } from '../../data/write/row-writer.js';
import type { UndoRule } from '../../domain/undo-rule.js';
import type { SiteContext } from '../context.js';
import { skippedGroup } from '../kit/selection.js';
import { type Entry, entryOf } from './entry.js';
import { proofOf } from './proof.js';
import { checkMayUndo } from './rights.js';
import { putBack, type Target, targetsOf } from './targets.js';

const atOnce = 500;
/** The preview checks only this many of the newest targets. Every target is checked again when it is restored. */
const mostChecked = 20_000;

interface Outlook {
  readonly fingerprint: string;
  readonly total: number;
  readonly moved: readonly string[];
  readonly first: readonly Target[];
}

/** Checks which targets are still as the change left them. */
async function outlook(sql: Sql, entry: Entry, rules: readonly UndoRule[]): Promise<Outlook> {
  const standing = new UndoCheck(sql, await AdminConfig.read(sql), false, rules);
  const moved: string[] = [];
  const first: Target[] = [];
  let before: number | null = null;
  for (let looked = 0; looked < mostChecked; looked += 1_000) {
    const targets: Target[] = await targetsOf(sql, entry.id, { before, most: 1_000 });
    if (targets.length === 0) break;
    before = targets[targets.length - 1]?.seq ?? 0;
    if (first.length === 0) first.push(...targets.slice(0, 200));
    moved.push(...(await standing.conflicts(targets)));
  }
  const hash = createHash('sha256').update(JSON.stringify([entry.id, entry.targets, [...moved].sort()]));
  return { fingerprint: hash.digest('hex').slice(0, 40), total: entry.targets, moved, first };
}

/**
 * What an undo would do now. Sessions that the change ended do not come back. Throws not_found, conflict, forbidden.
 */
export async function previewUndo(
  { id }: Parsed<'audit.undo.preview'>,
  { site, operator }: SiteContext,
  rules: readonly UndoRule[],
): Promise<Preview> {
  const entry = await entryOf(site.db, id);
  await checkMayUndo(site.db, entry, operator);
  const { fingerprint, total, moved, first } = await outlook(site.db, entry, rules);
  const gone = new Set(moved);
  const asJob = total > atOnce;
  const skipped = moved
    .slice(0, 200)
    .map((target) => ({ target, outcome: 'skipped', why: 'moved_on', detail: {} }) as const);
  const changing = first
    .filter(({ target }) => !gone.has(target))
    .map(({ target }) => ({ target, outcome: 'changed', why: null, detail: {} }) as const);
  const proof = await proofOf(site, id);
  const ended = proof.places.find(({ place }) => place === 'sessions')?.count ?? 0;
  return {
    fingerprint,
    matching: total,
    changed: asJob || moved.length === 0 ? total - moved.length : 0,
    skipped: skippedGroup('moved_on', moved),
    effects: ended > 0 ? { sessions_not_restored: ended } : {},
    rows: (asJob || moved.length === 0 ? [...changing, ...skipped] : skipped).slice(0, 200),
    sql: ['UPDATE / INSERT / DELETE: every row back to its before-image, where it still equals its after-image'],
    asJob,
  };
}

/**
 * Undoes a change from its images. Up to 500 things are undone all or nothing; more become a job that skips things with
 * conflicts. Throws not_found, conflict (undone before, or rows have changed since: details name them), forbidden,
 * stale_preview.
 */
export async function undo(
  { id, fingerprint }: Parsed<'audit.undo'>,
  context: SiteContext,
  rules: readonly UndoRule[],
): Promise<Changed> {
  const { site, operator, author, jobs } = context;
  const asJob = (await entryOf(site.db, id)).targets > atOnce;
  const { value, auditId } = await context.change(
    async (change) => {
      const { tx } = change;
      const entry = await entryOf(tx, id, true);
      await checkMayUndo(tx, entry, operator);
      const now = await outlook(tx, entry, rules);
      if (!asJob && now.moved.length > 0) throw movedOnRefusal(now.moved);
      if (now.fingerprint !== fingerprint) {
        throw new Refusal(
          'stale_preview',
          { zh: '预览之后数据已有变化', en: 'The rows are no longer as the preview showed them' },
          { hint: { zh: '重新预览再确认。', en: 'Preview again, then confirm.' } },
        );
      }
      await tx.run('UPDATE console_audit SET undone_by = ? WHERE id = ?', [
        keyParameter(change.auditId),
        keyParameter(id),
      ]);
      if (asJob) {
        const rows = await tx.rows<{ seq: number }>(
          'SELECT seq FROM console_audit_targets WHERE audit_id = ? ORDER BY seq DESC',
          [keyParameter(id)],
        );
        const jobId = await jobs.create(change, {
          operation: 'audit.undo',
          input: { id },
          author,
          targets: rows.map((row) => ({ target: String(row.seq), state: null })),
        });
        return { changed: rows.length, jobId };
      }
      const config = await AdminConfig.lock(tx);
      const targets = await targetsOf(tx, id, { before: null, most: atOnce });
      const moved = await findConflicts(tx, config, targets, true, rules);
      if (moved.size > 0) throw movedOnRefusal([...moved]);
      await putBack(change, site, config, targets, rules);
      return { changed: targets.length, jobId: null };
    },
    { undoOf: id, ...(asJob ? { startsJob: true } : {}) },
  );
  if (value.jobId !== null) {
    jobs.wake();
    return { done: false, jobId: value.jobId, total: value.changed };
  }
  return { done: true, changed: value.changed, skipped: [], proof: await proofOf(site, auditId) };
}

function movedOnRefusal(targets: readonly string[]): Refusal {
  const sample = targets.slice(0, 3).join(', ');
  return new Refusal(
    'conflict',
    {
      zh: `之后又有变化，无法精确撤销：${sample}${targets.length > 3 ? ' 等' : ''}`,
      en: `Changed again since, so it cannot be undone exactly: ${sample}${targets.length > 3 ? ' …' : ''}`,
    },
    {
      hint: { zh: '查看这些对象的记录，改为逐个处理。', en: 'Look at their history and deal with them one by one.' },
      details: { targets: targets.slice(0, 200) },
    },
  );
}
