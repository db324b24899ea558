import { Button } from '@mantine/core';
import { IconTable } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Batch } from '../../../contract';
import { formatNumber } from '../../../ui';
import { columnsOf, lead } from '../../../ui/list/columns';
import { ListPage } from '../../../ui/list/ListPage';
import { type ListSpec, useList } from '../../../ui/list/useList';
import { visible } from '../../../ui/visible';
import { CardsActions } from '../CardsActions';
import { CardsTabs } from '../CardsTabs';
import { NeedsTables } from '../NeedsTables';
import { BatchDrawer } from './BatchDrawer';
import { BatchProgress, JobBadge } from './BatchProgress';
import { ChannelFigures } from './ChannelFigures';
import { batchChoices } from './choices';
import { batchesList, type BatchesSearch } from './list';
import '../cards.css';
import './batches.css';

function useColumns() {
  const { t } = useTranslation('batches');
  const { t: cards } = useTranslation('cards');
  const { t: jobs } = useTranslation('jobs');
  return useMemo(() => {
    const { text, figure, moment } = columnsOf<Batch>((id) => t(`column.${id as 'id'}`));
    const orDash = (of: string | null) => (of === null ? <span className="md-dim">—</span> : visible(of));
    const id = (row: Batch) => (
      <span className="md-batches-id" data-batch={row.id}>
        #{row.id}
      </span>
    );
    const job = ({ jobState }: Batch) => (jobState === null ? '' : jobs(`state_${jobState}`));
    const filled = (row: Batch) => <BatchProgress batch={row} />;
    const exported = (row: Batch) => (row.exported === 0 ? '' : formatNumber(row.exported));
    return [
      text('id', 72, (row) => row.id, id, { ...lead, mono: true }),
      text('kind', 84, (row) => t(`kind.${row.kind}`)),
      text('type', 72, (row) => (row.type === null ? t('mixed') : cards(`type.${row.type}`))),
      text('issued', 160, (row) => formatNumber(row.issued), filled, { align: 'right' }),
      text('exported', 80, exported, (row) => <Exports batch={row} />, { align: 'right' }),
      text('job', 80, job, (row) => <JobBadge state={row.jobState} />),
      text(
        'channel',
        84,
        (row) => row.channel ?? '',
        (row) => orDash(row.channel),
      ),
      text(
        'note',
        120,
        (row) => row.note ?? '',
        (row) => orDash(row.note),
      ),
      text('operator', 92, (row) => row.operator),
      moment('created', 92, (row) => row.createdAt),
      moment('expires', 92, (row) => row.expiresAt, { fallback: '—' }),
      figure('rolledBack', 88, (row) => (row.rolledBack === 0 ? null : row.rolledBack), { hidden: true }),
    ];
  }, [t, cards, jobs]);
}

/** The keys of the largest export; it opens the audit of all exports. Not reachable by Tab: the drawer lists them. */
function Exports({ batch: { id, exported } }: { readonly batch: Batch }): ReactElement {
  if (exported === 0) return <span className="md-dim">—</span>;
  return (
    <Link
      to="/audit"
      search={{ target: `batch:${id}`, operation: 'cards.export' }}
      className="md-cards-link md-num"
      tabIndex={-1}
    >
      {formatNumber(exported)}
    </Link>
  );
}

const spec: ListSpec<'cards.batches', BatchesSearch, never> = {
  name: 'batches',
  address: batchesList,
  views: 'batches',
  choices: batchChoices,
  rowId: (row) => row.id,
  follows: 'cards.',
};

/** The batches: who issued them, when, for whom, and what became of the keys. */
export function BatchesTab(): ReactElement {
  const { t } = useTranslation('cards');
  const { t: own } = useTranslation('batches');
  const list = useList(spec, useColumns());
  const { openId, close, search, filter, change } = list;
  const isShown = search.figures === true;
  return (
    <ListPage
      list={list}
      title={t('title')}
      tabs={<CardsTabs />}
      actions={<CardsActions />}
      notice={<NeedsTables />}
      tools={
        <Button
          size="compact-sm"
          variant={isShown ? 'light' : 'default'}
          leftSection={<IconTable size={14} aria-hidden />}
          aria-expanded={isShown}
          onClick={() => change({ figures: isShown ? undefined : true })}
        >
          {own('figures.title')}
        </Button>
      }
      above={isShown ? <ChannelFigures search={search} filter={filter} /> : null}
      emptyAction={<CardsActions />}
      drawer={openId === undefined ? null : <BatchDrawer key={openId} id={openId} onClose={close} />}
    />
  );
}
