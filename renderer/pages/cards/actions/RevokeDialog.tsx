import { Checkbox, Stack } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeDialog } from '../../../ui/change';
import { ReasonField, reasonOf } from './ReasonField';
import { type CardsDialogProps, without } from './types';

/** Put cards out of use for good; those in use only where the operator says so. */
export function RevokeDialog({ who, onClose }: CardsDialogProps): ReactElement {
  const { t } = useTranslation('cards');
  const [reason, setReason] = useState('');
  const [boundToo, setBoundToo] = useState(false);
  const asked = (takenOut: readonly string[]) => ({ who: without(who, takenOut), boundToo, ...reasonOf(reason) });
  return (
    <ChangeDialog
      title={t('revoke.title')}
      plan={{
        preview: 'cards.revoke.preview',
        apply: 'cards.revoke',
        previewInput: asked,
        applyInput: (takenOut, fingerprint) => ({ ...asked(takenOut), fingerprint }),
      }}
      sentence={(count) => t('revoke.sentence', { count })}
      button={(count) => t('revoke.button', { count })}
      things="keys"
      whole={'keys' in who}
      onClose={onClose}
      form={
        <Stack gap="md">
          <ReasonField value={reason} onChange={setReason} takesFocus />
          <Checkbox
            size="xs"
            label={t('revoke.boundToo')}
            checked={boundToo}
            onChange={(event) => setBoundToo(event.currentTarget.checked)}
          />
        </Stack>
      }
    />
  );
}
