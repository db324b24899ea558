import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Batch } from '../../../contract';
import { formatAbsolute, formatNumber, Num, RelativeTime } from '../../../ui';
import type { Column } from '../../../ui/table';
import { Filled, JobBadge } from './Filled';

/** Columns of the batches table, in their first order. */
export function useColumns(): readonly Column<Batch>[] {
  const { t } = useTranslation('batches');
  const { t: cards } = useTranslation('cards');
  const { t: jobs } = useTranslation('jobs');
  return useMemo((): readonly Column<Batch>[] => {
    const type = (row: Batch) => (row.type === null ? t('mixed') : cards(`type.${row.type}`));
    const dash = <span className="md-dim">—</span>;
    return [
      {
        id: 'id',
        header: t('column.id'),
        cell: (row) => (
          <span className="md-batches-id" data-batch={row.id}>
            #{row.id}
          </span>
        ),
        text: (row) => row.id,
        mono: true,
        width: 72,
        pinned: true,
        hideable: false,
      },
      {
        id: 'kind',
        header: t('column.kind'),
        cell: (row) => t(`kind.${row.kind}`),
        text: (row) => t(`kind.${row.kind}`),
        width: 92,
      },
      { id: 'type', header: t('column.type'), cell: type, text: type, width: 72 },
      {
        id: 'issued',
        header: t('column.issued'),
        cell: (row) => <Filled batch={row} />,
        text: (row) => formatNumber(row.issued),
        align: 'right',
        width: 168,
      },
      {
        id: 'job',
        header: t('column.job'),
        cell: (row) => <JobBadge state={row.jobState} />,
        text: (row) => (row.jobState === null ? '' : jobs(`state_${row.jobState}`)),
        width: 80,
      },
      {
        id: 'channel',
        header: t('column.channel'),
        cell: (row) => row.channel ?? dash,
        text: (row) => row.channel ?? '',
        width: 104,
      },
      {
        id: 'note',
        header: t('column.note'),
        cell: (row) => row.note ?? dash,
        text: (row) => row.note ?? '',
        width: 136,
      },
      {
        id: 'operator',
        header: t('column.operator'),
        cell: (row) => row.operator,
        text: (row) => row.operator,
        width: 104,
      },
      {
        id: 'created',
        header: t('column.created'),
        cell: (row) => <RelativeTime at={row.createdAt} />,
        text: (row) => formatAbsolute(row.createdAt),
        width: 104,
      },
      {
        id: 'expires',
        header: t('column.expires'),
        cell: (row) => <RelativeTime at={row.expiresAt} fallback="—" />,
        text: (row) => (row.expiresAt === null ? '' : formatAbsolute(row.expiresAt)),
        width: 104,
      },
      {
        id: 'rolledBack',
        header: t('column.rolledBack'),
        cell: (row) => <Num value={row.rolledBack === 0 ? null : row.rolledBack} />,
        text: (row) => formatNumber(row.rolledBack),
        align: 'right',
        width: 88,
        hidden: true,
      },
    ];
  }, [t, cards, jobs]);
}
