import type { AdminConfig } from '../../data/write/admin-config.js';
import type { Change, Images } from '../../data/write/audited-change.js';
import { imagesFrom, writeBack } from '../../data/write/row-images.js';
import { configEntries, type Kind, kinds, tableOf } from '../../data/tables.js';
import { type CodeChange, holdCodes, suspendCodes } from '../../domain/invitations/code.js';
import type { Sql } from '../../data/mysql/database.js';
import { keyParameter } from '../../data/write/row-writer.js';
import type { Site } from '../../data/site.js';

/** One thing that a change touched, as the audit holds it. */
export interface Target {
  readonly seq: number;
  readonly kind: Kind;
  readonly target: string;
  readonly before: Images;
  readonly after: Images;
}

interface Row {
  readonly seq: number;
  readonly kind: Kind;
  readonly target: string;
  readonly before_image: string | null;
  readonly after_image: string | null;
}

/** Targets of an entry, last touched first: what came later may rest on what came before. */
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

/** Puts targets back that `findConflicts` has found to stand, writes that down, and sees to sessions and caches. */
export async function putBack(
  change: Change,
  site: Site,
  config: AdminConfig,
  targets: readonly Target[],
): Promise<void> {
  if (targets.length === 0) return;
  const rows = await writeBack(change.tx, config, targets);
  // What goes back in the tables may show in entries that have no images.
  for (const name of targets.flatMap(usersIn)) config.note(name);
  await config.save(change.tx);
  const codes = await suspendAgain(
    change.tx,
    targets.filter(({ kind, before, after }) => kind === 'user' && becomesBanned(before, after)),
  );
  const inConfig = targets.filter(
    ({ before, after }) => [...(before[configEntries.place] ?? []), ...(after[configEntries.place] ?? [])].length > 0,
  );
  change.tally('database', rows);
  change.tally('config', inConfig.length);
  for (const { kind, target, before, after } of targets) {
    const code = kind === 'user' ? codes.get(target) : undefined;
    const [from, to] = [code?.from, code?.to].map((text): Images =>
      code === undefined || text === undefined ? {} : { user_points: [{ id: code.id, invitation_code: text }] },
    );
    change.record({ kind, target, before: { ...after, ...from }, after: { ...before, ...to } });
    change.invalidate([...kinds[kind](site.keys, target), ...cachesIn(site, before), ...cachesIn(site, after)]);
    if (kind === 'user' && losesRights(before, after)) change.endSessions([target]);
  }
  if (inConfig.length > 0 || config.follows) change.invalidate([site.keys.of(config.touched.family)]);
}

/**
 * Whoever is banned by going back has no live invitation code: one that the site gave while the ban was lifted is remembered for its end.
 * Answers what was suspended, by name.
 */
async function suspendAgain(tx: Sql, targets: readonly Target[]): Promise<ReadonlyMap<string, CodeChange>> {
  if (targets.length === 0) return new Map();
  const codes = await suspendCodes(
    tx,
    await holdCodes(
      tx,
      targets.map(({ target }) => target),
    ),
  );
  for (const [name, { from }] of codes)
    await tx.run(
      'UPDATE console_bans SET invitation_code = ? WHERE user_id = (SELECT id FROM users WHERE username = ?)',
      [from, name],
    );
  return codes;
}

/** Caches of what goes back with something else: a deleted user's cards, the other cards and the user of a card. */
function cachesIn({ keys }: Site, images: Images): readonly string[] {
  return [
    ...Object.entries(images).flatMap(([name, rows]) =>
      rows.flatMap((row) => tableOf(name)?.caches?.(keys, row) ?? []),
    ),
    ...holdersIn(images).map((name) => keys.of('userInfo', name)),
    ...textsIn(configEntries.holder, images[configEntries.place]).map((name) => keys.of('userInfo', name)),
  ];
}

/** Who has the things whose rows images hold. */
function holdersIn(images: Images): readonly string[] {
  return Object.entries(images).flatMap(([name, rows]) => textsIn(tableOf(name)?.holder, rows));
}

function textsIn(column: string | undefined, rows: Images[string] = []): readonly string[] {
  return rows.flatMap((row) => {
    const value = column === undefined ? undefined : row[column];
    return typeof value === 'string' ? [value] : [];
  });
}

/** The users of whom a target says something. */
function usersIn({ kind, target, before, after }: Target): string[] {
  const named = [...holdersIn(before), ...holdersIn(after)];
  return kind === 'user' ? [target, ...named] : named;
}

function becomesBanned(before: Images, after: Images): boolean {
  return before['users']?.[0]?.['banned'] === 1 && after['users']?.[0]?.['banned'] !== 1;
}

/** Going back makes the user banned, or less than they are: live sessions would not know. */
function losesRights(before: Images, after: Images): boolean {
  const [was] = before['users'] ?? [];
  const [is] = after['users'] ?? [];
  return (
    becomesBanned(before, after) ||
    (was?.['role'] === 'user' && is !== undefined && is['role'] !== 'user' && is['role'] !== undefined)
  );
}
