import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../bridge';
import type { Batch } from '../../../contract';
import { PageFrame, StateBlock } from '../../../ui';
import { DataTable, type LoadArguments, noSelection } from '../../../ui/table';
import { CardsActions } from '../CardsActions';
import { CardsTabs } from '../CardsTabs';
import { NeedsTables } from '../NeedsTables';
import { BatchDrawer } from './BatchDrawer';
import { useBatchesAddress } from './useBatchesAddress';
import { useColumns } from './useColumns';
import { useFilling } from './useFilling';
import '../cards.css';
import './batches.css';

/** Batches: who issued what, when, for whom, and what became of it. */
export function BatchesTab(): ReactElement {
  const { t } = useTranslation('batches');
  const { t: cards } = useTranslation('cards');
  const { search, open } = useBatchesAddress();
  const columns = useColumns();
  useFilling();
  const load = ({ limit, after, signal }: LoadArguments) =>
    call('cards.batches.list', { limit, ...(after === undefined ? {} : { after }) }, { signal });
  return (
    <PageFrame
      title={cards('title')}
      tabs={<CardsTabs />}
      actions={<CardsActions />}
      drawer={
        search.batch === undefined ? null : (
          <BatchDrawer key={search.batch} id={search.batch} onClose={() => open(undefined)} />
        )
      }
    >
      <NeedsTables />
      <DataTable<Batch>
        name="batches"
        label={t('title')}
        columns={columns}
        rowId={(row) => row.id}
        queryKey={['batches', 'list']}
        load={load}
        sort={null}
        onSortChange={() => undefined}
        selection={noSelection}
        onSelectionChange={() => undefined}
        onOpen={(row) => open(row.id, { replace: search.batch !== undefined })}
        {...(search.batch === undefined ? {} : { activeId: search.batch })}
        isFiltered={false}
        empty={
          <StateBlock kind="empty" title={t('empty')} action={<CardsActions />}>
            {t('emptyHint')}
          </StateBlock>
        }
      />
    </PageFrame>
  );
}
