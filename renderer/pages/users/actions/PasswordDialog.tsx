import { Button, Group, TextInput } from '@mantine/core';
import { IconCopy, IconRefresh } from '@tabler/icons-react';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText, toast } from '../../../ui';
import { ChangeFrame, ChangeProgress, Notices, ProofPane, Steps, UndoFlow, useApply } from '../../../ui/change';
import { makePassword } from './password';

/** Give one user a new password: made here, shown here, and nowhere else. */
export function PasswordDialog({
  username,
  onClose,
}: {
  readonly username: string;
  readonly onClose: () => void;
}): ReactElement {
  const { t } = useTranslation('users');
  const [password, setPassword] = useState(() => makePassword());
  const [undoing, setUndoing] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { stage, failure, apply, stop } = useApply('users.password');
  const tooShort = password.length < 6;
  const copy = () => {
    if (copyText(password)) toast(t('password.copied'));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!tooShort) void apply({ username, password }, 1);
  };

  if (undoing !== null) {
    return (
      <ChangeFrame title={t('password.title')} busy={busy} onClose={onClose}>
        <UndoFlow key={undoing} auditId={undoing} onBusy={setBusy} onUndo={setUndoing} onClose={onClose} />
      </ChangeFrame>
    );
  }
  return (
    <ChangeFrame title={t('password.title')} busy={stage.step === 'doing'} onClose={onClose}>
      <Steps at={stage.step === 'job' ? 'doing' : stage.step} />
      {stage.step === 'proof' ? (
        <>
          <div className="md-users-kept">
            <code className="md-users-password">{password}</code>
            <Button size="compact-sm" variant="default" leftSection={<IconCopy size={14} />} onClick={copy}>
              {t('password.copy')}
            </Button>
            <span className="md-dim">{t('password.keep')}</span>
          </div>
          <ProofPane
            changed={stage.changed}
            skipped={stage.skipped}
            audits={stage.audits}
            first={stage.proof}
            onUndo={setUndoing}
            onClose={onClose}
          />
        </>
      ) : null}
      {stage.step === 'preview' || stage.step === 'doing' ? (
        <form className="md-change-form" onSubmit={submit} noValidate>
          <div className="md-change-scroll" inert={stage.step === 'doing'}>
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
                <Button
                  variant="default"
                  leftSection={<IconRefresh size={14} />}
                  onClick={() => setPassword(makePassword())}
                >
                  {t('password.generate')}
                </Button>
                <Button variant="default" leftSection={<IconCopy size={14} />} onClick={copy}>
                  {t('password.copy')}
                </Button>
              </Group>
              <p className="md-change-sentence">{t('password.sentence', { name: username })}</p>
              <Notices failure={failure} />
            </div>
          </div>
          {stage.step === 'doing' ? (
            <ChangeProgress total={1} onStop={stop} />
          ) : (
            <footer className="md-change-bar">
              <div className="md-change-bar-actions">
                <Button variant="default" onClick={onClose}>
                  {t('cancel', { ns: 'common' })}
                </Button>
                <Button type="submit" disabled={tooShort}>
                  {t('password.button')}
                </Button>
              </div>
            </footer>
          )}
        </form>
      ) : null}
    </ChangeFrame>
  );
}
