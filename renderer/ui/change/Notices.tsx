import { Button } from '@mantine/core';
import { IconLock, IconRefresh } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { BridgeError } from '../../bridge';
import { ErrorNotice } from '../ErrorNotice';
import { TakesFocus } from '../TakesFocus';

/** Codes after which nobody can say whether the change was made. */
const uncertain = new Set(['timeout', 'unavailable', 'internal']);

/** Asks the shell for its unlock dialog. */
export function askToUnlock(): void {
  window.dispatchEvent(new CustomEvent('moondesk:unlock'));
}

/** Why the last attempt did not go through, what was kept, and the next step. It has the focus as soon as it is there. */
export function Notices({ failure }: { readonly failure: BridgeError | null }): ReactElement | null {
  if (failure === null) return null;
  return (
    <TakesFocus by={failure}>
      <Notice failure={failure} />
    </TakesFocus>
  );
}

function Notice({ failure }: { readonly failure: BridgeError }): ReactElement {
  const { t } = useTranslation('change');
  if (failure.code === 'stale_preview') {
    return (
      <div className="md-notice" data-tone="warn" role="alert">
        <IconRefresh size={16} aria-hidden />
        <div className="md-notice-body">{t('stale')}</div>
      </div>
    );
  }
  if (failure.code === 'read_only') {
    return (
      <div className="md-notice" data-tone="warn" role="alert">
        <IconLock size={16} aria-hidden />
        <div className="md-notice-body">
          <div>{t('readOnly')}</div>
          <div className="md-code">{failure.code}</div>
        </div>
        <Button size="compact-sm" variant="default" onClick={askToUnlock}>
          {t('actions.unlock')}
        </Button>
      </div>
    );
  }
  return (
    <div>
      <ErrorNotice error={failure} />
      <p className="md-change-dim">
        {failure.code === 'cancelled' ? t('stopped') : uncertain.has(failure.code) ? t('uncertain') : t('kept')}
      </p>
    </div>
  );
}
