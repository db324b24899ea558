import type { ConfigMoved, ConfigMovePlan } from '../../contract/config.js';
import { Refusal } from '../../contract/errors.js';
import type { Parsed } from '../../contract/index.js';
import { moveBack, moveIn, type MoveReport, previewMoveBack, previewMoveIn } from '../../data/config/move.js';
import { configCaches } from '../../data/config/move-site.js';
import { beginMoveBack, callOffMoveBack } from '../../data/config/move-back.js';
import { connect } from '../../data/mysql/connect.js';
import type { Sql } from '../../data/mysql/database.js';
import type { Change } from '../../data/write/audited-change.js';
import type { SiteContext } from '../context.js';
import { abortable } from '../kit/abortable.js';
import { confirming, fingerprintOf, isOf, markPreview, stalePreview } from '../kit/fingerprint.js';

type To = Parsed<'config.move'>['to'];

const operation = 'config.move';

/**
 * What moving the entries would do now. Changes nothing. Throws `unsupported` (the config cannot be read), `conflict`
 * (the entries are already there).
 */
export async function previewMove({ to }: { readonly to: To }, context: SiteContext): Promise<ConfigMovePlan> {
  const report = await reportOf(abortable(context.site.db, context.signal), to);
  const { entries, drifted, driftedSample, withoutUser, doubled, odd, bytes } = report;
  return {
    fingerprint: markPreview(stateOfPlan(to, report)),
    to,
    entries,
    drifted,
    driftedSample,
    withoutUser,
    doubled,
    odd,
    bytes,
  };
}

/**
 * Moves all entries in one transaction with its audit entry. Nobody reads anything different afterwards, so the way
 * back is the opposite move and not an undo. Throws `stale_preview` if the entries have changed since the preview,
 * `conflict` (they are already there, the preview was confirmed twice, a write does not end, or it is more than the
 * server accepts at once). Touches `adminConfig`, `configSettings` and `configVersion`.
 */
export async function move(input: Parsed<'config.move'>, context: SiteContext): Promise<ConfigMoved> {
  const { site } = context;
  const before = await context.answered<Omit<ConfigMoved, 'auditId'>>();
  if (before !== null) return { ...before.value, auditId: before.auditId };
  // This check comes before the barrier: a stale preview must not stop the site's writers.
  if (!isOf(input.fingerprint, stateOfPlan(input.to, await reportOf(site.db, input.to)))) throw stalePreview();
  const ticket = input.to === 'document' ? await beginMoveBack(site.db, () => connect(site.config.mysql)) : null;
  try {
    const work = async (change: Change): Promise<Omit<ConfigMoved, 'auditId'>> => {
      const by = context.author.operator;
      const report = ticket === null ? await moveIn(change.tx, by) : await moveBack(change.tx, ticket, by);
      // Under the locks: exactly what was shown is moved.
      if (!isOf(input.fingerprint, stateOfPlan(input.to, report))) throw stalePreview();
      writeDown(change, input.to, report);
      change.invalidate(configCaches.map(({ family }) => site.keys.of(family)));
      return { home: input.to, entries: report.entries };
    };
    const { value, auditId } = await context.change(work, { confirms: confirming(input.fingerprint) });
    return { ...value, auditId };
  } catch (error) {
    if (ticket !== null) await callOffMoveBack(site.db, ticket).catch(() => undefined);
    throw error;
  }
}

/**
 * Ends a move back that somebody began and did not finish: the entries stay in rows. Throws `conflict` if none has
 * begun.
 */
export async function callOff(context: SiteContext): Promise<ConfigMoved> {
  const { value, auditId } = await context.change(async (change) => {
    if (!(await callOffMoveBack(change.tx))) throw nothingBegun();
    const [count] = await change.tx.rows<{ entries: string }>('SELECT COUNT(*) AS entries FROM console_config_entries');
    writeDown(change, 'rows', null);
    return { home: 'rows' as const, entries: Number(count?.entries ?? 0) };
  });
  return { ...value, auditId };
}

function reportOf(sql: Sql, to: To): Promise<MoveReport> {
  return to === 'rows' ? previewMoveIn(sql) : previewMoveBack(sql);
}

function nothingBegun(): Refusal {
  return new Refusal(
    'conflict',
    { zh: '没有进行中的迁回', en: 'No move back has begun' },
    {
      hint: {
        zh: '没有改动任何数据。先查看站点配置的存放方式。',
        en: 'Nothing was changed. Look first where the entries are kept.',
      },
    },
  );
}

/** The state that a preview has shown. */
function stateOfPlan(to: To, { mode: _mode, ...shown }: MoveReport): string {
  return fingerprintOf(operation, shown.entries, [to, JSON.stringify(shown)]);
}

function writeDown(change: Change, to: To, report: MoveReport | null): void {
  // The opposite move is the inverse. Images of all entries would store them twice.
  change.places['incomplete'] = Math.max(1, report?.entries ?? 0);
  change.record({
    kind: 'config',
    target: 'UserConfig.Users',
    before: { console_config_state: [{ id: 1, mode: to === 'rows' ? 'json' : 'rows' }] },
    after: { console_config_state: [{ id: 1, mode: to === 'rows' ? 'rows' : 'json' }] },
  });
  if (report !== null) change.tally('config', report.entries);
}
