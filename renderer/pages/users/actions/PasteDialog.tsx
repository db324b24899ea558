import { Button, Textarea } from '@mantine/core';
import { type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeFrame } from '../../../ui/change';
import { mostNames, readNames } from './pasted';
import type { BulkKind, UserAction } from './types';

const kinds = ['ban', 'unban', 'tag'] as const satisfies readonly BulkKind[];
const labels = { ban: 'action.ban', unban: 'action.unban', tag: 'action.tags' } as const;

export interface PasteDialogProps {
  /** Kept by the page, so that a list survives going back and forth. */
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onNext: (action: UserAction) => void;
  readonly onClose: () => void;
}

/** A list of names from elsewhere, read and counted, then handed to a change. */
export function PasteDialog({ text, onText, onNext, onClose }: PasteDialogProps): ReactElement {
  const { t } = useTranslation('users');
  const { names, duplicates, tooLong } = useMemo(() => readNames(text), [text]);
  const tooMany = names.length > mostNames;
  const ready = names.length > 0 && !tooMany;
  return (
    <ChangeFrame title={t('pasteDialog.title')} busy={false} onClose={onClose}>
      <div className="md-change-scroll">
        <div className="md-change-stack">
          <Textarea
            label={t('pasteDialog.label')}
            description={t('pasteDialog.hint')}
            rows={14}
            classNames={{ input: 'md-users-list' }}
            value={text}
            spellCheck={false}
            onChange={(event) => onText(event.currentTarget.value)}
            data-autofocus
          />
          <div className="md-users-read" aria-live="polite">
            <strong>
              {names.length === 0 ? t('pasteDialog.nothing') : t('pasteDialog.names', { count: names.length })}
            </strong>
            {duplicates === 0 ? null : <span>{t('pasteDialog.duplicates', { count: duplicates })}</span>}
            {tooMany ? <span role="alert">{t('pasteDialog.tooMany', { max: mostNames })}</span> : null}
          </div>
          {tooLong.length === 0 ? null : (
            <div className="md-users-long">
              {t('pasteDialog.tooLong', { count: tooLong.length })}{' '}
              <span className="md-change-names">{tooLong.slice(0, 5).join(', ')}</span>
            </div>
          )}
        </div>
      </div>
      <footer className="md-change-bar">
        <div className="md-change-bar-actions">
          <Button variant="default" onClick={onClose}>
            {t('cancel', { ns: 'common' })}
          </Button>
          {kinds.map((kind) => (
            <Button
              key={kind}
              variant="light"
              disabled={!ready}
              onClick={() => onNext({ kind, who: { names: [...names] }, duplicates })}
            >
              {t(labels[kind])}
            </Button>
          ))}
        </div>
      </footer>
    </ChangeFrame>
  );
}
