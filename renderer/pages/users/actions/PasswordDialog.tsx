import { Button, Group, TextInput } from '@mantine/core';
import { IconCopy, IconRefresh } from '@tabler/icons-react';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText, toast } from '../../../ui';
import { Notices, useApply } from '../../../ui/change';
import { UndoableFrame } from '../../../ui/change/ChangeDialog';
import { type ChangeFlowProps, Proven } from '../../../ui/change/ChangeFlow';
import { ConfirmForm } from '../../../ui/change/ConfirmForm';
import { makePassword } from './password';

export interface PasswordDialogProps {
  readonly username: string;
  readonly onClose: () => void;
}

/** Sets a new password for one user. It is generated here and shown only here. */
export function PasswordDialog({ username, onClose }: PasswordDialogProps): ReactElement {
  const { t } = useTranslation('users');
  return (
    <UndoableFrame title={t('password.title')} onClose={onClose}>
      {(undoing) => <PasswordFlow username={username} {...undoing} />}
    </UndoableFrame>
  );
}

type PasswordFlowProps = PasswordDialogProps & Pick<ChangeFlowProps<never, never>, 'onBusy' | 'onUndo'>;

function PasswordFlow({ username, onBusy, onUndo, onClose }: PasswordFlowProps): ReactElement {
  const { t } = useTranslation('users');
  const [password, setPassword] = useState(() => makePassword());
  const { confirmed, outcome } = useApply('users.password');
  const { doing, failure, send } = confirmed;
  const busy = doing !== null;
  useEffect(() => onBusy(busy), [busy, onBusy]);
  const tooShort = password.length < 6;
  const copying = {
    leftSection: <IconCopy size={14} />,
    variant: 'default',
    onClick: () => (copyText(password) ? toast(t('password.copied')) : undefined),
    children: t('password.copy'),
  };

  if (outcome?.step === 'proof')
    return (
      <>
        <div className="md-users-kept">
          <code className="md-users-password">{password}</code>
          <Button size="compact-sm" {...copying} />
          <span className="md-dim">{t('password.keep')}</span>
        </div>
        <Proven outcome={outcome} onUndo={onUndo} onClose={onClose} />
      </>
    );
  return (
    <ConfirmForm
      // This change has no preview: the typed password itself is what is confirmed.
      fingerprint={tooShort ? null : password}
      count={1}
      label={t('password.button')}
      running={confirmed}
      onConfirm={() => send({ username, password }, 1)}
      onCancel={onClose}
    >
      <div className="md-change-stack">
        <Group align="flex-end" gap="sm" wrap="nowrap">
          <TextInput
            className="md-users-grow"
            classNames={{ input: 'md-users-password' }}
            label={t('password.field')}
            value={password}
            maxLength={200}
            spellCheck={false}
            autoComplete="off"
            error={tooShort ? t('password.short') : null}
            onChange={(event) => setPassword(event.currentTarget.value)}
            data-autofocus
          />
          <Button variant="default" leftSection={<IconRefresh size={14} />} onClick={() => setPassword(makePassword())}>
            {t('password.generate')}
          </Button>
          <Button {...copying} />
        </Group>
        <p className="md-change-sentence">{t('password.sentence', { name: username })}</p>
        <Notices failure={failure} />
      </div>
    </ConfirmForm>
  );
}
