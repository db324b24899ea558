import {
  IconAlertTriangle,
  IconCheck,
  IconCircleDotted,
  IconCircleHalf2,
  IconCircleOff,
  IconPlayerPlay,
  IconPlayerStop,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditRow } from '../contract';

/** What another version has written may be in neither table. */
const icons: Readonly<Record<string, typeof IconCheck>> = {
  running: IconPlayerPlay,
  done: IconCheck,
  partly: IconCircleHalf2,
  stopped: IconPlayerStop,
  refused: IconCircleOff,
  failed: IconAlertTriangle,
};
const tones: Readonly<Record<string, string>> = {
  running: 'accent',
  done: 'good',
  partly: 'warn',
  stopped: 'warn',
  refused: 'warn',
  failed: 'bad',
};

/** The colour of an outcome. */
export function toneOf(outcome: AuditRow['outcome']): string {
  return tones[outcome] ?? 'none';
}

/** The outcome of an operation, as an icon and a word. */
export function Outcome({ outcome }: { readonly outcome: AuditRow['outcome'] }): ReactElement {
  const { t } = useTranslation('audit');
  const Icon = icons[outcome] ?? IconCircleDotted;
  return (
    <span className="md-outcome" data-tone={toneOf(outcome)}>
      <Icon size={14} aria-hidden />
      {t(`outcome.${outcome}`)}
    </span>
  );
}
