import { SegmentedControl } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeDialog } from '../../../ui/change';
import { type BulkDialogProps, without } from './types';

/** Promote or demote. Only the owner sees this. */
export function RoleDialog({ who, duplicates = 0, onClose }: BulkDialogProps): ReactElement {
  const { t } = useTranslation('users');
  const [role, setRole] = useState<'admin' | 'user'>('admin');
  const asked = (takenOut: readonly string[]) => ({ who: without(who, takenOut), role });
  const data: { readonly value: 'admin' | 'user'; readonly label: string }[] = [
    { value: 'admin', label: t('role.admin') },
    { value: 'user', label: t('role.user') },
  ];
  return (
    <ChangeDialog
      title={t('changeRole.title')}
      plan={{
        preview: 'users.role.preview',
        apply: 'users.role',
        previewInput: asked,
        applyInput: (takenOut, fingerprint) => ({ ...asked(takenOut), fingerprint }),
      }}
      sentence={(count) => t('changeRole.sentence', { count, role: t(`role.${role}`) })}
      button={(count) => t('changeRole.button', { count })}
      duplicates={duplicates}
      onClose={onClose}
      form={
        <div>
          <div className="md-users-label">{t('changeRole.to')}</div>
          <SegmentedControl aria-label={t('changeRole.to')} size="sm" data={data} value={role} onChange={setRole} />
        </div>
      }
    />
  );
}
