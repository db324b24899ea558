import { Button } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Diagnosis } from '../../contract';
import { formatMilliseconds } from '../../ui/NumberCell';

const faults = [
  'unreachable',
  'refused_host',
  'tls',
  'plain_password',
  'access_denied',
  'unknown_database',
  'foreign_database',
  'wrong_password',
  'wrong_protocol',
  'unknown_host_key',
  'wrong_host_key',
  'key_file',
  'wrong_passphrase',
  'no_agent',
  'forward_refused',
  'timeout',
  'other',
] as const;

function known(fault: string): (typeof faults)[number] {
  return faults.find((one) => one === fault) ?? 'other';
}

interface DiagnosisListProps {
  readonly diagnoses: readonly Diagnosis[];
  /** Takes over the key of an SSH server that was never seen before. A wrong key is changed by hand only. */
  readonly onPin?: (hostKey: string) => void;
}

/** The results of a test, by part: OK with its version, or what is wrong and what to do. */
export function DiagnosisList({ diagnoses, onPin }: DiagnosisListProps): ReactElement {
  const { t } = useTranslation('connect');
  return (
    <div className="md-stack" role="status" aria-label={t('diagnosis')}>
      {diagnoses.map((one) => (
        <div key={one.part} className="md-notice" data-tone={one.ok ? 'good' : 'bad'}>
          {one.ok ? <IconCircleCheck size={16} aria-hidden /> : <IconAlertTriangle size={16} aria-hidden />}
          <div className="md-notice-body">
            <div className="md-strong">
              {t(one.part)} · {one.fault === null ? t('fine') : t(`fault_${known(one.fault)}`)}
            </div>
            <div>{one.message}</div>
            {one.hint === null ? null : <div className="md-dim">{one.hint}</div>}
            {onPin === undefined || one.fault !== 'unknown_host_key' ? null : (
              <PinButton hostKey={one.hostKey} onPin={onPin} />
            )}
          </div>
          <span className="md-code md-num">
            {[one.version, formatMilliseconds(one.milliseconds)].filter((part) => part !== null).join(' · ')}
          </span>
        </div>
      ))}
    </div>
  );
}

function PinButton({
  hostKey,
  onPin,
}: {
  readonly hostKey: string | null;
  onPin(hostKey: string): void;
}): ReactElement | null {
  const { t } = useTranslation('connect');
  if (hostKey === null) return null;
  return (
    <Button size="compact-sm" variant="default" onClick={() => onPin(hostKey)}>
      {t('pinKey')}
    </Button>
  );
}
