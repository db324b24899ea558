import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardRow, CardState } from '../../contract';
import { visible } from '../../ui/visible';

const tones = { unused: 'good', used: 'accent', expired: 'none', revoked: 'bad' } as const satisfies Readonly<
  Record<CardState, string>
>;

/** The effective state of a card. A stale card has a mark: its status in the database is outdated. */
export function CardStateBadge({ card }: { readonly card: Pick<CardRow, 'state' | 'stale'> }): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <span className="md-cards-state">
      <span className="md-badge" data-tone={tones[card.state]}>
        {t(`state.${card.state}`)}
      </span>
      {card.stale ? (
        <span className="md-cards-stale" title={t('staleHint')}>
          <IconAlertTriangle size={13} aria-hidden />
          {t('stale')}
        </span>
      ) : null}
    </span>
  );
}

/**
 * The user of a card: it is bound to them, or was given to them and is unused. For lists, where the arrow keys move
 * through the rows.
 */
export function Holder({ card }: { readonly card: Pick<CardRow, 'boundTo' | 'assignedTo'> }): ReactElement {
  const { t } = useTranslation('cards');
  const name = card.boundTo ?? card.assignedTo;
  if (name === null) return <span className="md-dim">—</span>;
  return (
    <>
      <UserLink name={name} inList />
      {card.boundTo === null ? <span className="md-dim"> · {t('assigned')}</span> : null}
    </>
  );
}

interface LinkProps {
  /** Not reachable by Tab: Enter opens the row, whose drawer has the same link. */
  readonly inList?: boolean;
}

const stop = (inList: boolean) => (inList ? { tabIndex: -1 } : {});

/** A link to the user's drawer. */
export function UserLink({ name, inList = false }: LinkProps & { readonly name: string }): ReactElement {
  return (
    <Link to="/users" search={{ user: name }} className="md-cards-link" {...stop(inList)}>
      {visible(name)}
    </Link>
  );
}

/** A link to the batch's drawer. */
export function BatchLink({ id, inList = false }: LinkProps & { readonly id: string }): ReactElement {
  return (
    <Link to="/cards/batches" search={{ batch: id }} className="md-cards-link md-num" {...stop(inList)}>
      #{id}
    </Link>
  );
}
