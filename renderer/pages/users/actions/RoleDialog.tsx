import { SegmentedControl } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeForm } from '../../../ui/change';
import type { BulkDialogProps } from './types';

const roles = ['admin', 'user'] as const;

/** Promote or demote. Only the owner sees this. */
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
      <div>
        <div className="md-users-label">{t('changeRole.to')}</div>
        <SegmentedControl
          aria-label={t('changeRole.to')}
          size="sm"
          data={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
          value={role}
          onChange={setRole}
        />
      </div>
    </ChangeForm>
  );
}
