import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { FirstOwnerPreview } from '../../contract';
import { useConfirmable } from '../../ui/change/useConfirmable';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { DefinitionList } from '../../ui/DefinitionList';
import { formatNumber } from '../../ui/NumberCell';
import { TakesFocus } from '../../ui/TakesFocus';

interface ConfirmOwnerProps {
  readonly preview: FirstOwnerPreview;
  readonly busy: boolean;
  readonly error: Error | null;
  onConfirm(): void;
  onBack(): void;
}

/** Shows what creating the owner will do: the account, the existing users, and the migrations that run. */
export function ConfirmOwner({ preview, busy, error, onConfirm, onBack }: ConfirmOwnerProps): ReactElement {
  const { t } = useTranslation('door');
  const { username, users, files } = preview;
  const ready = useConfirmable(busy ? null : preview.fingerprint, error !== null);
  return (
    <div className="md-stack">
      {error === null ? null : (
        <TakesFocus by={error}>
          <ErrorNotice error={error} />
        </TakesFocus>
      )}
      {/* The focus goes here and not to the button, because the text must be read before it is confirmed. */}
      <TakesFocus by="the page">
        <DefinitionList
          rows={[
            [t('factAccount'), username],
            [t('factUsers'), users.exact ? formatNumber(users.count) : `${formatNumber(users.count)}+`],
            [
              t('factMigrations'),
              files.length === 0 ? (
                t('noMigrations')
              ) : (
                <ul className="md-door-files">
                  {files.map(({ file, steps }) => (
                    <li key={file}>
                      <code>{file}</code> <span className="md-dim">{t('steps', { count: steps })}</span>
                    </li>
                  ))}
                </ul>
              ),
            ],
          ]}
        />
      </TakesFocus>
      <Button fullWidth loading={busy} disabled={!ready} onClick={onConfirm}>
        {t('create')}
      </Button>
      <Button fullWidth variant="default" disabled={busy} onClick={onBack}>
        {t('back')}
      </Button>
    </div>
  );
}
