import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useActions } from '../../ui/actions';
import { LockPill } from '../../ui/lock/LockPill';
import { setSession, useSession } from '../../state/session';
import { call, newKey } from '../../bridge';
import { EnvironmentBadge } from '../../ui/EnvironmentBadge';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { DefinitionList } from '../../ui/DefinitionList';

/** The open connection, its lock, and links to other connections. */
export function ConnectionSection(): ReactElement | null {
  const { t } = useTranslation('settings');
  const navigate = useNavigate();
  const session = useSession();
  const close = useMutation({
    mutationFn: () => call('connections.close', {}, { idempotencyKey: newKey() }),
    onSuccess: setSession,
  });
  useActions(() => ({ 'connections.close': { run: () => close.mutate() } }));
  const { connection } = session;
  if (connection === null) return null;
  return (
    <section className="md-panel" id="connection" tabIndex={-1}>
      <h2 className="md-panel-title">{t('connection')}</h2>
      <DefinitionList
        rows={[
          [
            t('name'),
            <span key="name" className="md-inline">
              <span className="md-dot" style={{ background: connection.colour }} aria-hidden />
              {connection.name}
              <EnvironmentBadge environment={connection.environment} />
            </span>,
          ],
          [t('host'), <code key="host">{connection.host}</code>],
          [t('database'), <code key="database">{connection.database}</code>],
          [t('lock'), <LockPill key="lock" session={session} />],
        ]}
      />
      <ErrorNotice error={close.error} />
      <div className="md-actions">
        <Button variant="default" size="xs" onClick={() => void navigate({ to: '/connect' })}>
          {t('manage')}
        </Button>
        <Button variant="subtle" color="gray" size="xs" loading={close.isPending} onClick={() => close.mutate()}>
          {t('close')}
        </Button>
      </div>
    </section>
  );
}
