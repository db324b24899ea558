import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PasteForm } from '../../../ui/change';
import { mostKeys, readKeys } from './pasted';
import { type CardAction, type CardsKind, cardsKinds } from './types';

export interface PasteDialogProps {
  readonly onNext: (action: CardAction) => void;
  readonly onClose: () => void;
}

/**
 * Takes keys as buyers wrote them and passes them to a change. Unlike names, they are not kept: they are worth money.
 */
export function PasteDialog({ onNext, onClose }: PasteDialogProps): ReactElement {
  const { t } = useTranslation('cards');
  const [text, setText] = useState('');
  const labelled = cardsKinds.map((kind) => ({ kind, label: t(`action.${kind}`) }));
  const next = (kind: CardsKind, all: readonly string[]) => onNext({ kind, who: { keys: [...all] } });
  return (
    <PasteForm
      page="cards"
      texts="paste"
      text={text}
      onText={setText}
      read={readKeys}
      most={mostKeys}
      kinds={labelled}
      onNext={(kind, { all }) => next(kind, all)}
      onClose={onClose}
    />
  );
}
