import type { SkippedGroup, SkipReason } from '../../contract/common.js';
import type { UserSelection } from '../../contract/users.js';
import type { Sql } from '../../data/mysql/database.js';
import { chunked, keyParameter } from '../../data/write/row-writer.js';
import type { Eligibility, Scope, Subject } from '../kit/selection-survey.js';
import { fromMatching } from './filter.js';
import { resolveNames } from './names.js';
import { type Part, part } from '../../data/mysql/sql.js';

export type Skip = Extract<SkipReason, 'self' | 'owner' | 'higher_role' | 'already_so'>;
export type Verdict = 'changed' | Skip;

/** Users `u` as the subject of bulk changes. */
export const users: Subject<Skip> = {
  identity: 'u.id, u.role',
  name: 'u.username',
  skips: ['self', 'owner', 'higher_role', 'already_so'],
};

/** Who may not be touched: oneself, owners, and admins by an admin; then whoever is already as asked. */
export function judge(
  operator: { readonly username: string; readonly role: string },
  already: Part,
  state: string,
): Eligibility {
  return {
    verdict: part(
      `CASE WHEN u.username = ? THEN 'self' WHEN u.role = 'owner' THEN 'owner'${operator.role === 'owner' ? '' : " WHEN u.role <> 'user' THEN 'higher_role'"} WHEN ${already.sql} THEN 'already_so' ELSE 'changed' END`,
      operator.username,
      ...already.parameters,
    ),
    state,
  };
}

/** A piece `FROM users u WHERE …` of these stored names, in the order of the ids; `join` stands between. */
export function named(names: readonly string[], join = ''): Part {
  return part(`FROM users u ${join} WHERE u.username IN (?) ORDER BY u.id`, names);
}

/** Up to this many named users are fetched one by one where more are counted first: no more than a preview shows. */
const few = 200;

/** True of a selection whose users are fetched one by one. */
export function isFew(who: UserSelection): boolean {
  return 'names' in who && who.names.length <= few;
}

/**
 * The names of a few, each once and nobody taken out: they need not be resolved before they are looked at, where everybody is stored just as typed
 * (`justAsTyped`). Null for other selections.
 */
export function namesOfFew(who: UserSelection): readonly string[] | null {
  if (!('names' in who) || !isFew(who) || (who.except ?? []).length > 0) return null;
  return who.names.length > 0 && new Set(who.names).size === who.names.length ? who.names : null;
}

/** Of those found under names, as the database compares them, the ones that are called just so; null where a name is nobody's. */
export function justAsTyped<Row extends { readonly username: string }>(
  rows: readonly Row[],
  names: readonly string[],
): readonly Row[] | null {
  const typed = new Set(names);
  const found = rows.filter(({ username }) => typed.has(username));
  return found.length === names.length ? found : null;
}

function group(why: SkipReason, names: readonly string[]): readonly SkippedGroup[] {
  return names.length === 0 ? [] : [{ why, count: names.length, sample: names.slice(0, 20) }];
}

/** Resolves a selection into pieces `FROM users u … WHERE …`: names by the database's collation, or everybody a filter matches; less those taken out. */
export async function resolveSelection(sql: Sql, who: UserSelection): Promise<Scope> {
  const { found: except, others: exceptOthers } = await resolveNames(sql, who.except ?? []);
  if ('names' in who) {
    const { found, unknown, duplicates, others } = await resolveNames(sql, who.names);
    const ids = [...found.keys()].filter((id) => !except.has(id));
    const taken = [...found].flatMap(([id, name]) => (except.has(id) ? [name] : []));
    return {
      parts: [...chunked(ids, 2_000)].map((batch) =>
        part(
          'FROM users u WHERE u.id IN (?)',
          batch.map((id) => keyParameter(id)),
        ),
      ),
      unresolved: [...group('unknown', unknown), ...group('duplicate', duplicates), ...group('taken_out', taken)],
      others: [...others, ...exceptOthers],
    };
  }
  const ids = [...except.keys()].map((id) => keyParameter(id));
  if (ids.length === 0) return { parts: [fromMatching(who.filter)], unresolved: [] };
  const out = fromMatching(who.filter, [part('u.id IN (?)', ids)]);
  const taken = await sql.rows<{ username: string }>(`SELECT u.username ${out.sql}`, out.parameters);
  return {
    parts: [fromMatching(who.filter, [part('u.id NOT IN (?)', ids)])],
    unresolved: group(
      'taken_out',
      taken.map((row) => row.username),
    ),
    others: exceptOthers,
  };
}
