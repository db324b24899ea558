import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionState } from '../../contract';
import { Panel } from '../Panel';
import { UnlockForm } from './UnlockForm';
import { useLock } from '../../state/lock';

/**
 * Shows "read-only", or until when writing is allowed. Production starts read-only; unlocking asks for the connection's
 * name.
 */
export function LockPill({ session }: { readonly session: SessionState }): ReactElement | null {
  const { t } = useTranslation('shell');
  const [opened, setOpened] = useState(false);
  const { lock, busy } = useLock();
  const { connection, locked, unlockedUntil } = session;
  if (connection === null) return null;
  if (!locked) {
    const until =
      unlockedUntil === null
        ? null
        : new Intl.DateTimeFormat('sv-SE', { timeStyle: 'short' }).format(new Date(unlockedUntil));
    return (
      <button type="button" className="md-lock" data-open title={t('lockNow')} onClick={() => lock()} disabled={busy}>
        <IconLockOpen size={13} aria-hidden />
        {until === null ? t('writable') : t('writableUntil', { until })}
      </button>
    );
  }
  return (
    <Panel
      opened={opened}
      onClose={() => setOpened(false)}
      label={t('unlock')}
      width={320}
      target={
        <button type="button" className="md-lock" title={t('unlock')} onClick={() => setOpened((now) => !now)}>
          <IconLock size={13} aria-hidden />
          {t('readOnly')}
        </button>
      }
    >
      <UnlockForm name={connection.name} onDone={() => setOpened(false)} />
    </Panel>
  );
}
