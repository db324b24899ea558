import { IconRefresh } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { BridgeError } from '../../bridge';
import { ErrorNotice } from '../ErrorNotice';
import { LockedNotice } from '../lock/LockedNotice';
import { TakesFocus } from '../TakesFocus';

/** Errors after which it is unknown whether the change was made. */
const uncertain = new Set(['timeout', 'unavailable', 'internal']);

/** Says why the last attempt failed, what was kept, and what to do next. It takes the focus when it appears. */
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
      <LockedNotice alert>
        <div>{t('readOnly')}</div>
        <div className="md-code">{failure.code}</div>
      </LockedNotice>
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
