import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setSession, useSession } from '../../app/session';
import { call, newKey } from '../../bridge';
import { DoorCard } from '../../ui/DoorCard';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { focusFirst } from '../../ui/focus';

/** On a database without an owner: make the first one, and the tables with it where there are none. */
export function FirstOwnerPage(): ReactElement {
  const { t } = useTranslation('door');
  const { connection, database: kind } = useSession();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const create = useMutation({
    mutationFn: () => call('session.firstOwner', { username, password }, { idempotencyKey: newKey() }),
    onSuccess: setSession,
  });
  const named = /^\w{3,20}$/.test(username);
  const differs = again !== '' && again !== password;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  const database = connection?.database ?? '';
  return (
    <DoorCard
      title={t('ownerTitle')}
      text={kind === 'empty' ? t('ownerEmptyText', { database }) : t('ownerText', { database })}
    >
      <form className="md-stack" onSubmit={submit}>
        <TextInput
          label={t('username')}
          description={t('nameHint')}
          error={username !== '' && !named}
          ref={focusFirst}
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
        <ErrorNotice error={create.error} />
        <Button
          type="submit"
          fullWidth
          loading={create.isPending}
          disabled={!named || password.length < 8 || again !== password}
        >
          {t('create')}
        </Button>
      </form>
    </DoorCard>
  );
}
