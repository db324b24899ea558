import { ActionIcon } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice, PageFrame, RelativeTime } from '../../../ui';
import { useActions } from '../../../ui/actions';
import { SweepDialog } from '../actions/SweepDialog';
import { CardsActions } from '../CardsActions';
import { CardsTabs } from '../CardsTabs';
import { NeedsTables } from '../NeedsTables';
import { statsQuery } from '../statsQuery';
import { AgeTable } from './AgeTable';
import { BoundPanel } from './BoundPanel';
import { ExpiringPanel, MembersPanel, StalePanel } from './SidePanels';
import { StockTable } from './StockTable';
import '../cards.css';
import './stock.css';

/** The stock and its age, the cards bound each day, and what expires. */
export function StockPage(): ReactElement {
  const { t } = useTranslation('cards');
  const { data: stats, error, refetch, isFetching } = useQuery(statsQuery);
  const [sweeping, setSweeping] = useState(false);
  useActions(() => ({ 'cards.sweep': { run: () => setSweeping(true) } }));
  return (
    <PageFrame
      title={t('title')}
      name={`${t('title')} · ${t('tab.overview')}`}
      tabs={<CardsTabs />}
      actions={
        <>
          {stats === undefined ? null : (
            <span className="md-dim">
              {t('stock.at')} <RelativeTime at={stats.at} />
            </span>
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('stock.refresh')}
            title={t('stock.refresh')}
            loading={isFetching && stats !== undefined}
            onClick={() => void refetch()}
          >
            <IconRefresh size={16} />
          </ActionIcon>
          <CardsActions />
        </>
      }
    >
      <div className="md-stock">
        <NeedsTables />
        {error === null ? null : <ErrorNotice error={error} onRetry={() => void refetch()} />}
        {stats === undefined && error === null ? <Waiting /> : null}
        {stats === undefined ? null : (
          <div className="md-columns">
            <div className="md-stock-main">
              <StockTable stock={stats.stock} />
              <BoundPanel days={stats.boundPerDay} />
              <AgeTable age={stats.age} />
            </div>
            <div className="md-stock-side">
              <StalePanel stale={stats.expiring.stale} onSweep={() => setSweeping(true)} />
              <ExpiringPanel expiring={stats.expiring} />
              <MembersPanel members={stats.members} />
            </div>
          </div>
        )}
      </div>
      {sweeping ? <SweepDialog onClose={() => setSweeping(false)} /> : null}
    </PageFrame>
  );
}

function Waiting(): ReactElement {
  return (
    <div className="md-columns" aria-busy>
      <div className="md-stock-main">
        <div className="md-skeleton md-stock-skeleton" />
        <div className="md-skeleton md-stock-skeleton" />
      </div>
      <div className="md-stock-side">
        <div className="md-skeleton md-stock-skeleton" />
      </div>
    </div>
  );
}
