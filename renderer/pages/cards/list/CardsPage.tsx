import { Button } from '@mantine/core';
import { type ReactElement, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../bridge';
import type { CardRow, CardSelection } from '../../../contract';
import { FilterBar, PageFrame, StateBlock, useHotkeys } from '../../../ui';
import { DataTable, isNothing, type LoadArguments, noSelection, type Selection } from '../../../ui/table';
import { useCount } from '../../../ui/useCount';
import { useViews } from '../../../ui/useViews';
import { ActionDialog } from '../actions/ActionDialog';
import { mostRevealed, SelectionActions } from '../actions/SelectionActions';
import type { CardAction } from '../actions/types';
import { CardsActions } from '../CardsActions';
import { CardsTabs } from '../CardsTabs';
import { CardDrawer } from '../drawer/CardDrawer';
import { NeedsTables } from '../NeedsTables';
import { nothingFiltered, useFilters } from './filters/useFilters';
import { KeySearch } from './KeySearch';
import { filterOf, sorts, viewOf } from './search';
import { useCardsSearch } from './useCardsSearch';
import { useColumns } from './useColumns';
import '../cards.css';

/** Card keys: find, look, and everything that is done to them. */
export function CardsPage(): ReactElement {
  const { t } = useTranslation('cards');
  const { search, change, put } = useCardsSearch();
  const written = JSON.stringify(filterOf(search));
  const filter = useMemo(() => JSON.parse(written) as ReturnType<typeof filterOf>, [written]);

  // A choice belongs to the filter that it was made under.
  const [chosen, setChosen] = useState<{ readonly under: string; readonly selection: Selection }>({
    under: written,
    selection: noSelection,
  });
  const selection = chosen.under === written ? chosen.selection : noSelection;
  const setSelection = (next: Selection) => setChosen({ under: written, selection: next });
  // Whose the cards are that were seen: whoever is chosen by hand was.
  const holders = useRef(new Map<string, string>());

  const [action, setAction] = useState<CardAction | null>(null);
  const { count, countExactly } = useCount('cards', filter, (exact, signal) =>
    call('cards.count', { filter, exact }, { signal }),
  );
  const columns = useColumns();
  const { chips, filters } = useFilters(search, change);
  const views = useViews({ page: 'cards', state: viewOf(search), apply: put });
  const order = { sort: search.sort ?? 'created', descending: search.asc !== true } as const;
  const clear = useCallback(() => change(nothingFiltered), [change]);
  const open = (id: string) => change({ card: id }, { replace: search.card !== undefined });

  const whoOf = (of: Selection): CardSelection =>
    of.mode === 'some' ? { ids: [...of.ids] } : { filter, ...(of.except.size === 0 ? {} : { except: [...of.except] }) };
  const countOf = (of: Selection) => {
    if (of.mode === 'some') return { count: of.ids.size, exact: true };
    return count === null ? null : { count: Math.max(0, count.count - of.except.size), exact: count.exact };
  };
  const exportAll = () => setAction({ kind: 'export', scope: { filter }, count });
  const exportOf = (of: Selection) => setAction({ kind: 'export', scope: { who: whoOf(of) }, count: countOf(of) });
  const membersOf = (of: Selection): readonly string[] =>
    of.mode === 'some' ? [...new Set([...of.ids].flatMap((id) => holders.current.get(id) ?? []))] : [];
  useHotkeys([{ keys: 'e', run: () => (isNothing(selection) ? exportAll() : exportOf(selection)) }]);

  const load = async ({ sort, signal, ...page }: LoadArguments) => {
    const loaded = await call(
      'cards.list',
      { filter, sort: sorts.find((id) => id === sort?.id) ?? 'created', descending: sort?.desc ?? true, ...page },
      { signal },
    );
    for (const { id, boundTo } of loaded.rows) {
      if (boundTo === null) holders.current.delete(id);
      else holders.current.set(id, boundTo);
    }
    return loaded;
  };

  const selectionActions = (of: Selection) => (
    <SelectionActions
      onStart={(kind) => setAction({ kind, who: whoOf(of) })}
      onRenew={
        membersOf(of).length === 0 ? null : () => setAction({ kind: 'renew', who: { names: [...membersOf(of)] } })
      }
      onExport={() => exportOf(of)}
      onReveal={
        of.mode === 'some' && of.ids.size <= mostRevealed ? () => setAction({ kind: 'reveal', ids: [...of.ids] }) : null
      }
    />
  );

  return (
    <PageFrame
      title={t('title')}
      count={count}
      tabs={<CardsTabs />}
      actions={<CardsActions onExport={exportAll} onPaste={() => setAction({ kind: 'paste' })} />}
      filters={
        <FilterBar field={<KeySearch onFound={open} />} chips={chips} filters={filters} onClear={clear} views={views}>
          {count !== null && !count.exact ? (
            <Button size="compact-sm" variant="subtle" onClick={countExactly}>
              {t('countExactly')}
            </Button>
          ) : null}
        </FilterBar>
      }
      drawer={
        search.card === undefined ? null : (
          <CardDrawer id={search.card} onAction={setAction} onClose={() => change({ card: undefined })} />
        )
      }
    >
      <NeedsTables />
      <DataTable<CardRow>
        name="cards"
        label={t('title')}
        columns={columns}
        rowId={(row) => row.id}
        queryKey={['cards', 'list', filter]}
        load={load}
        sort={{ id: order.sort, desc: order.descending }}
        onSortChange={(sort) =>
          change({ sort: sorts.find((id) => id === sort?.id), asc: sort?.desc === false ? true : undefined })
        }
        count={count}
        selection={selection}
        onSelectionChange={setSelection}
        onOpen={(row) => open(row.id)}
        {...(search.card === undefined ? {} : { activeId: search.card })}
        isFiltered={written !== '{}'}
        empty={
          <StateBlock kind="empty" title={t('empty')} action={<CardsActions />}>
            {t('emptyHint')}
          </StateBlock>
        }
        filteredEmpty={
          <StateBlock
            kind="filtered"
            title={t('noMatch')}
            action={
              <Button size="compact-sm" variant="default" onClick={clear}>
                {t('clearFilters')}
              </Button>
            }
          >
            {t('noMatchHint')}
          </StateBlock>
        }
        selectionActions={selectionActions}
      />
      <ActionDialog action={action} order={order} onAction={setAction} />
    </PageFrame>
  );
}
