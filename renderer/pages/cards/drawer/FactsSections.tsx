import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardDetails } from '../../../contract';
import { formatAbsolute, NumberCell, RelativeTime } from '../../../ui';
import { DrawerFact, DrawerFacts, DrawerSection } from '../../../ui/DrawerParts';
import { visible } from '../../../ui/visible';
import { BatchLink, CardStateBadge, UserLink } from '../badges';
import { useSourceLabel, useTypeLabel } from '../useCardLabels';

const nothing = <span className="md-dim">—</span>;

/** Why, by whom and when a card was revoked. */
export function RevokedSection({ revoked }: { readonly revoked: NonNullable<CardDetails['revoked']> }): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <div className="md-notice" data-tone="bad">
      <div className="md-notice-body">
        <div className="md-strong">{t('drawer.revoked')}</div>
        <div>
          {t('drawer.revokedBy', { by: revoked.by })} <RelativeTime at={revoked.at} />
          {revoked.reason === null ? '' : ` · ${visible(revoked.reason)}`}
        </div>
      </div>
    </div>
  );
}

/** The facts about a card: its state, its user, and its origin. */
export function FactsSection({ card }: { readonly card: CardDetails }): ReactElement {
  const { t } = useTranslation('cards');
  const word = useTypeLabel();
  const sourceWord = useSourceLabel();
  return (
    <DrawerSection title={t('drawer.facts')}>
      <DrawerFacts>
        <DrawerFact name={t('column.type')}>{word(card.type)}</DrawerFact>
        <DrawerFact name={t('column.state')}>
          <CardStateBadge card={card} />
        </DrawerFact>
        <DrawerFact name={t('drawer.boundTo')}>
          {card.boundTo === null ? nothing : <UserLink name={card.boundTo} />}
        </DrawerFact>
        <DrawerFact name={t('drawer.boundAt')}>
          <RelativeTime at={card.boundAt} fallback="—" />
        </DrawerFact>
        {card.assignedTo === null || card.assignedTo === card.boundTo ? null : (
          <DrawerFact name={t('drawer.assignedTo')}>
            <UserLink name={card.assignedTo} />
          </DrawerFact>
        )}
        <DrawerFact name={t('drawer.batch')}>
          {card.batch === null ? <span className="md-dim">{t('drawer.noBatch')}</span> : <BatchLink id={card.batch} />}
        </DrawerFact>
        <DrawerFact name={t('drawer.created')}>
          <RelativeTime at={card.createdAt} fallback="—" />
        </DrawerFact>
        {card.source === null ? null : <DrawerFact name={t('drawer.source')}>{sourceWord(card.source)}</DrawerFact>}
        {card.replaces === null ? null : (
          <DrawerFact name={t('drawer.replaces')}>
            <CardLink card={card.replaces} />
          </DrawerFact>
        )}
        {card.replacedBy === null ? null : (
          <DrawerFact name={t('drawer.replacedBy')}>
            <CardLink card={card.replacedBy} />
          </DrawerFact>
        )}
      </DrawerFacts>
      <DrawerFacts wide>
        <DrawerFact name={t('drawer.expires')}>
          {formatAbsolute(card.expiresAt)} <span className="md-dim">·</span>{' '}
          <RelativeTime at={card.expiresAt} fallback="—" />
        </DrawerFact>
        {card.notes === null || card.notes === '' ? null : (
          <DrawerFact name={t('drawer.notes')}>{card.notes}</DrawerFact>
        )}
        <DrawerFact name={t('drawer.id')}>
          <span className="md-num">{card.id}</span>
        </DrawerFact>
        <DrawerFact name={t('drawer.hash')}>
          <code className="md-cards-hash">{card.hash}</code>
        </DrawerFact>
      </DrawerFacts>
    </DrawerSection>
  );
}

/** The membership of the card's user, over all cards of that user. */
export function MembershipSection({
  membership,
}: {
  readonly membership: NonNullable<CardDetails['membership']>;
}): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <DrawerSection title={t('drawer.membership')}>
      <DrawerFacts wide>
        <DrawerFact name={t('drawer.until')}>
          {formatAbsolute(membership.expiresAt)} <span className="md-dim">·</span>{' '}
          <RelativeTime at={membership.expiresAt} fallback="—" />
        </DrawerFact>
        <DrawerFact name={t('drawer.cards')}>
          <NumberCell value={membership.cards} />
        </DrawerFact>
        <DrawerFact name={t('drawer.inConfig')}>
          {membership.inConfig ? t('drawer.inConfigYes') : <span className="md-warn">{t('drawer.inConfigNo')}</span>}
        </DrawerFact>
      </DrawerFacts>
    </DrawerSection>
  );
}

function CardLink({ card }: { readonly card: { readonly id: string; readonly masked: string } }): ReactElement {
  return (
    <Link to="/cards" search={(before: object) => ({ ...before, card: card.id })}>
      <code>{card.masked}</code>
    </Link>
  );
}
