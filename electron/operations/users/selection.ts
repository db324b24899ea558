import { createHash } from 'node:crypto';
import type { PreviewRow, SkippedGroup, SkipReason } from '../../contract/common.js';
import type { UserSelection } from '../../contract/users.js';
import type { Sql } from '../../storage/mysql/database.js';
import { batches, keyOf } from '../../storage/rows.js';
import { fromMatching } from './filter.js';
import { resolveNames } from './names.js';
import { type Part, part } from './sql.js';

/** Whom a selection is about, as the database can be asked: pieces `FROM users u … WHERE …`, and names that led nowhere. */
export interface Scope {
  readonly parts: readonly Part[];
  readonly aside: readonly SkippedGroup[];
}

export type Verdict = 'changed' | Extract<SkipReason, 'self' | 'owner' | 'higher_role' | 'already_so'>;

/** How one operation judges: an expression of users `u` that gives a Verdict, and the state that its fingerprint covers. */
export interface Judgement {
  readonly verdict: Part;
  readonly state: string;
}

/** Who may not be touched: oneself, owners, and admins by an admin; then whoever is already as asked. */
export function judge(
  operator: { readonly username: string; readonly role: string },
  already: Part,
  state: string,
): Judgement {
  return {
    verdict: part(
      `CASE WHEN u.username = ? THEN 'self' WHEN u.role = 'owner' THEN 'owner'${operator.role === 'owner' ? '' : " WHEN u.role <> 'user' THEN 'higher_role'"} WHEN ${already.sql} THEN 'already_so' ELSE 'changed' END`,
      operator.username,
      ...already.parameters,
    ),
    state,
  };
}

function group(why: SkipReason, names: readonly string[]): readonly SkippedGroup[] {
  return names.length === 0 ? [] : [{ why, count: names.length, sample: names.slice(0, 20) }];
}

/** Resolves a selection: names by the database's collation, or everybody a filter matches; less those taken out. */
export async function resolveSelection(sql: Sql, who: UserSelection): Promise<Scope> {
  const except = (await resolveNames(sql, who.except ?? [])).found;
  if ('names' in who) {
    const { found, unknown, duplicates } = await resolveNames(sql, who.names);
    const ids = [...found.keys()].filter((id) => !except.has(id));
    const taken = [...found].flatMap(([id, name]) => (except.has(id) ? [name] : []));
    return {
      parts: [...batches(ids, 2_000)].map((batch) =>
        part(
          'FROM users u WHERE u.id IN (?)',
          batch.map((id) => keyOf(id)),
        ),
      ),
      aside: [...group('unknown', unknown), ...group('duplicate', duplicates), ...group('taken_out', taken)],
    };
  }
  const ids = [...except.keys()].map((id) => keyOf(id));
  if (ids.length === 0) return { parts: [fromMatching(who.filter)], aside: [] };
  const out = fromMatching(who.filter, [part('u.id IN (?)', ids)]);
  const taken = await sql.rows<{ username: string }>(`SELECT u.username ${out.sql}`, out.parameters);
  return {
    parts: [fromMatching(who.filter, [part('u.id NOT IN (?)', ids)])],
    aside: group(
      'taken_out',
      taken.map((row) => row.username),
    ),
  };
}

/** What a selection comes to, counted in the database: nobody is fetched. */
export interface Survey {
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly sums: Readonly<Record<string, number>>;
  readonly fingerprint: string;
}

/** Counts verdicts, sums `effects` over those who change, and takes the fingerprint of their ids and state. */
export async function survey(
  sql: Sql,
  operation: string,
  scope: Scope,
  { verdict, state }: Judgement,
  effects: Readonly<Record<string, string>> = {},
): Promise<Survey> {
  const counts: Record<Verdict, number> = { changed: 0, self: 0, owner: 0, higher_role: 0, already_so: 0 };
  const names = Object.keys(effects);
  const sums: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]));
  let mix = 0n;
  let sum = 0n;
  const inner = names.map((name, at) => `, ${effects[name] ?? '0'} AS e${String(at)}`).join('');
  const outer = names.map((_, at) => `, SUM(s.e${String(at)}) AS e${String(at)}`).join('');
  for (const { sql: from, parameters } of scope.parts) {
    const rows = await sql.rows<
      { verdict: Verdict; found: string; mix: string; total: string } & Record<string, string | null>
    >(
      `SELECT s.verdict, COUNT(*) AS found, BIT_XOR(s.crc) AS mix, SUM(s.crc) AS total${outer}
       FROM (SELECT ${verdict.sql} AS verdict, CRC32(CONCAT_WS('|', u.id, u.role, ${state})) AS crc${inner} ${from}) s GROUP BY s.verdict`,
      [...verdict.parameters, ...parameters],
    );
    for (const row of rows) {
      counts[row.verdict] += Number(row.found);
      if (row.verdict !== 'changed') continue;
      mix ^= BigInt(row.mix);
      sum += BigInt(row.total);
      for (const [at, name] of names.entries()) sums[name] = (sums[name] ?? 0) + Number(row[`e${String(at)}`] ?? 0);
    }
  }
  const hash = createHash('sha256')
    .update(`${operation} ${String(counts.changed)} ${String(mix)} ${String(sum)}`)
    .digest('hex');
  return { counts, sums, fingerprint: counts.changed.toString(16).padStart(8, '0') + hash.slice(0, 32) };
}

/** How many would change, as a fingerprint of `survey` says: known before the transaction that checks it. */
export function changedBy(fingerprint: string): number {
  return Number.parseInt(fingerprint.slice(0, 8), 16);
}

/** Users of a scope with one of these verdicts, at most `most`. */
export async function usersOf<Row>(
  sql: Sql,
  scope: Scope,
  { verdict }: Judgement,
  wanted: readonly Verdict[],
  columns: string,
  most: number | null,
): Promise<Row[]> {
  const found: Row[] = [];
  for (const { sql: from, parameters } of scope.parts) {
    if (most !== null && found.length >= most) break;
    const limit = most === null ? '' : ` LIMIT ${String(most - found.length)}`;
    found.push(
      ...(await sql.rows<Row>(`SELECT ${columns}, ${verdict.sql} AS verdict ${from} HAVING verdict IN (?)${limit}`, [
        ...verdict.parameters,
        ...parameters,
        wanted,
      ])),
    );
  }
  return found;
}

/** Everybody who is left alone and why, with samples. */
export async function skippedGroups(
  sql: Sql,
  scope: Scope,
  judgement: Judgement,
  { counts }: Survey,
): Promise<SkippedGroup[]> {
  const groups: SkippedGroup[] = [];
  for (const why of ['self', 'owner', 'higher_role', 'already_so'] as const) {
    if (counts[why] === 0) continue;
    const sample = await usersOf<{ username: string }>(sql, scope, judgement, [why], 'u.username', 20);
    groups.push({ why, count: counts[why], sample: sample.map((row) => row.username) });
  }
  return [...groups, ...scope.aside];
}

/** Preview rows for what `skippedGroups` found. */
export function skippedRows(groups: readonly SkippedGroup[], most: number): PreviewRow[] {
  return groups
    .flatMap(({ why, sample }) => sample.map((target): PreviewRow => ({ target, outcome: 'skipped', why, detail: {} })))
    .slice(0, Math.max(0, most));
}
