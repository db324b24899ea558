import { type ReactElement, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PasteForm } from '../../../ui/change';
import { useWords } from '../../../ui/words';
import { mostKeys, readKeys } from './pasted';
import type { CardAction } from './types';

const kinds = ['revoke', 'reissue', 'unbind'] as const;

export interface PasteDialogProps {
  readonly onNext: (action: CardAction) => void;
  readonly onClose: () => void;
}

/** Keys from elsewhere, as buyers wrote them, handed to a change. */
export function PasteDialog({ onNext, onClose }: PasteDialogProps): ReactElement {
  const { t } = useTranslation('cards');
  const [text, setText] = useState('');
  const { keys, duplicates, tooLong } = useMemo(() => readKeys(text), [text]);
  return (
    <PasteForm
      own={useWords('cards')}
      texts="paste"
      text={text}
      onText={setText}
      count={keys.length}
      duplicates={duplicates}
      tooLong={tooLong}
      most={mostKeys}
      kinds={kinds.map((kind) => ({ kind, label: t(`action.${kind}`) }))}
      onNext={(kind) => onNext({ kind, who: { keys: [...keys] } })}
      onClose={onClose}
    />
  );
}
