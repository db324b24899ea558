import { Button, Textarea } from '@mantine/core';
import { type ReactElement, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeFrame } from '../../../ui/change';
import { mostKeys, readKeys } from './pasted';
import type { CardAction, CardsKind } from './types';

const kinds = ['revoke', 'reissue', 'unbind'] as const satisfies readonly CardsKind[];

export interface PasteDialogProps {
  readonly onNext: (action: CardAction) => void;
  readonly onClose: () => void;
}

/** Keys from elsewhere, as buyers wrote them, read and counted, then handed to a change. */
export function PasteDialog({ onNext, onClose }: PasteDialogProps): ReactElement {
  const { t } = useTranslation('cards');
  const [text, setText] = useState('');
  const { keys, duplicates, tooLong } = useMemo(() => readKeys(text), [text]);
  const tooMany = keys.length > mostKeys;
  return (
    <ChangeFrame title={t('paste.title')} busy={false} onClose={onClose}>
      <div className="md-change-scroll">
        <div className="md-change-stack">
          <Textarea
            label={t('paste.label')}
            description={t('paste.hint')}
            rows={12}
            classNames={{ input: 'md-mono' }}
            value={text}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setText(event.currentTarget.value)}
            data-autofocus
          />
          <div className="md-inline" aria-live="polite">
            <strong>{keys.length === 0 ? t('paste.nothing') : t('paste.keys', { count: keys.length })}</strong>
            {duplicates === 0 ? null : <span>{t('paste.duplicates', { count: duplicates })}</span>}
            {tooLong === 0 ? null : <span>{t('paste.tooLong', { count: tooLong })}</span>}
            {tooMany ? <span role="alert">{t('paste.tooMany', { max: mostKeys })}</span> : null}
          </div>
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
              disabled={keys.length === 0 || tooMany}
              onClick={() => onNext({ kind, who: { keys: [...keys] } })}
            >
              {t(`action.${kind}`)}
            </Button>
          ))}
        </div>
      </footer>
    </ChangeFrame>
  );
}
