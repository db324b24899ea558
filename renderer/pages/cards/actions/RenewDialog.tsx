import { Group, Select, TextInput } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardType, UserSelection } from '../../../contract';
import { ChangeDialog } from '../../../ui/change';
import { types } from '../list/search';

/** The site's table of days. */
const days: Readonly<Record<CardType, number>> = { year: 365, quarter: 90, month: 30, week: 7 };

export interface RenewDialogProps {
  readonly who: UserSelection;
  readonly onClose: () => void;
}

/** Lengthen memberships: each user gets a new card, bound at once. */
export function RenewDialog({ who, onClose }: RenewDialogProps): ReactElement {
  const { t } = useTranslation('cards');
  const [type, setType] = useState<CardType>('month');
  const [note, setNote] = useState('');
  const asked = (takenOut: readonly string[]) => ({
    who: takenOut.length === 0 ? who : { ...who, except: [...(who.except ?? []), ...takenOut] },
    type,
    ...(note.trim() === '' ? {} : { note: note.trim() }),
  });
  return (
    <ChangeDialog
      title={t('renew.title')}
      plan={{
        preview: 'cards.renew.preview',
        apply: 'cards.renew',
        previewInput: asked,
        applyInput: (takenOut, fingerprint) => ({ ...asked(takenOut), fingerprint }),
      }}
      sentence={(count) => t('renew.sentence', { count, type: t(`type.${type}`) })}
      button={(count) => t('renew.button', { count })}
      onClose={onClose}
      form={
        <Group align="flex-end" gap="md" wrap="nowrap">
          <Select
            size="xs"
            label={t('renew.type')}
            data={types.map((value) => ({
              value,
              label: t('renew.days', { type: t(`type.${value}`), days: days[value] }),
            }))}
            value={type}
            allowDeselect={false}
            onChange={(value) => {
              if (value !== null) setType(value);
            }}
            data-autofocus
          />
          <TextInput
            className="md-grow"
            size="xs"
            label={t('note')}
            placeholder={t('reasonPlaceholder')}
            maxLength={500}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        </Group>
      }
    />
  );
}
