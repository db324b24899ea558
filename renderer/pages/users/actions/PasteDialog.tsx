import { type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { PasteForm } from '../../../ui/change';
import { useWords } from '../../../ui/words';
import { mostNames, readNames } from './pasted';
import type { UserAction } from './types';

export interface PasteDialogProps {
  /** Kept by the page, so that a list survives going back and forth. */
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onNext: (action: UserAction) => void;
  readonly onClose: () => void;
}

/** A list of names from elsewhere, handed to a change. */
export function PasteDialog({ text, onText, onNext, onClose }: PasteDialogProps): ReactElement {
  const { t } = useTranslation('users');
  const { names, duplicates, tooLong } = useMemo(() => readNames(text), [text]);
  return (
    <PasteForm
      own={useWords('users')}
      texts="pasteDialog"
      text={text}
      onText={onText}
      count={names.length}
      duplicates={duplicates}
      tooLong={tooLong.length}
      examples={tooLong.slice(0, 5)}
      most={mostNames}
      kinds={[
        { kind: 'ban', label: t('action.ban') },
        { kind: 'unban', label: t('action.unban') },
        { kind: 'tag', label: t('action.tags') },
      ]}
      onNext={(kind) => onNext({ kind, who: { names: [...names] }, duplicates })}
      onClose={onClose}
    />
  );
}
