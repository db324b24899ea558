import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeDialog } from '../../../ui/change';

/** Deletes what is still unused of a batch; whatever somebody has stays. */
export function RollbackDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation('batches');
  return (
    <ChangeDialog
      title={t('rollback.title', { id })}
      plan={{
        preview: 'cards.batches.rollback.preview',
        apply: 'cards.batches.rollback',
        previewInput: () => ({ id }),
        applyInput: (_, fingerprint) => ({ id, fingerprint }),
      }}
      whole
      destructive
      sentence={(count) => t('rollback.sentence', { count, id })}
      button={(count) => t('rollback.button', { count })}
      onClose={onClose}
    />
  );
}
