import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardStats } from '../../../contract';
import { NumberCell } from '../../../ui';
import type { UsersSearch } from '../../users/list';
import type { CardsSearch } from '../list/list';
import { endingWithin, expiringWithin, lapsed, stale as staleCards } from './links';

function Line({
  name,
  count,
  urgent = false,
  link,
}: {
  readonly name: string;
  readonly count: number;
  /** Shows a mark if the number is not zero. */
  readonly urgent?: boolean;
  readonly link: (children: ReactNode) => ReactNode;
}): ReactElement {
  const loud = urgent && count > 0;
  return (
    <div className="md-stock-line">
      <dt>{name}</dt>
      <dd data-loud={loud || undefined}>
        {loud ? <IconAlertTriangle size={14} aria-hidden /> : null}
        {link(<NumberCell value={count} />)}
      </dd>
    </div>
  );
}

const toCards = (search: CardsSearch) => (children: ReactNode) => (
  <Link to="/cards" search={search}>
    {children}
  </Link>
);

/** Users whose membership expires soon or has expired recently. */
export function MembersPanel({ members }: { readonly members: CardStats['members'] }): ReactElement {
  const { t } = useTranslation('cards');
  const toUsers = (search: UsersSearch) => (children: ReactNode) => (
    <Link to="/users" search={search}>
      {children}
    </Link>
  );
  return (
    <section className="md-panel">
      <h2 className="md-panel-title">{t('stock.members')}</h2>
      <dl className="md-stock-lines">
        <Line name={t('stock.active')} count={members.active} link={toUsers({ card: 'active' })} />
        <Line name={t('stock.within7')} count={members.within7} urgent link={toUsers(endingWithin(7))} />
        <Line name={t('stock.within30')} count={members.within30} link={toUsers(endingWithin(30))} />
        <Line name={t('stock.lapsed30')} count={members.lapsed30} link={toUsers(lapsed())} />
      </dl>
    </section>
  );
}

/** Unused cards that expire soon. */
export function ExpiringPanel({ expiring }: { readonly expiring: CardStats['expiring'] }): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <section className="md-panel">
      <h2 className="md-panel-title">{t('stock.expiring')}</h2>
      <dl className="md-stock-lines">
        <Line name={t('stock.stock7')} count={expiring.within7} urgent link={toCards(expiringWithin(7))} />
        <Line name={t('stock.stock30')} count={expiring.within30} link={toCards(expiringWithin(30))} />
      </dl>
    </section>
  );
}

/** Cards with an outdated status in the database, and a button to correct it. */
export function StalePanel({ stale, onSweep }: { readonly stale: number; readonly onSweep: () => void }): ReactElement {
  const { t } = useTranslation('cards');
  const Icon = stale > 0 ? IconAlertTriangle : IconCircleCheck;
  return (
    <div className="md-notice" data-tone={stale > 0 ? 'warn' : 'good'}>
      <Icon size={16} aria-hidden />
      <div className="md-notice-body">
        {stale === 0 ? (
          t('stock.staleNone')
        ) : (
          <Link to="/cards" search={staleCards}>
            {t('stock.staleSome', { count: stale })}
          </Link>
        )}
      </div>
      {stale === 0 ? null : (
        <Button size="compact-sm" variant="default" onClick={onSweep}>
          {t('action.sweep')}
        </Button>
      )}
    </div>
  );
}
