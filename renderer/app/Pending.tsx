import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from '../ui/Logo';

/** A page on its way: the mark and a word, in the page's place. */
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
