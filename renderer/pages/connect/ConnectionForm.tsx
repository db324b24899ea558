import { Button, ColorInput, NumberInput, PasswordInput, SegmentedControl, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, newKey } from '../../bridge';
import type { Connection, Environment, SecretStore } from '../../contract';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { DiagnosisList } from './DiagnosisList';
import { type Draft, draftOf, environmentColours, isComplete, toContract } from './draft';
import { PlainPasswordFields } from './PlainPasswordFields';
import { TlsFields } from './TlsFields';
import { useConnectionTest } from './useConnectionTest';

interface ConnectionFormProps {
  readonly connection: Connection | null;
  readonly secretStore: SecretStore['kind'];
  onSaved(id: string): void;
  onCancel(): void;
}

const environments: readonly Environment[] = ['production', 'staging', 'development'];

/** Makes a connection or changes one; tests it before it is saved. */
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
  const setEnvironment = (value: string) => {
    const next = environments.find((one) => one === value) ?? 'production';
    edit({
      environment: next,
      ...(draft.colour === environmentColours[draft.environment] ? { colour: environmentColours[next] } : {}),
    });
  };
  const keeps = connection === null ? {} : { placeholder: t('keepPassword') };

  return (
    <form className="md-stack md-form" onSubmit={submit} autoComplete="off">
      <h2>{connection === null ? t('newTitle') : t('editTitle', { name: connection.name })}</h2>
      <div className="md-fields">
        <TextInput
          className="md-span-4"
          size="xs"
          data-autofocus
          label={t('name')}
          placeholder={t('nameHint')}
          value={draft.name}
          maxLength={60}
          onChange={(event) => edit({ name: event.currentTarget.value })}
        />
        <div className="md-span-5">
          <div className="md-label">{t('environment')}</div>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label={t('environment')}
            value={draft.environment}
            onChange={setEnvironment}
            data={environments.map((value) => ({ value, label: common(value) }))}
          />
        </div>
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

      <h3 className="md-group">{t('mysql')}</h3>
      <div className="md-fields">
        <TextInput
          className="md-span-5"
          size="xs"
          label={t('host')}
          value={draft.mysql.host}
          onChange={(event) => mysql({ host: event.currentTarget.value })}
        />
        <NumberInput
          className="md-span-2"
          size="xs"
          hideControls
          label={t('port')}
          min={1}
          max={65_535}
          value={draft.mysql.port}
          onChange={(value) => mysql({ port: Number(value) })}
        />
        <TextInput
          className="md-span-5"
          size="xs"
          label={t('database')}
          value={draft.mysql.database}
          maxLength={64}
          onChange={(event) => mysql({ database: event.currentTarget.value })}
        />
        <TextInput
          className="md-span-5"
          size="xs"
          label={t('user')}
          value={draft.mysql.user}
          maxLength={80}
          onChange={(event) => mysql({ user: event.currentTarget.value })}
        />
        <PasswordInput
          className="md-span-5"
          size="xs"
          label={t('password')}
          {...keeps}
          autoComplete="new-password"
          value={draft.mysqlPassword}
          onChange={(event) => edit({ mysqlPassword: event.currentTarget.value })}
        />
        <NumberInput
          className="md-span-2"
          size="xs"
          hideControls
          label={t('poolSize')}
          min={1}
          max={100}
          value={draft.mysql.poolSize}
          onChange={(value) => mysql({ poolSize: Number(value) })}
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
        <TextInput
          className="md-span-5"
          size="xs"
          label={t('host')}
          value={draft.redis.host}
          onChange={(event) => redis({ host: event.currentTarget.value })}
        />
        <NumberInput
          className="md-span-2"
          size="xs"
          hideControls
          label={t('port')}
          min={1}
          max={65_535}
          value={draft.redis.port}
          onChange={(value) => redis({ port: Number(value) })}
        />
        <NumberInput
          className="md-span-2"
          size="xs"
          hideControls
          label={t('db')}
          min={0}
          max={1023}
          value={draft.redis.db}
          onChange={(value) => redis({ db: Number(value) })}
        />
        <TextInput
          className="md-span-3"
          size="xs"
          label={t('prefix')}
          value={draft.redis.prefix}
          maxLength={50}
          onChange={(event) => redis({ prefix: event.currentTarget.value })}
        />
        <TextInput
          className="md-span-5"
          size="xs"
          label={t('redisUser')}
          value={draft.redis.username}
          maxLength={80}
          onChange={(event) => redis({ username: event.currentTarget.value })}
        />
        <PasswordInput
          className="md-span-5"
          size="xs"
          label={t('password')}
          {...keeps}
          autoComplete="new-password"
          value={draft.redisPassword}
          onChange={(event) => edit({ redisPassword: event.currentTarget.value })}
        />
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
      {test.data ? <DiagnosisList diagnoses={test.data} /> : null}
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
