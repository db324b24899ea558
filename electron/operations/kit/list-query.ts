import type { Count, Page } from '../../contract/common.js';
import type { OperationName, Output, Parsed } from '../../contract/index.js';
import type { Need } from '../../contract/operation.js';
import type { Sql } from '../../data/mysql/database.js';
import { type Part, whereAll } from '../../data/mysql/sql.js';
import type { Site } from '../../data/site.js';
import type { SiteContext } from '../context.js';
import { abortable } from './abortable.js';
import { type Cell, saveCsv } from './csv-file.js';
import { type CursorScope, type Place, readCursor, writeCursor } from './cursor.js';
import { estimateOf } from './estimate.js';
import {
  allSql,
  type Details,
  type Phase,
  phaseSql,
  placeOf,
  type SortColumns,
  type Source,
  type Wanted,
} from './list-sql.js';
import { type Chosen, conditionsOf, nothingToExport } from './selection.js';

type PagedOperation = { [N in OperationName]: Output<N> extends Page<unknown> ? N : never }[OperationName];
/** Names of the contract's lists with pages. */
type ListName = PagedOperation extends infer O ? (O extends `${infer Name}.list` ? Name : never) : never;
type Input<N extends ListName> = Parsed<Extract<PagedOperation, `${N}.list`>>;
type FilterOf<N extends ListName> = Input<N> extends { readonly filter: infer F extends object } ? F : object;
type SortOf<N extends ListName> = Input<N> extends { readonly sort: infer S extends string } ? S : 'id';
type RowOf<N extends ListName> = Output<Extract<PagedOperation, `${N}.list`>> extends Page<infer Row> ? Row : never;

type ExportInput<N extends ListName> = `${N}.export` extends infer O extends OperationName ? Parsed<O> : never;

/** The view of a list. A list without a filter, or with only one order, does not have that field in its input. */
export interface View<N extends ListName> {
  readonly filter?: FilterOf<N>;
  readonly sort?: SortOf<N>;
  readonly descending?: boolean;
}

export interface PageInput<N extends ListName> extends View<N> {
  readonly limit: number;
  readonly after?: string | undefined;
}

/** What the functions of a description get: the database, and the result of `about`. */
export interface Env<About> {
  readonly sql: Sql;
  readonly about: About;
}

interface RawRow {
  /** null: a row of another table whose thing does not exist. It has its place in the order and is not shown. */
  readonly id: string | number | null;
}

interface ListSpec<N extends ListName, Raw extends RawRow, About, Beside> {
  /** The table whose estimated size is used as the count without a filter. */
  readonly table: string;
  /** Without these tables the list is empty. */
  readonly needs?: Need;
  /** What the site has; read once per call. */
  readonly about?: (site: Site) => Promise<About>;
  /** By name. A list with only one order calls it `id`. */
  readonly sorts: Readonly<Record<SortOf<N>, SortColumns<FilterOf<N>>>>;
  readonly source: (filter: FilterOf<N>, wanted: Wanted<SortOf<N>>, env: Env<About>) => Source | Promise<Source>;
  /** The columns of a row. Secrets are masked here, so that they are not sent. */
  readonly columns: (about: About) => string;
  /** How the keys of a page get these columns. Without it, they are read together with the keys. */
  readonly details?: (about: About) => Omit<Details, 'columns'>;
  /** Read once for all rows of a page. */
  readonly beside?: (raws: readonly Raw[], env: Env<About>) => Promise<Beside>;
  readonly row: (raw: Raw, context: SiteContext, beside: Beside) => RowOf<N>;
  readonly csv?: {
    /** Further columns, only for the file. */
    readonly columns?: string;
    readonly cells: Readonly<Record<string, (row: RowOf<N>, raw: Raw) => Cell>>;
    /** The selection of an export (`who`); null if its filter says everything. */
    readonly choose?: (sql: Sql, input: ExportInput<N>) => Promise<Chosen<FilterOf<N>> | null>;
  };
}

/** Number of rows that are turned into CSV at a time. */
const atATime = 500;
/** Rows asked for at once, where many on the way have no thing any more. */
const mostAsked = 5_000;

/**
 * A list of the contract (`listing()`), read from the database: the handlers of its page, count and CSV, and their
 * queries for other kinds of files, for tests and for benchmarks.
 *
 * @example
 * const auditQuery = listQuery('audit', { table: 'console_audit', sorts: { id: { tie: 'a.id' } }, source, columns: () => 'id, at', row });
 */
export function listQuery<N extends ListName, Raw extends RawRow, About = undefined, Beside = undefined>(
  name: N,
  spec: ListSpec<N, Raw, About, Beside>,
) {
  const [usual] = Object.keys(spec.sorts) as [SortOf<N>];
  const orderOf = ({ sort: key = usual, descending = true }: View<N>) =>
    ({ key, sort: spec.sorts[key], way: descending ? 'DESC' : 'ASC' }) as const;
  const filterOf = ({ filter }: View<N>) => filter ?? ({} as FilterOf<N>);
  const envOf = async ({ site, signal }: SiteContext): Promise<Env<About>> => ({
    sql: abortable(site.db, signal),
    about: (await spec.about?.(site)) as About,
  });
  const isMissing = async (site: Site): Promise<boolean> => spec.needs !== undefined && !(await site.has(spec.needs));

  const cursorScope = (view: View<N>): CursorScope => {
    const { key, way } = orderOf(view);
    const asked = Object.entries(filterOf(view)).filter(([, value]) => value !== undefined);
    return [name, key, way, asked.sort(([a], [b]) => (a < b ? -1 : 1))];
  };

  /** Where a page begins, and which phases may contain its rows. */
  const opened = (input: PageInput<N>) => {
    const { sort } = orderOf(input);
    const place = input.after === undefined ? null : readCursor(input.after, cursorScope(input));
    const both: readonly Phase[] = ['values', 'nulls'];
    if (sort.nullable !== true) return { place, phases: both.slice(0, 1) };
    const phases = sort.phases?.(filterOf(input)) ?? both;
    return { place, phases: place?.value === null ? both.slice(1) : phases };
  };

  const phase = async (input: PageInput<N>, of: Phase, place: Place | null, rows: number, env: Env<About>) => {
    const { key, sort, way } = orderOf(input);
    const source = await spec.source(filterOf(input), { for: 'page', sort: key, phase: of, deep: place !== null }, env);
    const columns = spec.columns(env.about);
    const details = spec.details === undefined ? columns : { columns, ...spec.details(env.about) };
    return phaseSql(source, details, sort, { table: spec.table, way, phase: of, place, rows });
  };

  const rowsOf = async (raws: readonly Raw[], context: SiteContext, env: Env<About>) => {
    const shown = raws.filter(({ id }) => id !== null);
    const beside = (await spec.beside?.(shown, env)) as Beside;
    return shown.map((raw) => ({ raw, row: spec.row(raw, context, beside) }));
  };

  /** The cursor of a page that ends with this row. */
  const cursorAfter = (row: object, view: View<N>): string =>
    writeCursor(placeOf(row, orderOf(view).sort), cursorScope(view));

  /** `FROM … WHERE …` of everything that a filter and `more` match. */
  const matching = async (
    filter: FilterOf<N>,
    wanted: 'count' | 'file',
    env: Env<About>,
    more: readonly Part[] = [],
  ) => {
    const { from, conditions } = await spec.source(filter, { for: wanted }, env);
    return whereAll(from, [...conditions, ...more]);
  };

  /** All of `from` in the list's order. */
  const ordered = (columns: string, from: Part, view: View<N>): Part => {
    const { sort, way } = orderOf(view);
    return allSql(columns, from, sort, way);
  };

  /**
   * One page. It needs one query, or two if it continues from rows with a value to rows without, and more if it passes
   * rows whose thing is gone. Throws invalid_input for the cursor of another list.
   */
  async function list(input: PageInput<N>, context: SiteContext): Promise<Page<RowOf<N>>> {
    const { place, phases } = opened(input);
    if (await isMissing(context.site)) return { rows: [], next: null };
    const env = await envOf(context);
    const raws: Raw[] = [];
    for (const of of phases) {
      let from = place;
      let asked = input.limit + 1 - raws.length;
      for (let short = asked > 0; short; asked = Math.min(2 * asked, mostAsked)) {
        const { sql, parameters } = await phase(input, of, from, asked, env);
        const found = await env.sql.rows<Raw>(sql, parameters);
        raws.push(...found.filter(({ id }) => id !== null));
        const end = found[found.length - 1];
        // Rows whose thing is gone leave room for those behind them: a page is full unless it is the last.
        short = end !== undefined && found.length === asked && raws.length <= input.limit;
        if (end !== undefined) from = placeOf(end, orderOf(input).sort);
      }
    }
    const last = raws.length > input.limit ? raws[input.limit - 1] : undefined;
    return {
      rows: (await rowsOf(raws.slice(0, input.limit), context, env)).map(({ row }) => row),
      next: last === undefined ? null : cursorAfter(last, input),
    };
  }

  /**
   * How many rows match. Without a filter, the server's estimate is enough for a large table, unless an exact number is
   * wanted.
   */
  async function count(
    { filter, exact }: { readonly filter: FilterOf<N>; readonly exact: boolean },
    context: SiteContext,
  ): Promise<Count> {
    if (await isMissing(context.site)) return { count: 0, exact: true };
    const env = await envOf(context);
    if (!exact && Object.values(filter).every((value) => value === undefined)) {
      const estimate = await estimateOf(env.sql, spec.table);
      if (estimate !== null) return { count: estimate, exact: false };
    }
    return { count: await countRows(env.sql, await matching(filter, 'count', env)), exact: true };
  }

  /**
   * Saves everything that matches or was chosen as CSV, in the list's order. Throws not_found if a choice matches
   * nothing, and the errors of `choose` and `saveFile`.
   */
  async function exportCsv(input: ExportInput<N>, context: SiteContext): Promise<{ readonly jobId: string }> {
    const { columns = '', cells = {}, choose } = spec.csv ?? {};
    const env = await envOf(context);
    const view = input as View<N>;
    const chosen = (await choose?.(env.sql, input)) ?? null;
    if (chosen?.ids?.length === 0) throw nothingToExport();
    const filter = chosen?.filter ?? filterOf(view);
    const more = chosen === null ? [] : conditionsOf(chosen);
    const { db } = context.site;
    return saveCsv(context, `${name}.export` as OperationName, name, {
      header: Object.keys(cells),
      count: async (signal) => countRows(abortable(db, signal), await matching(filter, 'count', env, more)),
      async *rows(signal) {
        const from = await matching(filter, 'file', env, more);
        const { sql, parameters } = ordered(spec.columns(env.about) + columns, from, view);
        for await (const raws of grouped(db.stream<Raw>(sql, parameters, signal), atATime))
          for (const { row, raw } of await rowsOf(raws, context, env))
            yield Object.values(cells).map((cell) => cell(row, raw));
      },
    });
  }

  return {
    list,
    count,
    exportCsv,
    ordered,
    cursorAfter,
    /** The first query of a page. */
    pageSql(input: PageInput<N>, env: Env<About>): Promise<Part> {
      const { place, phases } = opened(input);
      return phase(input, phases[0] ?? 'values', place, input.limit + 1, env);
    },
  };
}

/** The exact number of rows, counted now. */
export async function countRows(sql: Sql, from: Part): Promise<number> {
  const [row] = await sql.rows<{ found: string }>(`SELECT COUNT(*) AS found ${from.sql}`, from.parameters);
  return Number(row?.found ?? 0);
}

/** Rows of a stream in groups of `size`. */
export async function* grouped<T>(rows: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let some: T[] = [];
  for await (const row of rows) {
    some.push(row);
    if (some.length < size) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
