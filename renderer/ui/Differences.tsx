import { Button } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SchemaDifference } from '../contract';
import './schema.css';

const tones = { blocks: 'bad', limits: 'warn', info: 'none' } as const;
const order = ['blocks', 'limits', 'info'] as const;

/**
 * How a database differs from the designed schema, with the consequence of each difference. The most serious come
 * first. Only the first few are shown until the operator asks for more.
 */
export function Differences({
  differences,
  first,
}: {
  readonly differences: readonly SchemaDifference[];
  readonly first: number;
}): ReactElement {
  const { t } = useTranslation('schema');
  const [all, setAll] = useState(false);
  if (differences.length === 0) {
    return (
      <div className="md-notice" data-tone="good">
        <IconCircleCheck size={16} aria-hidden />
        <div className="md-notice-body">
          <div className="md-strong">{t('fine')}</div>
          <div>{t('fineText')}</div>
        </div>
      </div>
    );
  }
  const sorted = differences.toSorted((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity));
  const shown = all ? sorted : sorted.slice(0, first);
  return (
    <div>
      <div className="md-strong">{t('differs', { count: differences.length })}</div>
      <ul className="md-differences">
        {shown.map((one) => (
          <Difference key={`${one.kind}.${one.table}.${one.column ?? ''}.${one.expected ?? ''}`} difference={one} />
        ))}
      </ul>
      {sorted.length > shown.length ? (
        <Button size="compact-sm" variant="subtle" onClick={() => setAll(true)}>
          {t('more', { n: sorted.length - shown.length })}
        </Button>
      ) : null}
    </div>
  );
}

function Difference({ difference }: { readonly difference: SchemaDifference }): ReactElement {
  const { t } = useTranslation('schema');
  const { table, column, expected, found, severity, consequence } = difference;
  const facts = [
    expected === null ? null : t('expected', { value: expected }),
    found === null ? null : t('found', { value: found }),
  ].filter((fact) => fact !== null);
  return (
    <li>
      <div className="md-difference-head">
        <span className="md-badge" data-tone={tones[severity]}>
          {t(`severity.${severity}`)}
        </span>
        <code className="md-wrap">{column === null ? table : `${table}.${column}`}</code>
      </div>
      <div>{consequence}</div>
      {facts.length === 0 ? null : <div className="md-dim">{facts.join(' · ')}</div>}
    </li>
  );
}
