import type { SkipReason } from '../../contract/common.js';
import type { UserFilter, UserSelection } from '../../contract/users.js';
import type { Sql } from '../../data/mysql/database.js';
import { type Chosen, scopeOf, skippedGroup } from '../kit/selection.js';
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

/** A piece `FROM users u WHERE …` of these stored names; `join` stands between. */
export function named(names: readonly string[], join = ''): Part {
  return part(`FROM users u ${join} WHERE u.username IN (?)`, names);
}

/** Users in the order of their ids. Not by the server: MySQL refuses to sort rows with very long tags. */
export function byId<User extends { readonly id: string }>(rows: readonly User[]): User[] {
  return rows.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
}

/** Up to this many named users are fetched one by one where more are counted first: no more than a preview shows. */
const few = 200;

/** True of a selection whose users are fetched one by one. */
export function isFew(who: UserSelection): boolean {
  return 'names' in who && who.names.length <= few;
}

/**
 * The names of a few, each once and nobody taken out: they need not be resolved before they are looked at, where
 * everybody is stored just as typed (`justAsTyped`). Null for other selections.
 */
export function namesOfFew(who: UserSelection): readonly string[] | null {
  if (!('names' in who) || !isFew(who) || (who.except ?? []).length > 0) return null;
  return who.names.length > 0 && new Set(who.names).size === who.names.length ? who.names : null;
}

/**
 * Of those found under names, as the database compares them, the ones that are called just so; null where a name is
 * nobody's.
 */
export function justAsTyped<Row extends { readonly username: string }>(
  rows: readonly Row[],
  names: readonly string[],
): readonly Row[] | null {
  const typed = new Set(names);
  const found = rows.filter(({ username }) => typed.has(username));
  return found.length === names.length ? found : null;
}

/** Whom a selection means: names by the database's collation, or everybody a filter matches; less those taken out. */
export async function chooseUsers(sql: Sql, who: UserSelection): Promise<Chosen<UserFilter>> {
  const column = 'u.id';
  const { found: except, others: exceptOthers } = await resolveNames(sql, who.except ?? []);
  if ('filter' in who) {
    const { filter } = who;
    return { column, ids: null, filter, except: [...except.keys()], unresolved: [], others: exceptOthers };
  }
  const { found, unknown, duplicates, others } = await resolveNames(sql, who.names);
  const taken = [...found].flatMap(([id, name]) => (except.has(id) ? [name] : []));
  return {
    column,
    ids: [...found.keys()].filter((id) => !except.has(id)),
    filter: {},
    except: [],
    unresolved: [
      ...skippedGroup('unknown', unknown),
      ...skippedGroup('duplicate', duplicates),
      ...skippedGroup('taken_out', taken),
    ],
    others: [...others, ...exceptOthers],
  };
}

/** A selection as pieces `FROM users u … WHERE …`. */
export async function resolveSelection(sql: Sql, who: UserSelection): Promise<Scope> {
  return scopeOf(sql, await chooseUsers(sql, who), 'u.username', fromMatching);
}
