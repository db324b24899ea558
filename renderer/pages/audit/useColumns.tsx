import { IconAlertTriangle, IconCheck, IconCircleOff, IconPlayerPlay } from '@tabler/icons-react';
import { type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditRow } from '../../contract';
import { formatAbsolute, formatNumber, Num, RelativeTime } from '../../ui';
import type { Column } from '../../ui/table';

const icons = { running: IconPlayerPlay, done: IconCheck, refused: IconCircleOff, failed: IconAlertTriangle } as const;

/** How it ended, with a sign and a word. */
export function Outcome({ outcome }: { readonly outcome: AuditRow['outcome'] }): ReactElement {
  const { t } = useTranslation('audit');
  const Icon = icons[outcome];
  return (
    <span className="md-audit-outcome" data-outcome={outcome}>
      <Icon size={14} aria-hidden />
      {t(`outcome.${outcome}`)}
    </span>
  );
}

/** Columns of the audit table. */
export function useColumns(): readonly Column<AuditRow>[] {
  const { t } = useTranslation('audit');
  return useMemo(
    (): readonly Column<AuditRow>[] => [
      {
        id: 'at',
        header: t('column.at'),
        cell: (row) => <RelativeTime at={row.at} />,
        text: (row) => formatAbsolute(row.at),
        width: 112,
        pinned: true,
        hideable: false,
      },
      {
        id: 'operator',
        header: t('column.operator'),
        cell: (row) => row.operator,
        text: (row) => row.operator,
        width: 128,
      },
      {
        id: 'label',
        header: t('column.label'),
        cell: (row) => (
          <span>
            {row.label}
            {row.undoOf === null ? null : <span className="md-dim"> {`#${row.undoOf}`}</span>}
          </span>
        ),
        text: (row) => row.label,
        width: 184,
      },
      {
        id: 'targets',
        header: t('column.targets'),
        cell: (row) => <Num value={row.targets} />,
        text: (row) => formatNumber(row.targets),
        align: 'right',
        width: 84,
      },
      {
        id: 'sample',
        header: t('column.sample'),
        cell: (row) => row.sample.join(', '),
        text: (row) => row.sample.join(', '),
        width: 260,
      },
      {
        id: 'outcome',
        header: t('column.outcome'),
        cell: (row) => <Outcome outcome={row.outcome} />,
        text: (row) => t(`outcome.${row.outcome}`),
        width: 96,
      },
      {
        id: 'origin',
        header: t('column.origin'),
        cell: (row) => <span className="md-dim">{t(`origin.${row.origin}`)}</span>,
        text: (row) => t(`origin.${row.origin}`),
        width: 80,
      },
      {
        id: 'undo',
        header: t('column.undo'),
        cell: (row) => <span className="md-dim">{t(`undo.${row.undo}`)}</span>,
        text: (row) => t(`undo.${row.undo}`),
        width: 88,
      },
    ],
    [t],
  );
}
