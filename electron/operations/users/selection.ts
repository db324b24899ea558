import type { SkippedGroup, SkipReason } from '../../contract/common.js';
import type { UserSelection } from '../../contract/users.js';
import type { Sql } from '../../data/mysql/database.js';
import { batches, keyOf } from '../../data/write/rows.js';
import type { Judgement, Scope, Subject } from '../kit/survey.js';
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

/** Resolves a selection into pieces `FROM users u … WHERE …`: names by the database's collation, or everybody a filter matches; less those taken out. */
export async function resolveSelection(sql: Sql, who: UserSelection): Promise<Scope> {
  const { found: except, others: exceptOthers } = await resolveNames(sql, who.except ?? []);
  if ('names' in who) {
    const { found, unknown, duplicates, others } = await resolveNames(sql, who.names);
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
      others: [...others, ...exceptOthers],
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
    others: exceptOthers,
  };
}
