import { IconAlertTriangle, IconCheck, IconCircleOff, IconPlayerPlay } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditRow } from '../../contract';

const icons = { running: IconPlayerPlay, done: IconCheck, refused: IconCircleOff, failed: IconAlertTriangle } as const;

/** The outcome of an operation, as an icon and a word. */
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
