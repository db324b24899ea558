import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactElement, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asBridgeError, call } from '../../../bridge';
import type { BatchDetails } from '../../../contract';
import { DetailDrawer, ErrorNotice, formatAbsolute, formatNumber, RelativeTime, StateBlock } from '../../../ui';
import { Facts } from '../../../ui/Facts';
import { shapeOf } from '../issue/shape';
import { Filled } from './Filled';
import { Funnel } from './Funnel';
import { JobSection } from './JobSection';
import { RollbackDialog } from './RollbackDialog';
import { TakenTable } from './TakenTable';

export interface BatchDrawerProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** Everything about one batch, beside the list. */
export function BatchDrawer({ id, onClose }: BatchDrawerProps): ReactElement {
  const { t } = useTranslation('batches');
  const [rollingBack, setRollingBack] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['batches', 'one', id],
    queryFn: ({ signal }) => call('cards.batches.get', { id }, { signal }),
  });
  const gone = error !== null && asBridgeError(error).code === 'not_found';
  const batch = gone ? undefined : data;
  return (
    <DetailDrawer
      title={t('drawer.title', { id })}
      label={t('drawer.title', { id })}
      actions={
        batch === undefined ? null : (
          <Button
            size="compact-sm"
            variant="default"
            disabled={batch.funnel.unused === 0}
            title={batch.funnel.unused === 0 ? t('rollback.nothing') : undefined}
            onClick={() => setRollingBack(true)}
          >
            {t('rollback.open')}
          </Button>
        )
      }
      onClose={onClose}
    >
      {gone ? (
        <StateBlock kind="empty" title={t('drawer.notFound')}>
          {t('drawer.notFoundHint')}
        </StateBlock>
      ) : null}
      {error !== null && !gone ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : null}
      {data === undefined && error === null ? <Skeleton height={320} aria-busy /> : null}
      {batch === undefined ? null : <Details batch={batch} />}
      {rollingBack ? <RollbackDialog id={id} onClose={() => setRollingBack(false)} /> : null}
    </DetailDrawer>
  );
}

function Details({ batch }: { readonly batch: BatchDetails }): ReactElement {
  const { t } = useTranslation('batches');
  return (
    <>
      <JobSection batch={batch} />
      <Section
        title={t('funnel.title')}
        aside={
          <Link to="/cards" search={{ batch: batch.id }}>
            {t('drawer.allKeys')}
          </Link>
        }
      >
        <Funnel batch={batch} />
      </Section>
      <Section title={t('drawer.facts')}>
        <BatchFacts batch={batch} />
      </Section>
      <Section title={t('taken.title')}>
        <TakenTable taken={batch.taken} />
      </Section>
    </>
  );
}

function Section({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <section className="md-batches-section">
      <header className="md-batches-section-head">
        <h3>{title}</h3>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** Who made the batch, when, what of, and when its keys end. */
function BatchFacts({ batch }: { readonly batch: BatchDetails }): ReactElement {
  const { t } = useTranslation('batches');
  const rows: (readonly [string, ReactNode])[] = [
    [t('column.kind'), t(`kind.${batch.kind}`)],
    [t('column.type'), batch.type === null ? t('mixed') : t(`type.${batch.type}`)],
    [t('column.issued'), <Filled key="issued" batch={batch} />],
  ];
  if (batch.rolledBack > 0) rows.push([t('column.rolledBack'), formatNumber(batch.rolledBack)]);
  if (batch.format !== null) {
    rows.push([
      t('drawer.format'),
      <span key="format" className="md-mono">
        {shapeOf(batch.format)}
      </span>,
    ]);
  }
  if (batch.expiresAt !== null) {
    rows.push([
      t('column.expires'),
      <span key="expires">
        {formatAbsolute(batch.expiresAt)}{' '}
        <span className="md-dim">
          · <RelativeTime at={batch.expiresAt} />
        </span>
      </span>,
    ]);
  }
  rows.push([t('column.channel'), batch.channel ?? '—'], [t('column.note'), batch.note ?? '—']);
  rows.push([t('column.operator'), batch.operator], [t('column.created'), formatAbsolute(batch.createdAt)]);
  if (batch.auditId !== null) {
    rows.push([
      t('drawer.audit'),
      <Link key="audit" to="/audit" search={{ entry: batch.auditId }}>
        {t('drawer.openAudit', { id: batch.auditId })}
      </Link>,
    ]);
  }
  return <Facts rows={rows} />;
}
