import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { UserDetails } from '../../../contract';
import { formatAbsolute, formatNumber, NumberCell, RelativeTime } from '../../../ui';
import { useCardType } from '../badges';
import { DrawerFact, DrawerFacts, MiniTable, DrawerSection } from '../../../ui/DrawerParts';
import { visible } from '../../../ui/visible';

const sources = ['invitation', 'redeem', 'manual', 'promotion_register', 'bound'] as const;
const statuses = ['unused', 'used', 'expired'] as const;
const kinds = ['earn', 'redeem', 'admin_adjust'] as const;

function signed(amount: number): string {
  return amount > 0 ? `+${formatNumber(amount)}` : formatNumber(amount).replace('-', '−');
}

/** Until when the membership lasts, with renewing beside it, and the bound cards: the one that expires last first. */
export function MembershipSection({
  longest,
  cards,
  onRenew,
  onBind,
}: {
  readonly longest: UserDetails['card'];
  readonly cards: UserDetails['membership'];
  readonly onRenew: () => void;
  readonly onBind: () => void;
}): ReactElement {
  const { t } = useTranslation('users');
  const word = useCardType();
  const source = (value: string) => {
    const known = sources.find((one) => one === value);
    return known === undefined ? value : t(`drawer.source.${known}`);
  };
  const status = (value: string) => {
    const known = statuses.find((one) => one === value);
    return known === undefined ? value : t(`drawer.cardStatuses.${known}`);
  };
  return (
    <DrawerSection
      title={t('drawer.membership')}
      aside={
        <span className="md-inline">
          <Button size="compact-xs" variant="subtle" onClick={onRenew}>
            {t('action.renew')}
          </Button>
          <Button size="compact-xs" variant="subtle" onClick={onBind}>
            {t('action.bind')}
          </Button>
        </span>
      }
    >
      {longest === null ? null : (
        <p className="md-users-until">
          <span className="md-dim">{t('drawer.memberUntil')}</span> <strong>{formatAbsolute(longest.expiresAt)}</strong>{' '}
          <span className="md-dim">·</span> <RelativeTime at={longest.expiresAt} />
        </p>
      )}
      <MiniTable
        label={t('drawer.membership')}
        rows={cards}
        rowKey={(card) => card.id}
        empty={t('drawer.noMembership')}
        columns={[
          {
            header: t('drawer.cardType'),
            render: (card) =>
              card.cardId === null ? (
                word(card.type)
              ) : (
                <Link to="/cards" search={{ card: card.cardId }}>
                  {word(card.type)}
                </Link>
              ),
          },
          { header: t('drawer.cardSource'), render: (card) => source(card.source) },
          { header: t('drawer.cardStatus'), render: (card) => status(card.status) },
          {
            header: t('drawer.cardExpires'),
            wide: true,
            align: 'right',
            render: (card) => formatAbsolute(card.expiresAt),
          },
        ]}
      />
    </DrawerSection>
  );
}

/** The balance and the latest rows of the ledger. */
export function PointsSection({ ledger }: { readonly ledger: UserDetails['ledger'] }): ReactElement {
  const { t } = useTranslation('users');
  if (ledger === null) {
    return (
      <DrawerSection title={t('drawer.points')}>
        <p className="md-part-none">{t('drawer.noLedger')}</p>
      </DrawerSection>
    );
  }
  const kind = (value: string) => {
    const known = kinds.find((one) => one === value);
    return known === undefined ? value : t(`drawer.kind.${known}`);
  };
  return (
    <DrawerSection title={t('drawer.points')}>
      <dl className="md-users-sums">
        <Sum name={t('drawer.balance')} value={ledger.balance} />
        <Sum name={t('drawer.earned')} value={ledger.totalEarned} />
        <Sum name={t('drawer.redeemed')} value={ledger.totalRedeemed} />
      </dl>
      <MiniTable
        label={t('drawer.points')}
        rows={ledger.last}
        rowKey={(row) => row.id}
        empty={t('drawer.noPoints')}
        columns={[
          { header: t('drawer.cardType'), render: (row) => kind(row.type) },
          { header: t('drawer.reason'), wide: true, render: (row) => row.reason, text: (row) => row.reason },
          { header: t('drawer.at'), render: (row) => <RelativeTime at={row.at} fallback="—" /> },
          { header: t('drawer.points'), align: 'right', render: (row) => signed(row.amount) },
        ]}
      />
    </DrawerSection>
  );
}

function Sum({ name, value }: { readonly name: string; readonly value: number }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <NumberCell value={value} />
      </dd>
    </div>
  );
}

/** Who invited the user, and whom the user invited. */
export function InvitationsSection({ user }: { readonly user: UserDetails }): ReactElement {
  const { t } = useTranslation('users');
  const { invitations, ledger } = user;
  return (
    <DrawerSection title={t('drawer.invitations')}>
      <DrawerFacts>
        <DrawerFact name={t('drawer.invitedBy')}>
          {invitations.invitedBy === null ? (
            <span className="md-dim">—</span>
          ) : (
            <UserLink name={invitations.invitedBy} />
          )}
        </DrawerFact>
        <DrawerFact name={t('drawer.code')}>
          {ledger === null ? (
            <span className="md-dim">—</span>
          ) : (
            <code className="md-users-mono">{ledger.invitationCode}</code>
          )}
        </DrawerFact>
        <DrawerFact name={t('drawer.invited')}>
          <NumberCell value={invitations.invited} />
        </DrawerFact>
        <DrawerFact name={t('drawer.rewarded')}>
          <NumberCell value={invitations.rewarded} />
        </DrawerFact>
      </DrawerFacts>
      <MiniTable
        label={t('drawer.invitations')}
        rows={invitations.last}
        rowKey={(row) => row.invitee}
        empty={t('drawer.noInvitations')}
        columns={[
          {
            header: t('column.username'),
            wide: true,
            render: (row) => <UserLink name={row.invitee} />,
            text: (row) => row.invitee,
          },
          { header: 'IP', render: (row) => <code className="md-users-mono">{row.ip}</code> },
          {
            header: t('column.state'),
            render: (row) => (row.rewarded ? t('drawer.isRewarded') : t('drawer.notRewarded')),
          },
          { header: t('drawer.at'), render: (row) => <RelativeTime at={row.at} fallback="—" /> },
        ]}
      />
    </DrawerSection>
  );
}

function UserLink({ name }: { readonly name: string }): ReactElement {
  return (
    <Link to="/users" search={(before: object) => ({ ...before, user: name })}>
      {visible(name)}
    </Link>
  );
}

/** The latest plays. */
export function PlaysSection({ plays }: { readonly plays: UserDetails['plays'] }): ReactElement {
  const { t } = useTranslation('users');
  return (
    <DrawerSection title={t('drawer.plays')}>
      <MiniTable
        label={t('drawer.plays')}
        rows={plays}
        rowKey={(play) => `${play.source}/${play.title}/${play.episode}`}
        empty={t('drawer.noPlays')}
        columns={[
          { header: t('drawer.title'), wide: true, render: (play) => play.title, text: (play) => play.title },
          {
            header: t('drawer.episodes'),
            render: (play) =>
              play.episodes > 1 ? t('drawer.episode', { episode: play.episode, episodes: play.episodes }) : '—',
          },
          {
            header: t('drawer.watched'),
            align: 'right',
            render: (play) =>
              play.total > 0 ? `${Math.min(100, Math.round((100 * play.seconds) / play.total))}%` : '—',
          },
          { header: t('drawer.at'), render: (play) => <RelativeTime at={play.at} fallback="—" /> },
        ]}
      />
    </DrawerSection>
  );
}
