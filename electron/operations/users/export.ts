import { Refusal } from '../../contract/errors.js';
import type { Parsed } from '../../contract/index.js';
import type { UserFilter } from '../../contract/users.js';
import type { Sql } from '../../data/mysql/database.js';
import { keyParameter } from '../../data/write/row-writer.js';
import { abortable } from '../kit/abortable.js';
import type { SiteContext } from '../context.js';
import { type Cells, saveCsv } from '../kit/csv-file.js';
import { fromMatching } from './filter.js';
import { resolveNames } from './names.js';
import { usersAllSql } from './page.js';
import { type PageRow, userRow } from './rows.js';
import { type Part, part } from '../../data/mysql/sql.js';

const header = [
  'id',
  'username',
  'role',
  'banned',
  'tags',
  'created_at',
  'last_login_at',
  'login_count',
  'points',
  'card_type',
  'card_expires_at',
];

/** Saves chosen users, or everybody whom a filter matches, as CSV in the list's order. Throws not_found where a choice means nobody. */
export async function exportUsers(
  input: Parsed<'users.export'>,
  context: SiteContext,
): Promise<{ readonly jobId: string }> {
  const { db } = context.site;
  const { filter, more } = await chosen(abortable(db, context.signal), input);
  const { sort, descending } = input;
  return saveCsv(context, 'users.export', 'users', {
    header,
    async count(signal) {
      const { sql, parameters } = fromMatching(filter, more);
      const [row] = await db.rows<{ found: string }>(`SELECT COUNT(*) AS found ${sql}`, parameters, signal);
      return Number(row?.found ?? 0);
    },
    async *rows(signal) {
      const { sql, parameters } = usersAllSql({ filter, sort, descending }, more);
      for await (const row of db.stream<PageRow>(sql, parameters, signal)) yield cellsOf(row);
    },
  });
}

/** Whom an export is about: one filter and conditions on ids, so that one query keeps the order. Unknown names are left out. */
async function chosen(
  sql: Sql,
  { who, filter }: Parsed<'users.export'>,
): Promise<{ readonly filter: UserFilter; readonly more: readonly Part[] }> {
  if (who === undefined) return { filter, more: [] };
  const except = [...(await resolveNames(sql, who.except ?? [])).found.keys()];
  if ('filter' in who) {
    return { filter: who.filter, more: except.length === 0 ? [] : [part('u.id NOT IN (?)', except.map(keyParameter))] };
  }
  const out = new Set(except);
  const ids = [...(await resolveNames(sql, who.names)).found.keys()].filter((id) => !out.has(id));
  if (ids.length === 0) {
    throw new Refusal(
      'not_found',
      { zh: '选中的用户都不存在，没有可导出的内容', en: 'None of the chosen users exists: there is nothing to export' },
      { hint: { zh: '检查用户名。', en: 'Check the names.' } },
    );
  }
  return { filter: {}, more: [part('u.id IN (?)', ids.map(keyParameter))] };
}

function cellsOf(row: PageRow): Cells {
  const user = userRow(row);
  return [
    user.id,
    user.username,
    user.role,
    user.banned ? 1 : 0,
    user.tags.join(' '),
    user.createdAt,
    user.lastLoginAt,
    user.loginCount,
    user.points,
    user.card?.type ?? null,
    user.card?.expiresAt ?? null,
  ];
}
