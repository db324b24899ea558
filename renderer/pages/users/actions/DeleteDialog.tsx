import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeForm } from '../../../ui/change';
import type { BulkDialogProps } from './types';

/** Deletes users with all their data. The operator must always type the number. */
export function DeleteDialog({ who, ...rest }: BulkDialogProps): ReactElement {
  const { t } = useTranslation('users');
  return (
    <ChangeForm operation="users.delete" input={{ who }} destructive {...rest}>
      <p className="md-change-dim">{t('delete.hint')}</p>
    </ChangeForm>
  );
}
