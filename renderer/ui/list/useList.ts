import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge';
import type { Count, Input, SavedView } from '../../contract';
import type { Domains } from '../../i18n/domains';
import { useActions } from '../actions';
import { useHotkeys } from '../hotkeys';
import { formatNumber } from '../NumberCell';
import { isNothing, noSelection, selectedCount } from '../table/selection';
import { pageRows } from '../table/usePages';
import type { Column, LoadArguments, LoadedPage, Selection, Sort } from '../table/types';
import { useWords, type Words } from '../words';
import { cleared, type FilterOf, type ListAddress, type ListDomain, type RowOf, type SortOf } from './address';
import type { ChoicesOf } from './FilterBar';
import type { FilterViews } from './SavedViews';
import { useCount } from './useCount';
import { useExport } from './useExport';
import { useFollowJobs, useNews, useRefresh } from './useFresh';
import { type Patch, useListAddress } from './useListAddress';
import { useViews } from './useViews';

/** The rows of a change: the chosen ones, or all that match a filter except some. */
export type Who<D extends ListDomain, Ids extends string> =
  | { [K in Ids]: string[] }
  | { filter: FilterOf<D>; except?: string[] };

/** The rows of an export. */
export type Scope<D extends ListDomain, Ids extends string> =
  | { readonly filter: FilterOf<D> }
  | { readonly who: Who<D, Ids> };

/** The description of a list. Everything else on its page is the same for all lists. */
export interface ListSpec<D extends ListDomain, Search extends object, Ids extends string> {
  /** The name of its texts and its table, and the prefix of its query keys. */
  readonly name: keyof Domains;
  readonly address: ListAddress<D, Search>;
  readonly rowId: (row: RowOf<D>) => string;
  /** The field in which the ids of chosen rows are sent: `names` or `ids`. */
  readonly ids?: Ids;
  /** The values known to the server, for filters. */
  readonly choices?: ChoicesOf;
  /** The page under which views are saved. A list without filters has none. */
  readonly views?: SavedView['page'];
  /** True if rows contain texts in the operator's language. */
  readonly localized?: boolean;
  /** Prefix of the operations whose jobs change the list row by row. */
  readonly follows?: string;
}

interface Options<D extends ListDomain, Ids extends string> {
  /** Replaces the immediate export. */
  readonly onExport?: (scope: Scope<D, Ids>, count: Count | null) => void;
  /** Called with every page of rows. */
  readonly onLoaded?: (rows: readonly RowOf<D>[]) => void;
}

export interface List<D extends ListDomain, Search extends object, Ids extends string> {
  readonly spec: ListSpec<D, Search, Ids>;
  readonly search: Search;
  readonly change: (patch: Patch<Search>, options?: { readonly replace?: boolean }) => void;
  readonly open: (id: string) => void;
  readonly close: () => void;
  /** The id of the row whose drawer is open. */
  readonly openId: string | undefined;
  readonly filter: FilterOf<D>;
  readonly isFiltered: boolean;
  readonly clear: () => void;
  readonly order: Sort | null;
  readonly selection: Selection;
  readonly setSelection: (selection: Selection) => void;
  readonly who: (selection: Selection) => Who<D, Ids>;
  /** How many rows are chosen, in words. */
  readonly chosen: string;
  readonly count: Count | null;
  readonly countExactly: () => void;
  /** Exports a selection, or all matching rows. */
  readonly save: (of: Selection | null) => void;
  readonly refresh: () => void;
  /** How many rows differ from those shown. */
  readonly news: number;
  readonly queryKey: readonly unknown[];
  readonly load: (asked: LoadArguments) => Promise<LoadedPage<RowOf<D>>>;
  readonly columns: readonly Column<RowOf<D>>[];
  readonly views: FilterViews;
  readonly own: Words;
}

/** The state and the actions of a list. `ListPage` shows them. */
export function useList<D extends ListDomain, Search extends object, Ids extends string = never>(
  spec: ListSpec<D, Search, Ids>,
  columns: readonly Column<RowOf<D>>[],
  { onExport, onLoaded }: Options<D, Ids> = {},
): List<D, Search, Ids> {
  const { name, address, ids, localized = false, follows = null } = spec;
  const { t: table, i18n } = useTranslation('table');
  const { search, change, put } = useListAddress(address);
  const parts = useMemo(() => cleared(address) as Patch<Search>, [address]);
  const raw = search as Readonly<Record<string, unknown>>;
  const written = JSON.stringify(address.filterOf(raw));
  const filter = useMemo(() => JSON.parse(written) as FilterOf<D>, [written]);
  const sortable = address.sorts;
  const order: Sort | null =
    sortable[0] === undefined
      ? null
      : { id: sortable.find((one) => one === raw['sort']) ?? sortable[0], desc: raw['asc'] !== true };

  // A selection is only valid for the filter under which it was made.
  const [chosen, setChosen] = useState({ under: written, selection: noSelection });
  const selection = chosen.under === written ? chosen.selection : noSelection;
  const who = (of: Selection): Who<D, Ids> =>
    of.mode === 'some'
      ? ({ [ids ?? '']: [...of.ids] } as Who<D, Ids>)
      : { filter, ...(of.except.size === 0 ? {} : { except: [...of.except] }) };

  const { count, countExactly } = useCount(name, `${address.domain}.count`, filter);
  const start = useExport(`${address.domain}.export`);
  const sort = order === null ? {} : { sort: order.id, descending: order.desc };
  const save = (of: Selection | null) => {
    const scope: Scope<D, Ids> = of === null ? { filter } : { who: who(of) };
    if (onExport === undefined) return start({ ...scope, ...sort });
    const chosenCount = of === null ? null : selectedCount(of, count?.count ?? null);
    const exact = of?.mode === 'some' || count?.exact === true;
    return onExport(scope, of === null ? count : chosenCount === null ? null : { count: chosenCount, exact });
  };
  const saveChosen = () => save(isNothing(selection) ? null : selection);
  useHotkeys([{ keys: 'e', run: saveChosen }]);
  const chosenNumber = selectedCount(selection, count?.count ?? null);
  const chosenText =
    chosenNumber === null ? table('allChosen') : table('chosen', { chosen: formatNumber(chosenNumber) });

  const load = async ({ sort: asked, limit, after, signal }: LoadArguments) => {
    const input = {
      ...(address.filters.length === 0 ? {} : { filter }),
      ...(asked === null ? {} : { sort: asked.id as SortOf<D>, descending: asked.desc }),
      limit,
      ...(after === undefined ? {} : { after }),
    };
    // The router validates the input. Every list takes page size and cursor; filter and order only where it has them.
    const page = await call(`${address.domain}.list` as 'users.list', input as Input<'users.list'>, { signal });
    const loaded = page as unknown as LoadedPage<RowOf<D>>;
    onLoaded?.(loaded.rows);
    return loaded;
  };
  const queryKey = [name, 'list', filter, ...(localized ? [i18n.language] : [])];
  const refresh = useRefresh(name);
  useActions(() => ({
    'list.refresh': { run: refresh },
    [`${address.domain}.export`]: { run: saveChosen, ...(isNothing(selection) ? {} : { on: chosenText }) },
    'list.count': count === null || count.exact ? undefined : { run: countExactly },
    'list.clear': written === '{}' ? undefined : { run: () => change(parts) },
  }));
  useFollowJobs(name, follows);

  const openId = raw[address.drawer] as string | undefined;
  return {
    spec,
    search,
    change,
    openId,
    // Moving from one open row to the next adds no entry to the browser history.
    open: (id) => change({ [address.drawer]: id } as Patch<Search>, { replace: openId !== undefined }),
    close: () => change({ [address.drawer]: undefined } as Patch<Search>),
    filter,
    isFiltered: written !== '{}',
    clear: useCallback(() => change(parts), [change, parts]),
    order,
    selection,
    setSelection: (next) => setChosen({ under: written, selection: next }),
    who,
    chosen: chosenText,
    count,
    countExactly,
    save,
    refresh,
    news: useNews([...queryKey, 'rows', order, ''], (signal) => load({ sort: order, limit: pageRows, signal })),
    queryKey,
    load,
    columns,
    views: useViews({ page: spec.views ?? null, state: address.viewOf(raw), apply: put }),
    own: useWords(name),
  };
}
