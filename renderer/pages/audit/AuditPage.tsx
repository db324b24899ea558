import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { type ReactElement, useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge';
import type { AuditRow } from '../../contract';
import { FilterBar, PageFrame, StateBlock, useHotkeys } from '../../ui';
import { UndoDialog } from '../../ui/change';
import { DataTable, type LoadArguments, noSelection, type Selection } from '../../ui/table';
import { useCount } from '../../ui/useCount';
import { useExport } from '../../ui/useExport';
import { useViews } from '../../ui/useViews';
import { AuditDrawer } from './AuditDrawer';
import { filterOf, viewOf } from './search';
import { useAuditSearch } from './useAuditSearch';
import { useColumns } from './useColumns';
import { nothingFiltered, useFilters } from './useFilters';
import './audit.css';

/** What operators did: who, when, what, with what effect, and the way back. */
export function AuditPage(): ReactElement {
  const { t, i18n } = useTranslation('audit');
  const { search, change, put } = useAuditSearch();
  const written = JSON.stringify(filterOf(search));
  const filter = useMemo(() => JSON.parse(written) as ReturnType<typeof filterOf>, [written]);
  const [selection, setSelection] = useState<Selection>(noSelection);
  const [undoing, setUndoing] = useState<string | null>(null);
  const { count, countExactly } = useCount('audit', filter, (exact, signal) =>
    call('audit.count', { filter, exact }, { signal }),
  );
  const save = useExport('audit.export');
  const startExport = () => save({ filter });
  useHotkeys([{ keys: 'e', run: startExport }]);
  const columns = useColumns();
  const { chips, filters } = useFilters(search, change);
  const views = useViews({ page: 'audit', state: viewOf(search), apply: put });
  const clear = useCallback(() => change(nothingFiltered), [change]);
  const onSearch = useCallback(
    (target: string) => change({ target: target === '' ? undefined : target }, { replace: true }),
    [change],
  );
  const load = ({ limit, after, signal }: LoadArguments) =>
    call('audit.list', { filter, limit, ...(after === undefined ? {} : { after }) }, { signal });

  return (
    <PageFrame
      title={t('title')}
      count={count}
      actions={
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden />}
          title={t('exportHint')}
          onClick={startExport}
        >
          {t('export')}
        </Button>
      }
      filters={
        <FilterBar
          search={search.target ?? ''}
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
        search.entry === undefined ? null : (
          <AuditDrawer id={search.entry} onUndo={setUndoing} onClose={() => change({ entry: undefined })} />
        )
      }
    >
      <DataTable<AuditRow>
        name="audit"
        label={t('title')}
        columns={columns}
        rowId={(row) => row.id}
        queryKey={['audit', 'list', filter, i18n.language]}
        load={load}
        sort={null}
        onSortChange={() => undefined}
        count={count}
        selection={selection}
        onSelectionChange={setSelection}
        onOpen={(row) => change({ entry: row.id }, { replace: search.entry !== undefined })}
        {...(search.entry === undefined ? {} : { activeId: search.entry })}
        isFiltered={written !== '{}'}
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
      />
      {undoing === null ? null : <UndoDialog auditId={undoing} onClose={() => setUndoing(null)} />}
    </PageFrame>
  );
}
