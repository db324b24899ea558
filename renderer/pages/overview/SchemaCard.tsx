import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { engineOf, isOutstanding, schemaQuery } from '../../state/schema';
import { DatabaseLink } from '../../ui/DatabaseLink';
import { Differences } from '../../ui/Differences';
import { ErrorNotice } from '../../ui/ErrorNotice';

/** Whether the database matches the designed schema. Repairs are made in the settings. */
export function SchemaCard(): ReactElement {
  const { t } = useTranslation('schema');
  const { data, error, refetch } = useQuery(schemaQuery);
  const pending = data?.migrations.filter((one) => !one.optIn && isOutstanding(one)).length ?? 0;
  return (
    <section className="md-panel">
      <h2 className="md-panel-title">
        {t('title')}
        {data ? <span className="md-dim">{engineOf(data)}</span> : null}
        <span className="md-grow" />
        <DatabaseLink quiet />
      </h2>
      {error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : null}
      {data ? <Differences differences={data.differences} first={3} /> : null}
      {pending > 0 ? <div className="md-schema-pending">{t('pending', { count: pending })}</div> : null}
    </section>
  );
}
