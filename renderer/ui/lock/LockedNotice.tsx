import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** Asks the window to open the unlock dialog. */
export function askToUnlock(): void {
  window.dispatchEvent(new CustomEvent('moondesk:unlock'));
}

interface LockedNoticeProps {
  readonly children: ReactNode;
  /** True if an action of the operator was refused: a screen reader then announces the notice. */
  readonly alert?: boolean;
}

/** Says what cannot be done while the connection is locked, and offers to unlock it. */
export function LockedNotice({ children, alert = false }: LockedNoticeProps): ReactElement {
  const { t } = useTranslation('change');
  return (
    <div className="md-notice" data-tone="warn" role={alert ? 'alert' : undefined}>
      <IconLock size={16} aria-hidden />
      <div className="md-notice-body">{children}</div>
      <Button size="compact-sm" variant="default" onClick={askToUnlock}>
        {t('actions.unlock')}
      </Button>
    </div>
  );
}
