import { Refusal } from '../../contract/errors.js';
import type { Count, Page } from '../../contract/common.js';
import type { Parsed } from '../../contract/index.js';
import type { UserRow } from '../../contract/users.js';
import { AdminConfig } from '../../data/write/admin-config.js';
import type { SiteContext } from '../context.js';
import { estimateOf } from '../kit/estimate.js';
import { readCursor, writeCursor } from './cursor.js';
import { fromMatching } from './filter.js';
import { firstPhase, type ListInput, phaseSql } from './page.js';
import { type PageRow, placeOf, userRow } from './rows.js';

/** One page of users: one query, or two where the page crosses from those with a value to those without. */
export async function listUsers(input: ListInput, { site, signal }: SiteContext): Promise<Page<UserRow>> {
  const place = input.after === undefined ? null : readCursor(input.after, input.sort, input.descending);
  const phase = firstPhase(input, place);
  const send = (of: 'values' | 'nulls', rows: number): Promise<PageRow[]> => {
    const { sql, parameters } = phaseSql(input, of, place, rows);
    return site.db.rows<PageRow>(sql, parameters, signal);
  };
  let rows = await send(phase, input.limit + 1);
  if (phase === 'values' && input.sort !== 'username' && rows.length <= input.limit) {
    rows = rows.concat(await send('nulls', input.limit + 1 - rows.length));
  }
  const last = rows[input.limit - 1];
  const next =
    rows.length > input.limit && last !== undefined
      ? writeCursor(input.sort, input.descending, placeOf(last, input.sort))
      : null;
  return {
    rows: rows
      .slice(0, input.limit)
      .filter((row) => row.id !== null)
      .map(userRow),
    next,
  };
}

/** How many users match. Without a filter the server's estimate will do, unless an exact number is asked for. */
export async function countUsers(
  { filter, exact }: Parsed<'users.count'>,
  { site, signal }: SiteContext,
): Promise<Count> {
  if (!exact && Object.values(filter).every((value) => value === undefined)) {
    const estimate = await estimateOf(site.db, 'users', signal);
    if (estimate !== null) return { count: estimate, exact: false };
  }
  const { sql, parameters } = fromMatching(filter);
  const [row] = await site.db.rows<{ found: string }>(`SELECT COUNT(*) AS found ${sql}`, parameters, signal);
  return { count: Number(row?.found ?? 0), exact: true };
}

/** Tags that the site defines in its config; none where the config cannot be read. */
export async function listTags({
  site,
}: SiteContext): Promise<readonly { readonly tag: string; readonly enabledApis: readonly string[] }[]> {
  const config = await AdminConfig.read(site.db).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'unsupported') return null;
    throw error;
  });
  return (config?.tags ?? []).flatMap((entry) => {
    if (typeof entry === 'string') return [{ tag: entry, enabledApis: [] }];
    if (typeof entry !== 'object' || entry === null) return [];
    const { name, enabledApis } = entry as { readonly name?: unknown; readonly enabledApis?: unknown };
    if (typeof name !== 'string') return [];
    return [
      {
        tag: name,
        enabledApis: Array.isArray(enabledApis)
          ? enabledApis.filter((api): api is string => typeof api === 'string')
          : [],
      },
    ];
  });
}
