import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardRow } from '../../../contract';
import { formatAbsolute, RelativeTime } from '../../../ui';
import type { Column } from '../../../ui/table';
import { BatchLink, CardStateBadge, Holder } from '../badges';

const moment = (at: string | null) => (at === null ? '' : formatAbsolute(at));

/** Columns of the list of card keys, in their first order. Keys are covered, on the clipboard as well. */
export function useColumns(): readonly Column<CardRow>[] {
  const { t } = useTranslation('cards');
  return useMemo(
    (): readonly Column<CardRow>[] => [
      {
        id: 'key',
        header: t('column.key'),
        cell: (row) => <span data-card={row.id}>{row.masked}</span>,
        text: (row) => row.masked,
        width: 184,
        mono: true,
        pinned: true,
        hideable: false,
      },
      {
        id: 'type',
        header: t('column.type'),
        cell: (row) => t(`type.${row.type}`),
        text: (row) => t(`type.${row.type}`),
        width: 76,
      },
      {
        id: 'state',
        header: t('column.state'),
        cell: (row) => <CardStateBadge card={row} />,
        text: (row) => `${t(`state.${row.state}`)}${row.stale ? ` · ${t('stale')}` : ''}`,
        width: 132,
      },
      {
        id: 'expires',
        header: t('column.expires'),
        cell: (row) => <RelativeTime at={row.expiresAt} />,
        text: (row) => moment(row.expiresAt),
        width: 104,
        sortable: true,
      },
      {
        id: 'boundTo',
        header: t('column.boundTo'),
        cell: (row) => <Holder card={row} />,
        text: (row) => row.boundTo ?? row.assignedTo ?? '',
        width: 184,
      },
      {
        id: 'bound',
        header: t('column.boundAt'),
        cell: (row) => <RelativeTime at={row.boundAt} fallback="—" />,
        text: (row) => moment(row.boundAt),
        width: 104,
        sortable: true,
      },
      {
        id: 'batch',
        header: t('column.batch'),
        cell: (row) => (row.batch === null ? <span className="md-dim">—</span> : <BatchLink id={row.batch} />),
        text: (row) => (row.batch === null ? '' : `#${row.batch}`),
        width: 80,
      },
      {
        id: 'created',
        header: t('column.created'),
        cell: (row) => <RelativeTime at={row.createdAt} fallback="—" />,
        text: (row) => moment(row.createdAt),
        width: 104,
        sortable: true,
      },
    ],
    [t],
  );
}
