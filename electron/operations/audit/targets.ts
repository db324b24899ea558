import type { AdminConfig } from '../../data/write/admin-config.js';
import type { Change, Images } from '../../data/write/audited-change.js';
import { cachesIn, holdersIn, type ImagedThing, imagesFrom, lessens, writeBack } from '../../data/write/row-images.js';
import { configEntries, isOfUser, type Kind, kinds } from '../../data/tables.js';
import type { UndoRule } from '../../domain/undo-rule.js';
import type { Sql } from '../../data/mysql/database.js';
import { keyParameter } from '../../data/write/row-writer.js';
import type { Site } from '../../data/site.js';

/** One thing that a change touched, as the audit stores it. */
export interface Target extends ImagedThing {
  readonly seq: number;
}

interface Row {
  readonly seq: number;
  readonly kind: Kind;
  readonly target: string;
  readonly before_image: string | null;
  readonly after_image: string | null;
}

/** Targets of an entry, the last one first: later changes may depend on earlier ones. */
export async function targetsOf(
  sql: Sql,
  auditId: string,
  which: { readonly before: number | null; readonly most: number } | { readonly seqs: readonly number[] },
): Promise<Target[]> {
  const columns = 'SELECT seq, kind, target, before_image, after_image FROM console_audit_targets WHERE audit_id = ?';
  const rows =
    'seqs' in which
      ? await sql.rows<Row>(`${columns} AND seq IN (?) ORDER BY seq DESC`, [keyParameter(auditId), which.seqs])
      : await sql.rows<Row>(
          `${columns}${which.before === null ? '' : ` AND seq < ${String(which.before)}`} ORDER BY seq DESC LIMIT ${String(which.most)}`,
          [keyParameter(auditId)],
        );
  return rows.map((row) => ({
    seq: row.seq,
    kind: row.kind,
    target: row.target,
    before: imagesFrom(row.before_image),
    after: imagesFrom(row.after_image),
  }));
}

/** Restores targets in which `findConflicts` found no conflict, records that, and handles sessions and caches. */
export async function putBack(
  change: Change,
  site: Site,
  config: AdminConfig,
  targets: readonly Target[],
  rules: readonly UndoRule[],
): Promise<void> {
  if (targets.length === 0) return;
  const rows = await writeBack(change.tx, config, targets);
  // Restored columns may show in entries that have no images.
  for (const name of targets.flatMap(usersOf)) config.note(name);
  await config.save(change.tx);
  const followed = [];
  for (const { follow } of rules) followed.push(await follow?.(change.tx, targets));
  const inConfig = targets.filter(
    ({ before, after }) => [...(before[configEntries.place] ?? []), ...(after[configEntries.place] ?? [])].length > 0,
  );
  change.tally('database', rows);
  change.tally('config', inConfig.length);
  change.tally('tvbox', targets.filter((one) => differs(one, 'users', 'tvbox_token')).length);
  change.tally('invitation_code', targets.filter((one) => differs(one, 'user_points', 'invitation_code')).length);
  for (const { kind, target, before, after } of targets) {
    const more = followed.flatMap((steps) => steps?.get(target) ?? []);
    change.record({
      kind,
      target,
      before: Object.assign({}, after, ...more.map((step) => step.before)) as Images,
      after: Object.assign({}, before, ...more.map((step) => step.after)) as Images,
    });
    change.invalidate([
      ...kinds[kind].caches(site.keys, target),
      ...cachesIn(site.keys, before),
      ...cachesIn(site.keys, after),
    ]);
    if (isOfUser(kind) && lessens(after, before)) change.endSessions([target]);
  }
  if (inConfig.length > 0 || config.follows) change.invalidate([site.keys.of(config.touched.family)]);
}

/** True if both images have the row and the undo writes another value into this column. */
function differs({ before, after }: Target, table: string, column: string): boolean {
  const [was] = before[table] ?? [];
  const [is] = after[table] ?? [];
  return was !== undefined && is !== undefined && (was[column] ?? null) !== (is[column] ?? null);
}

/** The users that a target concerns. */
function usersOf({ kind, target, before, after }: Target): readonly string[] {
  const holders = [...holdersIn(before), ...holdersIn(after)];
  return isOfUser(kind) ? [target, ...holders] : holders;
}
