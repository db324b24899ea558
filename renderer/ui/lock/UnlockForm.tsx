import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, newKey } from '../../bridge';
import { ErrorNotice } from '../ErrorNotice';
import { Segmented, TextField } from '../fields';
import { setSession } from '../../state/session';

const spans = ['15', '30', '60', '240'] as const;

/** Allows writing for a while, after the operator has typed the connection's name. */
export function UnlockForm({ name, onDone }: { readonly name: string; onDone(): void }): ReactElement {
  const { t } = useTranslation('shell');
  const [typed, setTyped] = useState('');
  const [minutes, setMinutes] = useState<(typeof spans)[number]>('30');
  const unlock = useMutation({
    mutationFn: () =>
      call('session.unlock', { name: typed.trim(), minutes: Number(minutes) }, { idempotencyKey: newKey() }),
    onSuccess: (session) => {
      setSession(session);
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    unlock.mutate();
  };
  return (
    <form className="md-stack" onSubmit={submit}>
      <div className="md-strong">{t('unlock')}</div>
      <div className="md-dim">{t('unlockText', { name })}</div>
      <TextField
        data-autofocus
        label={t('unlockName')}
        placeholder={name}
        value={typed}
        autoComplete="off"
        spellCheck={false}
        onChange={setTyped}
      />
      <Segmented
        fullWidth
        label={t('unlockFor')}
        choices={spans.map((span) => ({ value: span, label: t('minutes', { n: span }) }))}
        value={minutes}
        onChange={setMinutes}
      />
      {unlock.isError ? <ErrorNotice error={unlock.error} /> : null}
      <Button size="xs" type="submit" loading={unlock.isPending} disabled={typed.trim() !== name}>
        {t('unlockButton', { n: minutes })}
      </Button>
    </form>
  );
}
