import { Group, SegmentedControl } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChangeDialog } from '../../../ui/change';
import { ReasonField, reasonOf } from './ReasonField';
import { type CardsDialogProps, without } from './types';

const ends = ['stock', 'revoke'] as const;
type End = (typeof ends)[number];

/** Take cards from their users: back to stock, or out of use. */
export function UnbindDialog({ who, onClose }: CardsDialogProps): ReactElement {
  const { t } = useTranslation('cards');
  const [afterwards, setAfterwards] = useState<End>('stock');
  const [reason, setReason] = useState('');
  const asked = (takenOut: readonly string[]) => ({ who: without(who, takenOut), afterwards, ...reasonOf(reason) });
  return (
    <ChangeDialog
      title={t('unbind.title')}
      plan={{
        preview: 'cards.unbind.preview',
        apply: 'cards.unbind',
        previewInput: asked,
        applyInput: (takenOut, fingerprint) => ({ ...asked(takenOut), fingerprint }),
      }}
      sentence={(count) => t('unbind.sentence', { count, afterwards: t(`unbind.${afterwards}`) })}
      button={(count) => t('unbind.button', { count })}
      things="keys"
      whole={'keys' in who}
      onClose={onClose}
      form={
        <>
          <Group align="flex-end" gap="md" wrap="nowrap">
            <div>
              <div className="md-label">{t('unbind.afterwards')}</div>
              <SegmentedControl<End>
                aria-label={t('unbind.afterwards')}
                size="xs"
                data={ends.map((value) => ({ value, label: t(`unbind.${value}`) }))}
                value={afterwards}
                onChange={setAfterwards}
              />
            </div>
            <ReasonField value={reason} onChange={setReason} takesFocus />
          </Group>
          <p className="md-change-dim">{t(afterwards === 'stock' ? 'unbind.stockHint' : 'unbind.revokeHint')}</p>
        </>
      }
    />
  );
}
