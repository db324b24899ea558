import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeForm } from '../../../ui/change';
import { Segmented } from '../../../ui/fields';
import type { BulkDialogProps } from './types';

const roles = ['admin', 'user'] as const;

/** Promotes or demotes users. Only the owner sees this. */
export function RoleDialog({ who, ...rest }: BulkDialogProps): ReactElement {
  const { t } = useTranslation('users');
  const [role, setRole] = useState<(typeof roles)[number]>('admin');
  return (
    <ChangeForm
      operation="users.role"
      texts="changeRole"
      input={{ who, role }}
      words={{ role: t(`role.${role}`) }}
      {...rest}
    >
      <Segmented
        label={t('changeRole.to')}
        choices={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
        value={role}
        onChange={setRole}
      />
    </ChangeForm>
  );
}
