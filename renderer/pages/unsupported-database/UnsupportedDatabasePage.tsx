import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../state/session';
import { EntryCard } from '../../ui/EntryCard';

/** The database belongs to another application. The console does not read or write it, and says what to do. */
export function UnsupportedDatabasePage(): ReactElement {
  const { t } = useTranslation('door');
  const navigate = useNavigate();
  const { connection } = useSession();
  return (
    <EntryCard link={false} title={t('foreignTitle')} text={t('foreignText', { database: connection?.database ?? '' })}>
      <div className="md-stack">
        <div>{t('foreignNext')}</div>
        <Button fullWidth onClick={() => void navigate({ to: '/connect' })}>
          {t('toConnections')}
        </Button>
      </div>
    </EntryCard>
  );
}
