import { Button, ColorInput, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, newKey } from '../../bridge';
import type { Connection, Environment, SecretStore } from '../../contract';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { Segmented, TextField } from '../../ui/fields';
import { FigureField, HostField, SecretField } from './fields';
import { DiagnosisList } from './DiagnosisList';
import { type Draft, draftOf, environmentColours, isComplete, toContract, withAddress } from './draft';
import { PlainPasswordFields } from './PlainPasswordFields';
import { SshFields } from './SshFields';
import { TlsFields } from './TlsFields';
import { useConnectionTest } from './useConnectionTest';

interface ConnectionFormProps {
  readonly connection: Connection | null;
  readonly secretStore: SecretStore['kind'];
  onSaved(id: string): void;
  onCancel(): void;
}

const environments: readonly Environment[] = ['production', 'staging', 'development'];

/** Creates or edits a connection. It can be tested before it is saved. */
export function ConnectionForm({ connection, secretStore, onSaved, onCancel }: ConnectionFormProps): ReactElement {
  const { t } = useTranslation('connect');
  const { t: common } = useTranslation('common');
  const [draft, setDraft] = useState(() => draftOf(connection));
  const [passphrase, setPassphrase] = useState('');
  const edit = (change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change }));
  const mysql = (change: Partial<Draft['mysql']>) => edit({ mysql: { ...draft.mysql, ...change } });
  const redis = (change: Partial<Draft['redis']>) => edit({ redis: { ...draft.redis, ...change } });
  const id = connection === null ? {} : { id: connection.id };

  const save = useMutation({
    mutationFn: () =>
      call(
        'connections.save',
        { ...id, draft: toContract(draft), ...(passphrase === '' ? {} : { passphrase }) },
        { idempotencyKey: newKey() },
      ),
    onSuccess: (saved) => onSaved(saved.id),
  });
  const test = useConnectionTest(() => ({ ...id, draft: toContract(draft) }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const setEnvironment = (next: Environment) => {
    edit({
      environment: next,
      ...(draft.colour === environmentColours[draft.environment] ? { colour: environmentColours[next] } : {}),
    });
  };
  const kept = connection !== null;

  return (
    <form className="md-stack md-form" onSubmit={submit} autoComplete="off">
      <h2>{connection === null ? t('newTitle') : t('editTitle', { name: connection.name })}</h2>
      <div className="md-fields">
        <TextField
          className="md-span-4"
          data-autofocus
          label={t('name')}
          placeholder={t('nameHint')}
          value={draft.name}
          most={60}
          onChange={(name) => edit({ name })}
        />
        <Segmented
          className="md-span-5"
          fullWidth
          label={t('environment')}
          value={draft.environment}
          onChange={setEnvironment}
          choices={environments.map((value) => ({ value, label: common(value) }))}
        />
        <ColorInput
          className="md-span-3"
          size="xs"
          label={t('colour')}
          format="hex"
          withEyeDropper={false}
          value={draft.colour}
          onChange={(colour) => edit({ colour })}
        />
      </div>

      <h3 className="md-group">{t('ssh')}</h3>
      <SshFields
        value={draft.ssh}
        onChange={(ssh) => edit({ ssh })}
        secret={draft.sshPassword}
        onSecret={(sshPassword) => edit({ sshPassword })}
        kept={kept}
      />

      <h3 className="md-group">{t('mysql')}</h3>
      <div className="md-fields">
        <HostField
          value={draft.mysql.host}
          onChange={(host) => mysql({ host })}
          onAddress={(address) => setDraft((now) => withAddress(now, 'mysql', address))}
        />
        <FigureField
          label={t('port')}
          min={1}
          max={65_535}
          value={draft.mysql.port}
          onChange={(port) => mysql({ port })}
        />
        <TextField
          className="md-span-5"
          label={t('database')}
          value={draft.mysql.database}
          most={64}
          onChange={(database) => mysql({ database })}
        />
        <TextField
          className="md-span-5"
          label={t('user')}
          value={draft.mysql.user}
          most={80}
          onChange={(user) => mysql({ user })}
        />
        <SecretField kept={kept} value={draft.mysqlPassword} onChange={(mysqlPassword) => edit({ mysqlPassword })} />
        <FigureField
          label={t('poolSize')}
          min={1}
          max={100}
          value={draft.mysql.poolSize}
          onChange={(poolSize) => mysql({ poolSize })}
        />
        <TlsFields part={t('mysql')} value={draft.mysql.tls} onChange={(tls) => mysql({ tls })} />
        {draft.mysql.tls.enabled ? null : (
          <PlainPasswordFields
            value={draft.mysql}
            onChange={(plain) => {
              const { serverPublicKey: _key, allowPlainPassword: _allow, ...rest } = draft.mysql;
              edit({ mysql: { ...rest, ...plain } });
            }}
          />
        )}
      </div>

      <h3 className="md-group">{t('redis')}</h3>
      <div className="md-fields">
        <HostField
          value={draft.redis.host}
          onChange={(host) => redis({ host })}
          onAddress={(address) => setDraft((now) => withAddress(now, 'redis', address))}
        />
        <FigureField
          label={t('port')}
          min={1}
          max={65_535}
          value={draft.redis.port}
          onChange={(port) => redis({ port })}
        />
        <FigureField label={t('db')} min={0} max={1023} value={draft.redis.db} onChange={(db) => redis({ db })} />
        <TextField
          className="md-span-3"
          label={t('prefix')}
          value={draft.redis.prefix}
          most={50}
          onChange={(prefix) => redis({ prefix })}
        />
        <TextField
          className="md-span-5"
          label={t('redisUser')}
          value={draft.redis.username}
          most={80}
          onChange={(username) => redis({ username })}
        />
        <SecretField kept={kept} value={draft.redisPassword} onChange={(redisPassword) => edit({ redisPassword })} />
        <TlsFields part={t('redis')} value={draft.redis.tls} onChange={(tls) => redis({ tls })} />
      </div>

      {secretStore === 'keychain' ? null : (
        <div className="md-notice" data-tone="warn">
          <div className="md-notice-body md-stack">
            {t(`store_${secretStore}`)}
            <PasswordInput
              className="md-connect-pass"
              size="xs"
              label={t('passphrase')}
              description={t('passphraseHint')}
              autoComplete="new-password"
              value={passphrase}
              onChange={(event) => setPassphrase(event.currentTarget.value)}
            />
          </div>
        </div>
      )}
      {test.data ? (
        <DiagnosisList diagnoses={test.data} onPin={(hostKey) => edit({ ssh: { ...draft.ssh, hostKey } })} />
      ) : null}
      <ErrorNotice error={save.error ?? test.error} />
      <div className="md-actions">
        <Button
          type="submit"
          loading={save.isPending}
          disabled={!isComplete(draft) || (passphrase !== '' && passphrase.length < 8)}
        >
          {t('save')}
        </Button>
        <Button
          variant="default"
          loading={test.isPending}
          disabled={!isComplete({ ...draft, name: draft.name || '-' })}
          onClick={() => test.mutate()}
        >
          {t('test')}
        </Button>
        <Button variant="subtle" color="gray" onClick={onCancel}>
          {t('cancel')}
        </Button>
      </div>
    </form>
  );
}
