import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Input } from '../../contract';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { useFocusHere } from '../../ui/change/useFocusHere';
import { TakesFocus } from '../../ui/TakesFocus';

export type OwnerInput = Input<'session.firstOwner.preview'>;

interface OwnerFormProps {
  /** False while the preview is shown instead. */
  readonly shown: boolean;
  /** The name of the connection, to be typed; null if writing is unlocked. */
  readonly name: string | null;
  readonly button: string;
  readonly busy: boolean;
  readonly error: Error | null;
  onSubmit(input: OwnerInput): void;
}

/**
 * The account of the first owner. On a locked connection it also asks for the connection's name, because nobody can
 * sign in to unlock it.
 */
export function OwnerForm({ shown, name, button, busy, error, onSubmit }: OwnerFormProps): ReactElement {
  const { t } = useTranslation('door');
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [connection, setConnection] = useState('');
  const first = useFocusHere<HTMLInputElement>(shown);
  const named = /^\w{3,20}$/.test(username);
  const differs = again !== '' && again !== password;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit({ username, password, ...(name === null ? {} : { connection: connection.trim() }) });
  };
  return (
    <form className="md-stack" onSubmit={submit}>
      <TextInput
        label={t('username')}
        description={t('nameHint')}
        error={username !== '' && !named}
        ref={first}
        autoComplete="username"
        spellCheck={false}
        maxLength={20}
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('password')}
        description={t('passwordHint')}
        autoComplete="new-password"
        maxLength={200}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('again')}
        error={differs ? t('differs') : null}
        autoComplete="new-password"
        maxLength={200}
        value={again}
        onChange={(event) => setAgain(event.currentTarget.value)}
      />
      {name === null ? null : (
        <TextInput
          label={t('connectionName')}
          description={t('connectionHint', { name })}
          placeholder={name}
          autoComplete="off"
          spellCheck={false}
          value={connection}
          onChange={(event) => setConnection(event.currentTarget.value)}
        />
      )}
      {error === null ? null : (
        <TakesFocus by={shown ? error : null}>
          <ErrorNotice error={error} />
        </TakesFocus>
      )}
      <Button
        type="submit"
        fullWidth
        loading={busy}
        disabled={!named || password.length < 8 || again !== password || (name !== null && connection.trim() !== name)}
      >
        {button}
      </Button>
    </form>
  );
}
