import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeForm, NoteField, noteOf } from '../../../ui/change';
import type { BulkDialogProps } from './types';

/** Lifts bans. Everything that the ban took away is restored. */
export function UnbanDialog({ who, ...rest }: BulkDialogProps): ReactElement {
  const { t } = useTranslation('users');
  const [note, setNote] = useState('');
  return (
    <ChangeForm operation="users.unban" input={{ who, ...noteOf('note', note) }} {...rest}>
      <NoteField label={t('unban.note')} value={note} onChange={setNote} most={500} takesFocus />
    </ChangeForm>
  );
}
