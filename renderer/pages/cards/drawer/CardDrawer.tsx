import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { asBridgeError } from '../../../bridge';
import { DetailDrawer, ErrorNotice, StateBlock } from '../../../ui';
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

/** One card beside the list: what it is, whose it is, and everything that happened to it. */
export function CardDrawer({ id, onAction, onClose }: CardDrawerProps): ReactElement {
  const { t } = useTranslation('cards');
  const { data: card, error, refetch } = useQuery(cardQuery(id));
  const gone = error !== null && asBridgeError(error).code === 'not_found';
  return (
    <DetailDrawer
      title={card === undefined || gone ? `#${id}` : <span className="md-cards-title">{card.masked}</span>}
      label={t('drawer.label', { key: card?.masked ?? `#${id}` })}
      actions={card === undefined || gone ? null : <CardMenu card={card} onAction={onAction} />}
      onClose={onClose}
    >
      {gone ? (
        <StateBlock kind="empty" title={t('drawer.notFound')}>
          {t('drawer.notFoundHint')}
        </StateBlock>
      ) : null}
      {error !== null && !gone ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : null}
      {card === undefined && error === null ? (
        <div className="md-stack" aria-busy>
          {[96, 64, 160].map((height) => (
            <Skeleton key={height} height={height} />
          ))}
        </div>
      ) : null}
      {card === undefined || gone ? null : (
        <>
          {card.revoked === null ? null : <RevokedSection revoked={card.revoked} />}
          <FactsSection card={card} />
          {card.membership === null ? null : <MembershipSection membership={card.membership} />}
          <StorySection story={card.story} />
        </>
      )}
    </DetailDrawer>
  );
}
