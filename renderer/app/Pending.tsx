import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from '../ui/Logo';

/** Shown in place of a page that is still loading: the logo and a word. */
export function Pending(): ReactElement {
  const { t } = useTranslation('common');
  return (
    <div className="md-center" role="status">
      <span className="md-inline md-dim">
        <Logo size={20} />
        {t('loading')}
      </span>
    </div>
  );
}
