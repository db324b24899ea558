import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { formatNumber } from '../../ui/NumberCell';
import { toneOf } from '../../ui/Outcome';
import { AbsoluteTime } from '../../ui/RelativeTime';
import { StateBlock } from '../../ui/StateBlock';
import { visible, visibleNames } from '../../ui/visible';

/** The last twelve changes with their operators; each links to its audit entry. */
export function RecentAudit(): ReactElement {
  const { t } = useTranslation('overview');
  const { t: audit } = useTranslation('audit');
  const { data, error, refetch, isPending } = useQuery({
    queryKey: ['audit', 'recent'],
    queryFn: ({ signal }) => call('audit.list', { limit: 12 }, { signal }),
  });
  return (
    <section className="md-panel">
      <h2 className="md-panel-title">
        {t('recent')}
        <span className="md-grow" />
        <Anchor component={Link} to="/audit" size="sm">
          {t('allAudit')}
        </Anchor>
      </h2>
      {error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : null}
      {isPending ? <div className="md-skeleton md-figure-skeleton" /> : null}
      {data?.rows.length === 0 ? (
        <StateBlock kind="empty" title={t('noAudit')}>
          {t('noAuditHint')}
        </StateBlock>
      ) : null}
      <ul className="md-recent">
        {data?.rows.map((row) => (
          <li key={row.id}>
            <Link to="/audit" search={{ entry: row.id }} className="md-recent-row">
              <span className="md-badge" data-tone={row.undo === 'undone' ? 'none' : toneOf(row.outcome)}>
                {row.undo === 'undone' ? audit('undo.undone') : audit(`outcome.${row.outcome}`)}
              </span>
              <span className="md-recent-what">
                <span className="md-strong">{row.label}</span>{' '}
                <span className="md-text-2">{visibleNames(row.names.slice(0, 3))}</span>
              </span>
              <span className="md-num md-dim">
                {row.amount > 1 ? t('targets', { n: formatNumber(row.amount) }) : ''}
              </span>
              <span className="md-text-2 md-ellipsis">{visible(row.operator)}</span>
              <span className="md-dim md-recent-when">
                <AbsoluteTime at={row.at} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
