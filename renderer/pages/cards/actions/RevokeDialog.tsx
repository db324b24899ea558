import { Checkbox, Stack } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeForm, NoteField, noteOf } from '../../../ui/change';
import type { CardsDialogProps } from './types';

/** Revokes cards for good. Cards in use are included only if the operator says so. */
export function RevokeDialog({ who, onClose }: CardsDialogProps): ReactElement {
  const { t } = useTranslation('cards');
  const [reason, setReason] = useState('');
  const [boundToo, setBoundToo] = useState(false);
  const input = { who, boundToo, ...noteOf('reason', reason) };
  return (
    <ChangeForm operation="cards.revoke" input={input} things="keys" onClose={onClose}>
      <Stack gap="md">
        <NoteField label={t('reason')} value={reason} onChange={setReason} most={200} takesFocus />
        <Checkbox
          size="xs"
          label={t('revoke.boundToo')}
          checked={boundToo}
          onChange={(event) => setBoundToo(event.currentTarget.checked)}
        />
      </Stack>
    </ChangeForm>
  );
}
