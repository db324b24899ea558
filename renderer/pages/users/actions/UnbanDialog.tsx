import { TextInput } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeDialog } from '../../../ui/change';
import { type BulkDialogProps, without } from './types';

/** Lift bans; what a ban took away comes back. */
export function UnbanDialog({ who, duplicates = 0, onClose }: BulkDialogProps): ReactElement {
  const { t } = useTranslation('users');
  const [note, setNote] = useState('');
  const asked = (takenOut: readonly string[]) => ({
    who: without(who, takenOut),
    ...(note.trim() === '' ? {} : { note: note.trim() }),
  });
  return (
    <ChangeDialog
      title={t('unban.title')}
      plan={{
        preview: 'users.unban.preview',
        apply: 'users.unban',
        previewInput: asked,
        applyInput: (takenOut, fingerprint) => ({ ...asked(takenOut), fingerprint }),
      }}
      sentence={(count) => t('unban.sentence', { count })}
      button={(count) => t('unban.button', { count })}
      duplicates={duplicates}
      onClose={onClose}
      form={
        <TextInput
          size="xs"
          label={t('unban.note')}
          placeholder={t('ban.notePlaceholder')}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          data-autofocus
        />
      }
    />
  );
}
