import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardDetails } from '../../../contract';
import { formatAbsolute, Num, RelativeTime } from '../../../ui';
import { Fact, Facts, Section } from '../../../ui/DrawerParts';
import { BatchLink, CardStateBadge, UserLink } from '../badges';
import { useSourceWord, useTypeWord } from '../useWords';

const nothing = <span className="md-dim">—</span>;

/** Why, by whom and when a card was put out of use. */
export function RevokedSection({ revoked }: { readonly revoked: NonNullable<CardDetails['revoked']> }): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <div className="md-notice" data-tone="bad">
      <div className="md-notice-body">
        <div className="md-strong">{t('drawer.revoked')}</div>
        <div>
          {t('drawer.revokedBy', { by: revoked.by })} <RelativeTime at={revoked.at} />
          {revoked.reason === null ? '' : ` · ${revoked.reason}`}
        </div>
      </div>
    </div>
  );
}

/** What a card is, whose it is, and where it came from. */
export function FactsSection({ card }: { readonly card: CardDetails }): ReactElement {
  const { t } = useTranslation('cards');
  const word = useTypeWord();
  const sourceWord = useSourceWord();
  return (
    <Section title={t('drawer.facts')}>
      <Facts>
        <Fact name={t('column.type')}>{word(card.type)}</Fact>
        <Fact name={t('column.state')}>
          <CardStateBadge card={card} />
        </Fact>
        <Fact name={t('drawer.boundTo')}>{card.boundTo === null ? nothing : <UserLink name={card.boundTo} />}</Fact>
        <Fact name={t('drawer.boundAt')}>
          <RelativeTime at={card.boundAt} fallback="—" />
        </Fact>
        {card.assignedTo === null || card.assignedTo === card.boundTo ? null : (
          <Fact name={t('drawer.assignedTo')}>
            <UserLink name={card.assignedTo} />
          </Fact>
        )}
        <Fact name={t('drawer.batch')}>
          {card.batch === null ? <span className="md-dim">{t('drawer.noBatch')}</span> : <BatchLink id={card.batch} />}
        </Fact>
        <Fact name={t('drawer.created')}>
          <RelativeTime at={card.createdAt} fallback="—" />
        </Fact>
        {card.source === null ? null : <Fact name={t('drawer.source')}>{sourceWord(card.source)}</Fact>}
        {card.replaces === null ? null : (
          <Fact name={t('drawer.replaces')}>
            <CardLink card={card.replaces} />
          </Fact>
        )}
        {card.replacedBy === null ? null : (
          <Fact name={t('drawer.replacedBy')}>
            <CardLink card={card.replacedBy} />
          </Fact>
        )}
      </Facts>
      <Facts wide>
        <Fact name={t('drawer.expires')}>
          {formatAbsolute(card.expiresAt)} <span className="md-dim">·</span> <RelativeTime at={card.expiresAt} />
        </Fact>
        {card.notes === null || card.notes === '' ? null : <Fact name={t('drawer.notes')}>{card.notes}</Fact>}
        <Fact name={t('drawer.id')}>
          <span className="md-num">{card.id}</span>
        </Fact>
        <Fact name={t('drawer.hash')}>
          <code className="md-cards-hash">{card.hash}</code>
        </Fact>
      </Facts>
    </Section>
  );
}

/** The membership of its user, over all their cards. */
export function MembershipSection({
  membership,
}: {
  readonly membership: NonNullable<CardDetails['membership']>;
}): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <Section title={t('drawer.membership')}>
      <Facts wide>
        <Fact name={t('drawer.until')}>
          {formatAbsolute(membership.expiresAt)} <span className="md-dim">·</span>{' '}
          <RelativeTime at={membership.expiresAt} />
        </Fact>
        <Fact name={t('drawer.cards')}>
          <Num value={membership.cards} />
        </Fact>
        <Fact name={t('drawer.inConfig')}>
          {membership.inConfig ? t('drawer.inConfigYes') : <span className="md-warn">{t('drawer.inConfigNo')}</span>}
        </Fact>
      </Facts>
    </Section>
  );
}

function CardLink({ card }: { readonly card: { readonly id: string; readonly masked: string } }): ReactElement {
  return (
    <Link to="/cards" search={(before: object) => ({ ...before, card: card.id })}>
      <code>{card.masked}</code>
    </Link>
  );
}
