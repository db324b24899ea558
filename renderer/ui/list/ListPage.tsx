import { Button } from '@mantine/core';
import { IconDownload, IconRefresh } from '@tabler/icons-react';
import { type ReactElement, type ReactNode, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { focusList } from '../focus';
import { NoTablesNotice } from '../NoTablesNotice';
import { PageFrame } from '../PageFrame';
import { StateBlock } from '../StateBlock';
import { DataTable } from '../table/DataTable';
import type { Selection } from '../table/types';
import type { ListDomain, RowOf } from './address';
import { FilterBar } from './FilterBar';
import type { RawAddress } from './filters';
import { SearchField } from './SearchField';
import type { List } from './useList';

export interface ListPageProps<D extends ListDomain, Search extends object, Ids extends string> {
  readonly list: List<D, Search, Ids>;
  /** The title of the page, if it differs from that of the list. */
  readonly title?: string;
  readonly tabs?: ReactNode;
  /** The main actions, to the right of the export. */
  readonly actions?: ReactNode;
  /** Replaces the search box. */
  readonly field?: ReactNode;
  /** Buttons at the right end of the filter line. */
  readonly tools?: ReactNode;
  /** Shown between the filter line and the table. */
  readonly above?: ReactNode;
  /** A notice about missing tables, if this list needs more than the console's own. */
  readonly notice?: ReactNode;
  /** The action for an empty list. */
  readonly emptyAction?: ReactNode;
  /** The drawer of the open row. */
  readonly drawer: ReactNode;
  /** Buttons for the chosen rows. Without them, rows cannot be chosen. */
  readonly selectionActions?: (selection: Selection) => ReactNode;
  /** Dialogs. */
  readonly children?: ReactNode;
}

/** The page of a list: title and count, filter line, table, drawer, and what an empty list shows. */
export function ListPage<D extends ListDomain, Search extends object, Ids extends string>({
  list,
  title,
  tabs,
  actions,
  field,
  tools,
  above,
  notice,
  emptyAction,
  drawer,
  selectionActions,
  children,
}: ListPageProps<D, Search, Ids>): ReactElement {
  const { t } = useTranslation('filters');
  const { spec, search, change, own, count, save, openId, order, news } = list;
  const { filters, find, sorts } = spec.address;
  const raw = search as RawAddress;
  const set = (patch: RawAddress) => change(patch as Partial<Search>);
  /** The pressed button disappears, so the focus moves to the list. */
  const leaving = (run: () => void) => () => {
    focusList();
    run();
  };
  return (
    <PageFrame
      title={title ?? own('title')}
      name={own('title')}
      count={count}
      tabs={tabs}
      actions={
        <>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={15} aria-hidden />}
            title={own('exportAllHint')}
            onClick={() => save(null)}
          >
            {own('exportAll')}
          </Button>
          {actions}
        </>
      }
      filters={
        filters.length === 0 ? null : (
          <FilterBar
            filters={filters}
            search={raw}
            change={set}
            clear={list.clear}
            own={own}
            choicesOf={spec.choices ?? {}}
            views={list.views}
            field={field ?? (find === null ? null : <Search list={list} part={find.part} most={find.most} />)}
          >
            {news === 0 ? null : (
              <Button
                size="compact-sm"
                variant="light"
                leftSection={<IconRefresh size={14} aria-hidden />}
                title="r"
                onClick={leaving(list.refresh)}
              >
                {t('news', { count: news })}
              </Button>
            )}
            {count !== null && !count.exact ? (
              <Button size="compact-sm" variant="subtle" onClick={leaving(list.countExactly)}>
                {t('countExactly')}
              </Button>
            ) : null}
            {tools}
          </FilterBar>
        )
      }
      drawer={drawer}
    >
      {notice ?? <NoTablesNotice />}
      {above}
      <DataTable<RowOf<D>>
        name={spec.name}
        label={own('title')}
        columns={list.columns}
        rowId={spec.rowId}
        queryKey={list.queryKey}
        load={list.load}
        sort={order}
        onSortChange={(sort) =>
          set({ sort: sorts.find((id) => id === sort?.id), asc: sort?.desc === false ? true : undefined })
        }
        count={count}
        selection={list.selection}
        onSelectionChange={list.setSelection}
        onOpen={(row) => list.open(spec.rowId(row))}
        {...(openId === undefined ? {} : { activeId: openId })}
        isFiltered={list.isFiltered}
        empty={
          <StateBlock kind="empty" title={own('empty')} action={emptyAction}>
            {own('emptyHint')}
          </StateBlock>
        }
        filteredEmpty={
          <StateBlock
            kind="filtered"
            title={own('noMatch')}
            action={
              <Button size="compact-sm" variant="default" onClick={leaving(list.clear)}>
                {t('clear')}
              </Button>
            }
          >
            {t('noMatchHint')}
          </StateBlock>
        }
        {...(selectionActions === undefined ? {} : { selectionActions })}
      />
      {children}
    </PageFrame>
  );
}

function Search<D extends ListDomain, S extends object, Ids extends string>({
  list: { search, change, own },
  part,
  most,
}: {
  readonly list: List<D, S, Ids>;
  readonly part: string;
  readonly most: number;
}): ReactElement {
  const value = (search as RawAddress)[part];
  const onSearch = useCallback(
    (text: string) => change({ [part]: text === '' ? undefined : text } as Partial<S>, { replace: true }),
    [change, part],
  );
  return (
    <SearchField
      search={typeof value === 'string' ? value : ''}
      onSearch={onSearch}
      placeholder={own('search')}
      most={most}
    />
  );
}
