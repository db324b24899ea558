import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeDialog } from '../../../ui/change';

/** Say "expired" in the database, too, of cards that are. */
export function SweepDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation('cards');
  return (
    <ChangeDialog
      title={t('sweep.title')}
      plan={{
        preview: 'cards.sweep.preview',
        apply: 'cards.sweep',
        previewInput: () => ({}),
        applyInput: (_, fingerprint) => ({ fingerprint }),
      }}
      whole
      sentence={(count) => t('sweep.sentence', { count })}
      button={(count) => t('sweep.button', { count })}
      onClose={onClose}
      form={<p className="md-change-dim">{t('sweep.hint')}</p>}
    />
  );
}
