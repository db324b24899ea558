import { Button } from '@mantine/core';
import { IconClipboardList, IconDownload } from '@tabler/icons-react';
import { type ReactElement, useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../state/session';
import { call } from '../../bridge';
import type { UserRow, UserSelection } from '../../contract';
import { FilterBar, PageFrame, StateBlock, useHotkeys } from '../../ui';
import { DataTable, isNothing, type LoadArguments, noSelection, type Selection } from '../../ui/table';
import { useCount } from '../../ui/useCount';
import { useExport } from '../../ui/useExport';
import { useViews } from '../../ui/useViews';
import { ActionDialog } from './actions/ActionDialog';
import { SelectionActions } from './actions/SelectionActions';
import type { BulkKind, UserAction } from './actions/types';
import { UserDrawer } from './drawer/UserDrawer';
import { nothingFiltered, useFilters } from './filters/useFilters';
import { filterOf, viewOf } from './search';
import { useColumns } from './useColumns';
import { useUsersSearch } from './useUsersSearch';
import './users.css';

const sortable = ['created', 'username', 'lastLogin', 'points'] as const;

/** The name in the row that has the focus. */
function focusedName(): string | null {
  return document.querySelector<HTMLElement>('[role="row"][data-active] [data-username]')?.dataset['username'] ?? null;
}

/** Users of the site: find, look, ban, and everything else that is done to accounts. */
export function UsersPage(): ReactElement {
  const { t } = useTranslation('users');
  const { search, change, put } = useUsersSearch();
  const owner = useSession().operator?.role === 'owner';
  const written = JSON.stringify(filterOf(search));
  const filter = useMemo(() => JSON.parse(written) as ReturnType<typeof filterOf>, [written]);
  const isFiltered = written !== '{}';

  // A choice belongs to the filter that it was made under.
  const [chosen, setChosen] = useState<{ readonly under: string; readonly selection: Selection }>({
    under: written,
    selection: noSelection,
  });
  const selection = chosen.under === written ? chosen.selection : noSelection;
  const setSelection = (next: Selection) => setChosen({ under: written, selection: next });

  const [action, setAction] = useState<UserAction | null>(null);
  const { count, countExactly } = useCount('users', filter, (exact, signal) =>
    call('users.count', { filter, exact }, { signal }),
  );
  const columns = useColumns();
  const { chips, filters } = useFilters(search, change);
  const views = useViews({ page: 'users', state: viewOf(search), apply: put });
  const order = { sort: search.sort ?? 'created', descending: search.asc !== true } as const;
  const save = useExport('users.export');
  const startExport = () => save(isNothing(selection) ? { filter, ...order } : { who: whoOf(selection), ...order });
  const clear = useCallback(() => change(nothingFiltered), [change]);
  const onSearch = useCallback((q: string) => change({ q: q === '' ? undefined : q }, { replace: true }), [change]);

  const whoOf = (of: Selection): UserSelection =>
    of.mode === 'some'
      ? { names: [...of.ids] }
      : { filter, ...(of.except.size === 0 ? {} : { except: [...of.except] }) };
  const start = (kind: BulkKind) => {
    const name = search.user ?? (isNothing(selection) ? focusedName() : null);
    if (name !== null) setAction({ kind, who: { names: [name] } });
    else if (!isNothing(selection)) setAction({ kind, who: whoOf(selection) });
  };
  useHotkeys([
    { keys: 'b', run: () => start('ban') },
    { keys: 'u', run: () => start('unban') },
    { keys: 'e', run: startExport },
  ]);

  const load = ({ sort, ...rest }: LoadArguments) => {
    const { signal, ...page } = rest;
    return call(
      'users.list',
      { filter, sort: sortable.find((id) => id === sort?.id) ?? 'created', descending: sort?.desc ?? true, ...page },
      { signal },
    );
  };

  const selectionActions = (of: Selection) => (
    <SelectionActions
      owner={owner}
      onStart={(kind) => setAction({ kind, who: whoOf(of) })}
      onRenew={() => setAction({ kind: 'renew', who: whoOf(of) })}
      onExport={() => save({ who: whoOf(of), ...order })}
    />
  );

  return (
    <PageFrame
      title={t('title')}
      count={count}
      actions={
        <>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={15} aria-hidden />}
            title={t('exportAllHint')}
            onClick={() => save({ filter, ...order })}
          >
            {t('exportAll')}
          </Button>
          <Button
            size="compact-sm"
            leftSection={<IconClipboardList size={15} aria-hidden />}
            onClick={() => setAction({ kind: 'paste' })}
          >
            {t('paste')}
          </Button>
        </>
      }
      filters={
        <FilterBar
          search={search.q ?? ''}
          onSearch={onSearch}
          placeholder={t('search')}
          chips={chips}
          filters={filters}
          onClear={clear}
          views={views}
        >
          {count !== null && !count.exact ? (
            <Button size="compact-sm" variant="subtle" onClick={countExactly}>
              {t('countExactly')}
            </Button>
          ) : null}
        </FilterBar>
      }
      drawer={
        search.user === undefined ? null : (
          <UserDrawer
            username={search.user}
            owner={owner}
            onAction={setAction}
            onClose={() => change({ user: undefined })}
          />
        )
      }
    >
      <DataTable<UserRow>
        name="users"
        label={t('title')}
        columns={columns}
        rowId={(row) => row.username}
        queryKey={['users', 'list', filter]}
        load={load}
        sort={{ id: order.sort, desc: order.descending }}
        onSortChange={(sort) =>
          change({ sort: sortable.find((id) => id === sort?.id), asc: sort?.desc === false ? true : undefined })
        }
        count={count}
        selection={selection}
        onSelectionChange={setSelection}
        onOpen={(row) => change({ user: row.username }, { replace: search.user !== undefined })}
        {...(search.user === undefined ? {} : { activeId: search.user })}
        isFiltered={isFiltered}
        empty={
          <StateBlock kind="empty" title={t('empty')}>
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
      <ActionDialog action={action} onAction={setAction} />
    </PageFrame>
  );
}
