import { Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { doorFor, queryClient, setSession, useSession } from '../../state/session';
import { call, newKey } from '../../bridge';
import type { Connection } from '../../contract';
import { useActions } from '../../ui/actions';
import { EnvironmentBadge } from '../../ui/EnvironmentBadge';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { DefinitionList } from '../../ui/DefinitionList';
import { DiagnosisList } from './DiagnosisList';
import { useConnectionTest } from './useConnectionTest';

interface ConnectionPanelProps {
  readonly connection: Connection;
  onEdit(): void;
  onRemoved(): void;
}

/** One connection: its servers, how its secrets are stored, and its actions: open, test, edit, remove. */
export function ConnectionPanel({ connection, onEdit, onRemoved }: ConnectionPanelProps): ReactElement {
  const { t } = useTranslation('connect');
  const navigate = useNavigate();
  const session = useSession();
  const [passphrase, setPassphrase] = useState('');
  const { id, ssh, mysql, redis } = connection;
  const here = session.connection?.id === id;
  const asks = connection.secrets === 'passphrase' && !here;

  const open = useMutation({
    mutationFn: () =>
      call('connections.open', { id, ...(passphrase === '' ? {} : { passphrase }) }, { idempotencyKey: newKey() }),
    onSuccess: (next) => {
      setSession(next);
      void navigate({ to: doorFor(next) ?? '/overview' });
    },
  });
  const test = useConnectionTest(() => ({ id }));
  const own = connection.origin === 'saved';
  useActions(() => ({
    'connections.test': { run: () => test.mutate(), on: connection.name },
    'connections.edit': own ? { run: onEdit, on: connection.name } : undefined,
  }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (here) void navigate({ to: doorFor(session) ?? '/overview' });
    else open.mutate();
  };

  return (
    <form className="md-stack" onSubmit={submit}>
      <div className="md-connect-title">
        <span className="md-dot" style={{ background: connection.colour }} aria-hidden />
        <h2>{connection.name}</h2>
        <EnvironmentBadge environment={connection.environment} />
      </div>
      <DefinitionList
        rows={[
          ...(ssh === undefined
            ? []
            : [[t('ssh'), <code key="s">{`${ssh.user}@${ssh.host}:${ssh.port}`}</code>] as const]),
          [
            t('mysql'),
            <code key="m">{`${mysql.user}@${mysql.host}:${mysql.port}/${mysql.database}${mysql.tls.enabled ? ' · TLS' : ''}`}</code>,
          ],
          [
            t('redis'),
            <code key="r">{`${redis.host}:${redis.port}/${redis.db} · ${redis.prefix}${redis.tls.enabled ? ' · TLS' : ''}`}</code>,
          ],
          [t('poolSize'), mysql.poolSize],
          [t('origin'), t(`origin_${connection.origin}`)],
          [t('secrets'), t(`secrets_${connection.secrets}`)],
        ]}
      />
      {asks ? (
        <PasswordInput
          className="md-connect-pass"
          size="sm"
          label={t('passphrase')}
          value={passphrase}
          autoComplete="off"
          onChange={(event) => setPassphrase(event.currentTarget.value)}
        />
      ) : null}
      <div className="md-actions">
        <Button type="submit" loading={open.isPending} disabled={asks && passphrase === ''}>
          {here ? t('backToConsole') : t('open')}
        </Button>
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
          {t('test')}
        </Button>
        {own ? (
          <>
            <Button variant="default" onClick={onEdit}>
              {t('edit')}
            </Button>
            <span className="md-grow" />
            <RemoveButton connection={connection} onRemoved={onRemoved} />
          </>
        ) : null}
      </div>
      <ErrorNotice error={open.error ?? test.error} />
      {test.data ? <DiagnosisList diagnoses={test.data} /> : null}
    </form>
  );
}

/** Removes a connection in two steps: before the second one, it says what is removed and what stays. */
function RemoveButton({ connection, onRemoved }: Pick<ConnectionPanelProps, 'connection' | 'onRemoved'>): ReactElement {
  const { t } = useTranslation('connect');
  const [asking, setAsking] = useState(false);
  useActions(() => ({ 'connections.remove': { run: () => setAsking(true), on: connection.name } }));
  const remove = useMutation({
    mutationFn: () => call('connections.remove', { id: connection.id }, { idempotencyKey: newKey() }),
    onSuccess: () => {
      onRemoved();
      void queryClient.invalidateQueries({ queryKey: ['connections'] });
    },
  });
  if (!asking) {
    return (
      <Button variant="subtle" color="gray" onClick={() => setAsking(true)}>
        {t('remove')}
      </Button>
    );
  }
  return (
    <div className="md-notice md-connect-remove" data-tone="bad">
      <div className="md-notice-body">
        {t('removeText', { name: connection.name })}
        <ErrorNotice error={remove.error} />
      </div>
      <Button size="compact-sm" variant="default" onClick={() => setAsking(false)}>
        {t('keep')}
      </Button>
      <Button size="compact-sm" color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
        {t('removeButton')}
      </Button>
    </div>
  );
}
