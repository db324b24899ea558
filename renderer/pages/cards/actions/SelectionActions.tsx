import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { type CardsKind, cardsKinds } from './types';

/** The maximum number of keys shown at once. */
export const mostRevealed = 1_000;

export interface SelectionActionsProps {
  readonly onStart: (kind: CardsKind) => void;
  /** Null if no chosen card has a user, or if the chosen cards are not known one by one. */
  readonly onRenew: (() => void) | null;
  readonly onExport: () => void;
  /** Null if too many cards are chosen. */
  readonly onReveal: (() => void) | null;
}

/** The actions for the chosen cards. */
export function SelectionActions({ onStart, onRenew, onExport, onReveal }: SelectionActionsProps): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <>
      {cardsKinds.map((kind) => (
        <Button key={kind} size="compact-sm" variant="default" onClick={() => onStart(kind)}>
          {t(`action.${kind}`)}
        </Button>
      ))}
      <Button
        size="compact-sm"
        variant="default"
        disabled={onRenew === null}
        title={onRenew === null ? t('action.renewHint') : undefined}
        onClick={onRenew ?? undefined}
      >
        {t('action.renew')}
      </Button>
      <Button size="compact-sm" variant="default" title="e" onClick={onExport}>
        {t('action.export')}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        disabled={onReveal === null}
        title={onReveal === null ? t('action.revealHint', { max: mostRevealed }) : undefined}
        onClick={onReveal ?? undefined}
      >
        {t('action.reveal')}
      </Button>
    </>
  );
}
