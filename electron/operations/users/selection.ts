import type { SkipReason } from '../../contract/common.js';
import type { UserFilter, UserSelection } from '../../contract/users.js';
import type { Sql } from '../../data/mysql/database.js';
import { type Chosen, chosenOnes, scopeOf } from '../kit/selection.js';
import type { Eligibility, Scope, Subject } from '../kit/selection-survey.js';
import { fromMatching } from './filter.js';
import { resolveNames, resolvePasted } from './names.js';
import { type Part, part } from '../../data/mysql/sql.js';

export type Skip = Extract<SkipReason, 'self' | 'owner' | 'higher_role' | 'already_so'>;
export type Verdict = 'changed' | Skip;

/** Users `u` as the subject of bulk changes. */
export const users: Subject<Skip> = {
  identity: 'u.id, u.role',
  name: 'u.username',
  skips: ['self', 'owner', 'higher_role', 'already_so'],
};

/** Skips users who may not be changed: the operator, owners, admins if an admin asks; then users who are as asked. */
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

/** A piece `FROM users u WHERE …` of these stored names; `join` goes in between. */
export function named(names: readonly string[], join = ''): Part {
  return part(`FROM users u ${join} WHERE u.username IN (?)`, names);
}

/** Users in the order of their ids. Not by the server: MySQL refuses to sort rows with very long tags. */
export function byId<User extends { readonly id: string }>(rows: readonly User[]): User[] {
  return rows.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
}

/** Up to this many named users are read one by one, not counted first: a preview shows no more than that. */
const few = 200;

/** True if the users of a selection are read one by one. */
export function isFew(who: UserSelection): boolean {
  return 'names' in who && who.names.length <= few;
}

/**
 * The names of a small selection, if each is given once and none is removed. They need not be resolved first, as long
 * as all are stored exactly as typed (`justAsTyped`). Null for other selections.
 */
export function namesOfFew(who: UserSelection): readonly string[] | null {
  if (!('names' in who) || !isFew(who) || (who.except ?? []).length > 0) return null;
  return who.names.length > 0 && new Set(who.names).size === who.names.length ? who.names : null;
}

/**
 * The users whose stored name is exactly the typed one, of those that the database found. Null if a name has no such
 * user.
 */
export function justAsTyped<Row extends { readonly username: string }>(
  rows: readonly Row[],
  names: readonly string[],
): readonly Row[] | null {
  const typed = new Set(names);
  const found = rows.filter(({ username }) => typed.has(username));
  return found.length === names.length ? found : null;
}

/** The users of a selection: names by the database's collation, or all that a filter matches; minus removed ones. */
export async function chooseUsers(sql: Sql, who: UserSelection): Promise<Chosen<UserFilter>> {
  const column = { table: 'users', name: 'u.id' };
  const { found: except, others } = await resolveNames(sql, who.except ?? []);
  if ('filter' in who)
    return { column, ids: null, filter: who.filter, except: [...except.keys()], unresolved: [], others };
  const named = await (who.blanks === true ? resolvePasted : resolveNames)(sql, who.names);
  const chosen = chosenOnes(column, { ...named, others: [...named.others, ...others] }, except);
  const unresolved = chosen.unresolved.map((group) =>
    group.why === 'unknown' && group.count > group.sample.length ? { ...group, all: named.unknown } : group,
  );
  return { ...chosen, unresolved };
}

/** A selection as pieces `FROM users u … WHERE …`. */
export async function resolveSelection(sql: Sql, who: UserSelection): Promise<Scope> {
  return scopeOf(sql, await chooseUsers(sql, who), 'u.username', fromMatching);
}
