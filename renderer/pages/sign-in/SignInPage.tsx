import { Button, PasswordInput, TextInput } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setSession, useSession } from '../../state/session';
import { call, newKey } from '../../bridge';
import { EntryCard } from '../../ui/EntryCard';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { focusFirst } from '../../ui/focus';

/** Signs in with an owner or admin account of the site. If the last sign-in was ended, the page says why. */
export function SignInPage(): ReactElement {
  const { t } = useTranslation('door');
  const { ended } = useSession();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => call('session.signIn', { username, password }, { idempotencyKey: newKey() }),
    onSuccess: setSession,
    onError: () => setPassword(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <EntryCard title={t('signIn')} text={t('signInText')}>
      <form className="md-stack" onSubmit={submit}>
        {ended === null ? null : (
          <div className="md-notice" data-tone="warn" role="status">
            <IconInfoCircle size={16} aria-hidden />
            <div className="md-notice-body">{t(`ended.${ended}`)}</div>
          </div>
        )}
        <TextInput
          label={t('username')}
          ref={focusFirst}
          autoComplete="username"
          spellCheck={false}
          maxLength={50}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('password')}
          autoComplete="current-password"
          maxLength={200}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <ErrorNotice error={signIn.error} />
        <Button type="submit" fullWidth loading={signIn.isPending} disabled={username === '' || password === ''}>
          {t('signIn')}
        </Button>
      </form>
    </EntryCard>
  );
}
