import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { shownOf, ThingDrawer } from '../../../ui/ThingDrawer';
import type { CardAction } from '../actions/types';
import { CardMenu } from './CardMenu';
import { cardQuery } from './cardQuery';
import { FactsSection, MembershipSection, RevokedSection } from './FactsSections';
import { StorySection } from './StorySection';

export interface CardDrawerProps {
  readonly id: string;
  readonly onAction: (action: CardAction) => void;
  readonly onClose: () => void;
}

/** One card beside the list: its state, its user, and its history. */
export function CardDrawer({ id, onAction, onClose }: CardDrawerProps): ReactElement {
  const { t } = useTranslation('cards');
  const shown = shownOf(useQuery(cardQuery(id)));
  const card = shown.thing;
  return (
    <ThingDrawer
      shown={shown}
      title={card === undefined ? `#${id}` : <span className="md-cards-title">{card.masked}</span>}
      label={t('drawer.label', { key: card?.masked ?? `#${id}` })}
      missing={{ title: t('drawer.notFound'), hint: t('drawer.notFoundHint') }}
      actions={card === undefined ? null : <CardMenu card={card} onAction={onAction} />}
      onClose={onClose}
    >
      {card === undefined ? null : (
        <>
          {card.revoked === null ? null : <RevokedSection revoked={card.revoked} />}
          <FactsSection card={card} />
          {card.membership === null ? null : <MembershipSection membership={card.membership} />}
          <StorySection story={card.story} />
        </>
      )}
    </ThingDrawer>
  );
}
