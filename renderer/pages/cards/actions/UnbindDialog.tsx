import { Group } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeForm, NoteField, noteOf } from '../../../ui/change';
import { Segmented } from '../../../ui/fields';
import type { CardsDialogProps } from './types';

const ends = ['stock', 'revoke'] as const;
type End = (typeof ends)[number];

/** Unbinds cards from their users. The cards return to stock, or are revoked. */
export function UnbindDialog({ who, onClose }: CardsDialogProps): ReactElement {
  const { t } = useTranslation('cards');
  const [afterwards, setAfterwards] = useState<End>('stock');
  const [reason, setReason] = useState('');
  return (
    <ChangeForm
      operation="cards.unbind"
      input={{ who, afterwards, ...noteOf('reason', reason) }}
      words={{ afterwards: t(`unbind.${afterwards}`) }}
      things="keys"
      onClose={onClose}
    >
      <Group align="flex-end" gap="md" wrap="nowrap">
        <Segmented
          label={t('unbind.afterwards')}
          choices={ends.map((value) => ({ value, label: t(`unbind.${value}`) }))}
          value={afterwards}
          onChange={setAfterwards}
        />
        <NoteField label={t('reason')} value={reason} onChange={setReason} most={200} takesFocus />
      </Group>
      <p className="md-change-dim">{t(afterwards === 'stock' ? 'unbind.stockHint' : 'unbind.revokeHint')}</p>
    </ChangeForm>
  );
}
