import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { asBridgeError } from '../bridge';
import { DatabaseLink } from './DatabaseLink';
import { visible } from './visible';

/** An error in a form or a drawer: what happened, what to do, and the error code in small type. */
export function ErrorNotice({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: () => void;
}): ReactElement | null {
  const { t } = useTranslation('common');
  if (error === null || error === undefined) return null;
  const { code, message, hint, details } = asBridgeError(error);
  return (
    <div className="md-notice" data-tone="bad" role="alert">
      <IconAlertTriangle size={16} aria-hidden />
      <div className="md-notice-body">
        <div>{visible(message)}</div>
        {hint === null ? null : <div className="md-dim">{hint}</div>}
        <div className="md-code">{t('code', { code })}</div>
      </div>
      {needsMigration(details) ? <DatabaseLink /> : null}
      {onRetry ? (
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          {t('retry')}
        </Button>
      ) : null}
    </div>
  );
}

/** True if the database lacks the console's tables: the settings can create them. */
export function needsMigration(details: unknown): boolean {
  return typeof details === 'object' && details !== null && 'needs' in details && details.needs === 'migration';
}
