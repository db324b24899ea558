import type { Overwritten, OverwrittenChange, RestorePlan, Restored } from '../../contract/config.js';
import type { Parsed } from '../../contract/index.js';
import { Refusal } from '../../contract/errors.js';
import { columnsOf } from '../../data/config/entry-fields.js';
import { fieldOf } from '../../data/config/same-json.js';
import { hasState } from '../../data/config/state.js';
import { isoOf, type Sql } from '../../data/mysql/database.js';
import { AdminConfig, type EntryOwner } from '../../data/write/admin-config.js';
import { chunked } from '../../data/write/row-writer.js';
import type { Site } from '../../data/site.js';
import { overwrittenBy } from '../../domain/config/overwritten.js';
import { EntryUnitOfWork } from '../../domain/unit-of-work.js';
import type { SiteContext } from '../context.js';
import { abortable } from '../kit/abortable.js';
import { confirming, fingerprintOf, isOf, markPreview, stalePreview } from '../kit/fingerprint.js';
import { recordStep } from '../kit/record-step.js';
import { dismissedOf } from './dismissals.js';
import { newestChanges, type RecordedChange } from './entry-changes.js';

/** A change that an old copy of the config has overwritten. */
interface Lost {
  readonly change: RecordedChange;
  /** True if the user's row still says it, so that it can be written into the entry again. */
  readonly again: boolean;
}

/** What a look has found. */
interface Look extends Pick<Overwritten, 'onlyNewest'> {
  readonly lost: readonly Lost[];
}

/** At most so many are shown. */
const mostShown = 200;

/** Fields whose values are secrets, or ids that say nothing. */
const unshown: ReadonlySet<string> = new Set(['tvboxToken', 'cardKey']);

/**
 * What was found at the last look. It counts until the config's row, the audit or the found lists have changed: a look
 * reads the whole config, which is only needed after somebody has written it.
 */
const looksAt = new WeakMap<Site, Look & { readonly version: string }>();

/** Changes of entries that somebody has overwritten with an old copy of the config. */
export async function overwritten({ site, signal, label }: SiteContext): Promise<Overwritten> {
  const sql = abortable(site.db, signal);
  const version = await versionOf(sql);
  const before = looksAt.get(site);
  const known = version !== null && before?.version === version ? before : null;
  const { lost, onlyNewest } = known ?? (await lookFor(sql, await AdminConfig.read(sql)));
  if (version !== null) looksAt.set(site, { version, lost, onlyNewest });
  return {
    total: lost.length,
    onlyNewest,
    changes: lost.slice(0, mostShown).map((one) => shownOf(one, label)),
    seen: stateOf({}, lost),
  };
}

/** What the look depends on; null if the row was written just now, because its time has only seconds. */
async function versionOf(sql: Sql): Promise<string | null> {
  const state = (await hasState(sql))
    ? '(SELECT CONCAT(s.mode, s.generation, s.found_again) FROM console_config_state s WHERE s.id = 1)'
    : "''";
  const [row] = await sql.rows<{ version: string | null; fresh: number | string }>(
    `SELECT CONCAT_WS('/', c.updated_at, (SELECT MAX(a.id) FROM console_audit a), ${state}) AS version,
       COALESCE(c.updated_at > NOW() - INTERVAL 2 SECOND, 1) AS fresh
     FROM admin_configs c WHERE c.config_key = 'main_config'`,
  );
  return row === undefined || Number(row.fresh) === 1 ? null : row.version;
}

async function findLost(sql: Sql, config: AdminConfig, only?: ReadonlySet<string>): Promise<readonly Lost[]> {
  return (await lookFor(sql, config, only)).lost;
}

async function lookFor(sql: Sql, config: AdminConfig, only?: ReadonlySet<string>): Promise<Look> {
  // The changes are read before what is there now: one that is made meanwhile still stands.
  const newest = await newestChanges(sql);
  const changes = newest.changes.filter(({ username }) => only?.has(username) ?? true);
  const names = [...new Set(changes.map(({ username }) => username))];
  await config.load(names);
  const [columns, foundAt] = [await columnsOf(sql, names), await lastFound(sql)];
  const all = changes.flatMap((change) => {
    const { username } = change;
    const entry = config.entry(username);
    const by = overwrittenBy(change, { entry, columns: columns.get(username), foundAt });
    return by === null ? [] : [{ change: { ...change, before: fieldOf(entry, change.field) }, again: by === 'entry' }];
  });
  const isDismissed = await dismissedOf(
    sql,
    all.map(({ change }) => change),
  );
  return { lost: all.filter(({ change }) => !isDismissed(change)), onlyNewest: newest.onlyNewest };
}

async function lastFound(sql: Sql): Promise<string | null> {
  if (!(await hasState(sql))) return null;
  const [row] = await sql.rows<{ found_at: string | null }>('SELECT found_at FROM console_config_state WHERE id = 1');
  return row?.found_at ?? null;
}

function shownOf({ change, again }: Lost, label: SiteContext['label']): OverwrittenChange {
  const { username, field, before, after, at, by, operation, auditId } = change;
  const text = (value: unknown): string | null =>
    unshown.has(field) || value === undefined ? null : JSON.stringify(value);
  return {
    username,
    field,
    before: text(before),
    after: text(after),
    at: isoOf(at),
    by,
    label: label(operation),
    auditId,
    again,
  };
}

/** What applying them again would do now. Changes nothing. */
export async function previewRestore(
  input: Parsed<'config.restore.preview'>,
  context: SiteContext,
): Promise<RestorePlan> {
  const sql = abortable(context.site.db, context.signal);
  const { lost, onlyNewest } = await lookFor(sql, await AdminConfig.read(sql), chosen(input));
  // A user's row may say something else since the kept look, which does not see that.
  looksAt.delete(context.site);
  const again = lost.filter((one) => one.again);
  return {
    fingerprint: markPreview(stateOf(input, again)),
    total: again.length,
    onlyNewest,
    changes: again.slice(0, mostShown).map((one) => shownOf(one, context.label)),
    left: lost.length - again.length,
  };
}

/**
 * Writes overwritten changes into the entries again, where the users' rows still say them; audited and undone like any
 * change. Throws `stale_preview`, `conflict` (there is nothing to apply again).
 */
export async function restore(input: Parsed<'config.restore'>, context: SiteContext): Promise<Restored> {
  const { keys } = context.site;
  const { value, auditId } = await context.change(
    async (change) => {
      const { tx } = change;
      const config = await AdminConfig.lock(tx);
      const seen = byUser(await findLost(tx, config, chosen(input)));
      const owners = await holdOwners(tx, [...seen.keys()]);
      // Once more under the locks: exactly what was shown is written.
      const lost = (await findLost(tx, config, chosen(input))).filter((one) => one.again);
      if (!isOf(input.fingerprint, stateOf(input, lost))) throw stalePreview();
      if (lost.length === 0) throw nothingLeft();
      const work = new EntryUnitOfWork(config);
      for (const [username, ones] of byUser(lost)) {
        const owner = owners.get(username);
        if (owner === undefined) throw stalePreview();
        work.editEntry(owner, Object.fromEntries(ones.map(({ change: one }) => [one.field, one.after])), true);
        recordStep(change, keys, work, 'user', username);
        change.invalidate([keys.of(config.touched.family), keys.of('userInfo', username)]);
      }
      await config.save(tx);
      return { changes: lost.length };
    },
    { confirms: confirming(input.fingerprint) },
  );
  return { ...value, auditId };
}

/**
 * Leaves them as they are: they are not shown again. Nothing in the config changes. Throws `stale_preview` if others
 * are overwritten than were looked at, `conflict` if none is, or if somebody else has just dismissed the same.
 */
export async function dismiss(input: Parsed<'config.dismiss'>, context: SiteContext): Promise<Restored> {
  const { value, auditId } = await context.change(
    async (change) => {
      const all = await findLost(change.tx, await AdminConfig.read(change.tx));
      looksAt.delete(context.site);
      const only = chosen(input);
      const lost = all.filter(({ change: { username } }) => only?.has(username) ?? true);
      if (lost.length === 0) throw nothingLeft();
      if (stateOf({}, all) !== input.seen) throw stalePreview();
      for (const [username, ones] of byUser(lost)) {
        const entryFields = ones.map(({ change: one }) => one.field);
        change.record({ kind: 'user', target: username, before: {}, after: { dismissed: [{ entryFields }] } });
      }
      change.places['incomplete'] = lost.length;
      return { changes: lost.length };
    },
    // What was looked at is dismissed once: it takes no lock that a second one would wait for.
    { confirms: input.seen },
  );
  return { ...value, auditId };
}

/** Locks users, and returns what a new entry of theirs needs. */
async function holdOwners(tx: Sql, names: readonly string[]): Promise<ReadonlyMap<string, EntryOwner>> {
  const owners = new Map<string, EntryOwner>();
  for (const batch of chunked(names, 1_000)) {
    const rows = await tx.rows<{ username: string; role: string; created_at: string | null }>(
      'SELECT u.username, u.role, u.created_at FROM users u WHERE u.username IN (?) ORDER BY u.id FOR UPDATE',
      [batch],
    );
    for (const { username, role, created_at: createdAt } of rows) owners.set(username, { username, role, createdAt });
  }
  return owners;
}

function byUser(lost: readonly Lost[]): ReadonlyMap<string, readonly Lost[]> {
  const found = new Map<string, Lost[]>();
  for (const one of lost) {
    const { username } = one.change;
    const before = found.get(username);
    if (before === undefined) found.set(username, [one]);
    else before.push(one);
  }
  return found;
}

function chosen({ names }: { readonly names?: readonly string[] | undefined }): ReadonlySet<string> | undefined {
  return names === undefined ? undefined : new Set(names);
}

function stateOf({ names }: Parsed<'config.restore.preview'>, lost: readonly Lost[]): string {
  const state = lost.map(({ change: { username, field, after, at, auditId } }) =>
    JSON.stringify([username, field, after, at, auditId]),
  );
  return fingerprintOf('config.restore', lost.length, [JSON.stringify(names ?? null), ...state.toSorted()]);
}

function nothingLeft(): Refusal {
  return new Refusal(
    'conflict',
    { zh: '没有被旧配置覆盖的变更', en: 'No change is overwritten by an old config any more' },
    { hint: { zh: '刷新后再看一次。', en: 'Refresh, then look again.' } },
  );
}
