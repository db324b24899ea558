import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { CardStateBadge, Holder } from '../badges';
import type { NotFound } from '../useFindCard';

/** The cards that a pasted text names, each to open, and how many of its lines are none. */
export function SeveralKeys({
  found,
  onOpen,
}: {
  readonly found: Extract<NotFound, { readonly why: 'several' }>;
  readonly onOpen: (id: string) => void;
}): ReactElement {
  const { t } = useTranslation('cards');
  const { cards, more, missing } = found;
  return (
    <>
      <div className="md-strong">{t(more ? 'find.severalMore' : 'find.several', { count: cards.length })}</div>
      <ul className="md-cards-several">
        {cards.map((card) => (
          <li key={card.id}>
            <Button size="compact-xs" variant="subtle" className="md-mono" onClick={() => onOpen(card.id)}>
              {card.masked}
            </Button>
            <CardStateBadge card={card} />
            {card.boundTo === null && card.assignedTo === null ? null : <Holder card={card} />}
          </li>
        ))}
      </ul>
      {missing === 0 ? null : <div className="md-text-2">{t('find.missing', { count: missing })}</div>}
    </>
  );
}
