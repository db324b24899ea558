import type { OtherName, SkippedGroup, SkipReason } from '../../contract/common.js';
import type { JobTarget } from '../../jobs/job-handler.js';
import type { Parameter, Sql } from '../../data/mysql/database.js';
import { chunked } from '../../data/write/row-writer.js';
import type { Part } from '../../data/mysql/sql.js';
import { fingerprintOf } from './fingerprint.js';

/** The things that a selection contains, as queries: pieces `FROM … WHERE …`, and names that were not found. */
export interface Scope {
  readonly parts: readonly Part[];
  readonly unresolved: readonly SkippedGroup[];
  /** Typed names whose user has another stored name. */
  readonly others?: readonly OtherName[];
}

/** One kind of thing that is changed in bulk: users `u`, cards `c`. */
export interface Subject<Skip extends SkipReason> {
  /** Columns that every fingerprint covers, as an argument list: the id, and what decides about rights. */
  readonly identity: string;
  /** The column with the name of a thing in samples and jobs. */
  readonly name: string;
  /** Why a thing may be skipped, in the order in which users see the reasons. */
  readonly skips: readonly Skip[];
}

/**
 * How one operation judges a thing. `verdict` is an expression over the subject that gives `changed` or a reason to
 * skip. `state` is what the preview depends on.
 */
export interface Eligibility {
  readonly verdict: Part;
  readonly state: string;
}

/** A thing's state as one number. If it is equal before and after, the thing is as it was shown. */
export function stateSql<Skip extends SkipReason>({ identity }: Subject<Skip>, { state }: Eligibility): string {
  return `CRC32(CONCAT_WS('|', ${identity}, ${state}))`;
}

/** The result of a selection, counted in the database: no rows are fetched. */
export interface Survey<Skip extends SkipReason> {
  readonly counts: Readonly<Record<'changed' | Skip, number>>;
  readonly sums: Readonly<Record<string, number>>;
  readonly fingerprint: string;
}

/** Counts verdicts, sums `effects` over the things that change, and makes the fingerprint of their ids and states. */
export async function survey<Skip extends SkipReason>(
  sql: Sql,
  operation: string,
  subject: Subject<Skip>,
  scope: Scope,
  judgement: Eligibility,
  effects: Readonly<Record<string, string>> = {},
): Promise<Survey<Skip>> {
  const { verdict } = judgement;
  const counts = Object.fromEntries(['changed', ...subject.skips].map((why) => [why, 0])) as Record<
    'changed' | Skip,
    number
  >;
  const names = Object.keys(effects);
  const sums: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]));
  let mix = 0n;
  let sum = 0n;
  const inner = names.map((name, at) => `, ${effects[name] ?? '0'} AS e${String(at)}`).join('');
  const outer = names.map((_, at) => `, SUM(s.e${String(at)}) AS e${String(at)}`).join('');
  for (const { sql: from, parameters } of scope.parts) {
    const rows = await sql.rows<
      { verdict: 'changed' | Skip; found: string; mix: string; total: string } & Record<string, string | null>
    >(
      `SELECT s.verdict, COUNT(*) AS found, BIT_XOR(s.crc) AS mix, SUM(s.crc) AS total${outer}
       FROM (SELECT ${verdict.sql} AS verdict, ${stateSql(subject, judgement)} AS crc${inner} ${from}) s GROUP BY s.verdict`,
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
  return { counts, sums, fingerprint: fingerprintOf(operation, counts.changed, [String(mix), String(sum)]) };
}

/** The things that will be changed, each with its current state, and the fingerprint of exactly these. */
export interface FrozenSet {
  readonly fingerprint: string;
  readonly targets: readonly JobTarget[];
}

/**
 * Fetches the things that a survey has counted. The two are read one after the other, so the caller compares the
 * fingerprints.
 */
export async function freeze<Skip extends SkipReason>(
  sql: Sql,
  operation: string,
  subject: Subject<Skip>,
  scope: Scope,
  judgement: Eligibility,
): Promise<FrozenSet> {
  const columns = `${subject.name} AS name, ${stateSql(subject, judgement)} AS state`;
  const rows = await rowsWith<StateRow>(sql, scope, judgement, ['changed'], columns, null);
  return frozenOf(operation, rows);
}

/** What a survey of single things reads of each. */
export interface Judged {
  readonly name: string | number;
  readonly verdict: string;
  readonly state: string | number;
  readonly [effect: `e${number}`]: unknown;
}

/** A survey of few things, with their rows as a preview shows them, and with the frozen set. */
export interface EachSurvey<Skip extends SkipReason, Row> extends Survey<Skip> {
  readonly changing: readonly Row[];
  readonly skipped: SkippedGroup[];
  readonly frozen: FrozenSet;
}

/** What a survey of single things reads besides: further columns, and effects to sum, by name. */
interface EachWanted {
  readonly columns: string;
  readonly effects?: Readonly<Record<string, string>>;
}

/**
 * The things of a scope, each with its verdict, its state and its effects (as `e0`, `e1` …): one statement per part.
 */
export async function judgeEach<Row>(
  sql: Sql,
  subject: Subject<SkipReason>,
  parts: Scope['parts'],
  judgement: Eligibility,
  { columns, effects = {} }: EachWanted,
): Promise<(Row & Judged)[]> {
  const sums = Object.values(effects).map((effect, at) => `, ${effect} AS e${String(at)}`);
  const rows: (Row & Judged)[] = [];
  for (const { sql: from, parameters } of parts)
    rows.push(
      ...(await sql.rows<Row & Judged>(
        `SELECT ${columns}, ${subject.name} AS name, ${judgement.verdict.sql} AS verdict, ${stateSql(subject, judgement)} AS state${sums.join('')} ${from}`,
        [...judgement.verdict.parameters, ...parameters],
      )),
    );
  return rows;
}

/**
 * The result for judged things: `survey`, `rowsWith`, `skippedGroups` and `freeze` in one, all from the same moment.
 * For few things, because all are fetched. `effects`: the names of the effects that were read, in their order.
 */
export function surveyOf<Row extends Judged, Skip extends SkipReason>(
  operation: string,
  subject: Subject<Skip>,
  unresolved: Scope['unresolved'],
  rows: readonly Row[],
  effects: readonly string[] = [],
): EachSurvey<Skip, Row> {
  const changing = rows.filter(({ verdict }) => verdict === 'changed');
  const frozen = frozenOf(operation, changing);
  const skipped = subject.skips.map((why) => ({ why, rows: rows.filter(({ verdict }) => verdict === why) }));
  const counts: Record<string, number> = { changed: changing.length };
  for (const group of skipped) counts[group.why] = group.rows.length;
  return {
    counts: counts as Record<'changed' | Skip, number>,
    sums: Object.fromEntries(
      effects.map((name, at) => [name, changing.reduce((sum, row) => sum + Number(row[`e${at}`] ?? 0), 0)]),
    ),
    fingerprint: frozen.fingerprint,
    changing,
    skipped: [
      ...skipped.flatMap((group) =>
        group.rows.length === 0
          ? []
          : [
              {
                why: group.why,
                count: group.rows.length,
                sample: group.rows.slice(0, 20).map(({ name }) => String(name)),
              },
            ],
      ),
      ...unresolved,
    ],
    frozen,
  };
}

function frozenOf(operation: string, rows: readonly StateRow[]): FrozenSet {
  let mix = 0n;
  let sum = 0n;
  const targets = rows.map(({ name, state }): JobTarget => {
    mix ^= BigInt(state);
    sum += BigInt(state);
    return { target: String(name), state: String(state) };
  });
  return { fingerprint: fingerprintOf(operation, targets.length, [String(mix), String(sum)]), targets };
}

/** True for a thing with the same state as when it was frozen. A target without a state was never shown to anybody. */
export function isUnchangedSinceFreeze(targets: readonly JobTarget[]): (name: string, state: string) => boolean {
  const frozen = new Map(targets.map(({ target, state }) => [target, state]));
  return (name, now) => {
    const state = frozen.get(name);
    return state !== undefined && (state === null || state === now);
  };
}

interface StateRow {
  readonly name: string | number;
  readonly state: string | number;
}

/**
 * Judges locked things again. Returns the names of those that may still be changed and have the same state as when the
 * set was frozen. This needs its own statement after the one that took the locks, because that one may read older
 * values of rows it does not lock. `from` is `FROM … WHERE <the name> IN (?)`.
 */
export async function unchangedSinceFreeze<Skip extends SkipReason>(
  sql: Sql,
  subject: Subject<Skip>,
  from: string,
  judgement: Eligibility,
  targets: readonly JobTarget[],
  keyOf: (target: string) => Parameter = (target) => target,
): Promise<Set<string>> {
  const asFrozen = isUnchangedSinceFreeze(targets);
  const unchanged = new Set<string>();
  for (const some of chunked(targets, 1_000)) {
    const rows = await sql.rows<StateRow>(
      `SELECT ${subject.name} AS name, ${stateSql(subject, judgement)} AS state ${from} AND ${judgement.verdict.sql} = 'changed'`,
      [some.map(({ target }) => keyOf(target)), ...judgement.verdict.parameters],
    );
    for (const row of rows) {
      const name = String(row.name);
      if (asFrozen(name, String(row.state))) unchanged.add(name);
    }
  }
  return unchanged;
}

/** Rows of a scope with one of these verdicts, at most `most`. */
export async function rowsWith<Row>(
  sql: Sql,
  scope: Scope,
  { verdict }: Eligibility,
  wanted: readonly string[],
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

/** Everything that is skipped, by reason, with samples. */
export async function skippedGroups<Skip extends SkipReason>(
  sql: Sql,
  subject: Subject<Skip>,
  scope: Scope,
  judgement: Eligibility,
  { counts }: Pick<Survey<Skip>, 'counts'>,
): Promise<SkippedGroup[]> {
  const groups: SkippedGroup[] = [];
  for (const why of subject.skips) {
    if (counts[why] === 0) continue;
    const columns = `${subject.name} AS name`;
    const sample = await rowsWith<{ name: string | number }>(sql, scope, judgement, [why], columns, 20);
    groups.push({ why, count: counts[why], sample: sample.map(({ name }) => String(name)) });
  }
  return [...groups, ...scope.unresolved];
}
