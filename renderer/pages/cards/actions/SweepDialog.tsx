import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeForm } from '../../../ui/change';

/** Sets the status "expired" in the database for cards that have expired. */
export function SweepDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <ChangeForm operation="cards.sweep" input={{}} onClose={onClose}>
      <p className="md-change-dim">{t('sweep.hint')}</p>
    </ChangeForm>
  );
}
