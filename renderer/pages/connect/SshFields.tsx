import { Checkbox, PasswordInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Segmented, TextField } from '../../ui/fields';
import type { SshLogin, Ssh } from './draft';
import { FigureField } from './fields';

interface SshFieldsProps {
  readonly value: Ssh;
  onChange(value: Ssh): void;
  readonly secret: string;
  onSecret(secret: string): void;
  /** A password may be stored already; an empty field keeps it. */
  readonly kept: boolean;
}

const logins: readonly SshLogin[] = ['key', 'agent', 'password'];

/** Whether both servers are reached through SSH; if so, the server, its key, and how to sign in there. */
export function SshFields({ value, onChange, secret, onSecret, kept }: SshFieldsProps): ReactElement {
  const { t } = useTranslation('connect');
  const edit = (change: Partial<Ssh>) => onChange({ ...value, ...change });
  return (
    <div className="md-fields">
      <div className="md-span-12 md-checks">
        <Checkbox
          size="xs"
          label={t('throughSsh')}
          checked={value.enabled}
          onChange={(event) => edit({ enabled: event.currentTarget.checked })}
        />
        {value.enabled ? <span className="md-dim">{t('throughSshHint')}</span> : null}
      </div>
      {value.enabled ? (
        <>
          <TextField
            className="md-span-5"
            label={t('sshHost')}
            value={value.host}
            most={255}
            onChange={(host) => edit({ host })}
          />
          <FigureField
            label={t('sshPort')}
            min={1}
            max={65_535}
            value={value.port}
            onChange={(port) => edit({ port })}
          />
          <TextField
            className="md-span-5"
            label={t('sshUser')}
            value={value.user}
            most={80}
            onChange={(user) => edit({ user })}
          />
          <Segmented
            className="md-span-5"
            fullWidth
            label={t('sshLogin')}
            value={value.login}
            onChange={(login) => edit({ login })}
            choices={logins.map((login) => ({ value: login, label: t(`login_${login}`) }))}
          />
          {value.login === 'key' ? (
            <TextField
              className="md-span-7 md-mono-field"
              label={t('keyFile')}
              value={value.keyFile}
              most={1_000}
              onChange={(keyFile) => edit({ keyFile })}
            />
          ) : null}
          {value.login === 'agent' ? null : (
            <PasswordInput
              className="md-span-5"
              size="xs"
              label={t(value.login === 'key' ? 'keyPassphrase' : 'sshPassword')}
              placeholder={kept ? t('keepPassword') : undefined}
              autoComplete="new-password"
              value={secret}
              onChange={(event) => onSecret(event.currentTarget.value)}
            />
          )}
          <TextField
            className="md-span-12 md-mono-field"
            label={t('hostKey')}
            placeholder="SHA256:"
            value={value.hostKey}
            most={50}
            onChange={(hostKey) => edit({ hostKey: hostKey.trim() })}
          />
        </>
      ) : null}
    </div>
  );
}
