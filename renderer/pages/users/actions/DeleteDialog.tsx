import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeDialog } from '../../../ui/change';
import { type BulkDialogProps, without } from './types';

/** Delete users with everything that hangs on them. The number must always be typed. */
export function DeleteDialog({ who, duplicates = 0, onClose }: BulkDialogProps): ReactElement {
  const { t } = useTranslation('users');
  return (
    <ChangeDialog
      title={t('delete.title')}
      destructive
      plan={{
        preview: 'users.delete.preview',
        apply: 'users.delete',
        previewInput: (takenOut) => ({ who: without(who, takenOut) }),
        applyInput: (takenOut, fingerprint) => ({ who: without(who, takenOut), fingerprint }),
      }}
      sentence={(count) => t('delete.sentence', { count })}
      button={(count) => t('delete.button', { count })}
      duplicates={duplicates}
      onClose={onClose}
      form={<p className="md-change-dim">{t('delete.hint')}</p>}
    />
  );
}
