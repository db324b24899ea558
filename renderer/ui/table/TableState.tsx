import { Button } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { asBridgeError } from '../../bridge';
import { DatabaseLink } from '../DatabaseLink';
import { needsMigration } from '../ErrorNotice';
import { StateBlock } from '../StateBlock';

interface TableStateProps {
  readonly error: unknown;
  onRetry(): void;
  readonly isFiltered: boolean;
  readonly empty: ReactNode;
  readonly filteredEmpty?: ReactNode;
}

/** Shown in place of the table if there are no rows: an error with its code, no match, or nothing yet. */
export function TableState({ error, onRetry, isFiltered, empty, filteredEmpty }: TableStateProps): ReactElement {
  const { t } = useTranslation('table');
  if (error !== null) {
    const { code, message, hint, details } = asBridgeError(error);
    const retry = <Button onClick={onRetry}>{t('retry')}</Button>;
    return (
      <div className="md-grid-state">
        <StateBlock
          kind={code === 'forbidden' ? 'forbidden' : 'down'}
          title={message}
          code={code}
          action={needsMigration(details) ? <DatabaseLink /> : code === 'forbidden' ? undefined : retry}
        >
          {hint ?? (code === 'forbidden' ? t('forbidden') : t('kept'))}
        </StateBlock>
      </div>
    );
  }
  return (
    <div className="md-grid-state">
      {isFiltered
        ? (filteredEmpty ?? (
            <StateBlock kind="filtered" title={t('noMatch')}>
              {t('noMatchHint')}
            </StateBlock>
          ))
        : empty}
    </div>
  );
}
