import { useQuery } from '@tanstack/react-query';
import { IconCircleCheck } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@mantine/core';
import { call } from '../../bridge';
import type { SchemaDifference } from '../../contract';
import { ErrorNotice } from '../../ui/ErrorNotice';

const tones = { blocks: 'bad', limits: 'warn', info: 'none' } as const;
const order = ['blocks', 'limits', 'info'] as const;

/** Whether the database is as designed; each difference with what it means for the console. */
export function SchemaCard(): ReactElement {
  const { t } = useTranslation('overview');
  const [all, setAll] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['schema'],
    queryFn: ({ signal }) => call('connections.schema', {}, { signal }),
    staleTime: 300_000,
  });
  const differences = [...(data?.differences ?? [])].sort(
    (one, other) => order.indexOf(one.severity) - order.indexOf(other.severity),
  );
  const shown = all ? differences : differences.slice(0, 3);
  return (
    <section className="md-panel">
      <h2 className="md-panel-title">
        {t('schema')}
        {data ? (
          <span className="md-dim">
            {data.engine === 'mariadb' ? 'MariaDB' : 'MySQL'} {data.version}
          </span>
        ) : null}
      </h2>
      {error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : null}
      {data && differences.length === 0 ? (
        <div className="md-notice" data-tone="good">
          <IconCircleCheck size={16} aria-hidden />
          <div className="md-notice-body">
            <div className="md-strong">{t('schemaFine')}</div>
            <div>{t('schemaFineText')}</div>
          </div>
        </div>
      ) : null}
      {differences.length > 0 ? (
        <div className="md-strong">{t('schemaDiffers', { count: differences.length })}</div>
      ) : null}
      <ul className="md-differences">
        {shown.map((one) => (
          <Difference key={`${one.kind}.${one.table}.${one.column ?? ''}`} difference={one} />
        ))}
      </ul>
      {differences.length > shown.length ? (
        <Button size="compact-sm" variant="subtle" onClick={() => setAll(true)}>
          {t('more', { n: differences.length - shown.length })}
        </Button>
      ) : null}
    </section>
  );
}

function Difference({ difference }: { readonly difference: SchemaDifference }): ReactElement {
  const { t } = useTranslation('overview');
  const { table, column, expected, found, severity, consequence } = difference;
  const facts = [
    expected === null ? null : t('expected', { value: expected }),
    found === null ? null : t('found', { value: found }),
  ].filter((fact) => fact !== null);
  return (
    <li>
      <div className="md-difference-head">
        <span className="md-badge" data-tone={tones[severity]}>
          {t(`severity_${severity}`)}
        </span>
        <code className="md-ellipsis">{column === null ? table : `${table}.${column}`}</code>
      </div>
      <div>{consequence}</div>
      {facts.length === 0 ? null : <div className="md-dim">{facts.join(' · ')}</div>}
    </li>
  );
}
