import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { UserRow } from '../../contract';
import { formatAbsolute, formatNumber, Num, RelativeTime } from '../../ui';
import type { Column } from '../../ui/table';
import { Membership, Role, State, Tags, useCardType } from './badges';

/** Columns of the users table, in their first order. */
export function useColumns(): readonly Column<UserRow>[] {
  const { t } = useTranslation('users');
  const cardWord = useCardType();
  return useMemo(
    (): readonly Column<UserRow>[] => [
      {
        id: 'username',
        header: t('column.username'),
        cell: (row) => (
          <span className="md-users-name" data-username={row.username}>
            {row.username}
          </span>
        ),
        text: (row) => row.username,
        width: 168,
        sortable: true,
        pinned: true,
        hideable: false,
      },
      {
        id: 'role',
        header: t('column.role'),
        cell: (row) => <Role role={row.role} />,
        text: (row) => t(`role.${row.role}`),
        width: 84,
      },
      {
        id: 'state',
        header: t('column.state'),
        cell: (row) => <State banned={row.banned} />,
        text: (row) => t(row.banned ? 'state.banned' : 'state.active'),
        width: 88,
      },
      {
        id: 'tags',
        header: t('column.tags'),
        cell: (row) => <Tags tags={row.tags} />,
        text: (row) => row.tags.join(', '),
        width: 104,
      },
      {
        id: 'points',
        header: t('column.points'),
        cell: (row) => <Num value={row.points} />,
        text: (row) => (row.points === null ? '' : formatNumber(row.points)),
        align: 'right',
        width: 84,
        sortable: true,
      },
      {
        id: 'logins',
        header: t('column.logins'),
        cell: (row) => <Num value={row.loginCount} />,
        text: (row) => formatNumber(row.loginCount),
        align: 'right',
        width: 84,
      },
      {
        id: 'card',
        header: t('column.card'),
        cell: (row) => <Membership card={row.card} />,
        text: (row) => (row.card === null ? '' : `${cardWord(row.card.type)} ${formatAbsolute(row.card.expiresAt)}`),
        width: 164,
      },
      {
        id: 'created',
        header: t('column.created'),
        cell: (row) => <RelativeTime at={row.createdAt} />,
        text: (row) => formatAbsolute(row.createdAt),
        width: 104,
        sortable: true,
      },
      {
        id: 'lastLogin',
        header: t('column.lastLogin'),
        cell: (row) => <RelativeTime at={row.lastLoginAt} />,
        text: (row) => (row.lastLoginAt === null ? '' : formatAbsolute(row.lastLoginAt)),
        width: 118,
        sortable: true,
      },
    ],
    [t, cardWord],
  );
}
