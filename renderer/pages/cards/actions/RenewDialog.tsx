import { Group } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardType, UserSelection } from '../../../contract';
import { ChangeForm, NoteField, noteOf } from '../../../ui/change';
import { SelectField } from '../../../ui/fields';
import { types } from '../list/list';

/** The days of each card type, as the site defines them. */
const days: Readonly<Record<CardType, number>> = { year: 365, quarter: 90, month: 30, week: 7 };

export interface RenewDialogProps {
  readonly who: UserSelection;
  readonly onClose: () => void;
}

/** Renews memberships: each user gets a new card, which is bound immediately. */
export function RenewDialog({ who, onClose }: RenewDialogProps): ReactElement {
  const { t } = useTranslation('cards');
  const [type, setType] = useState<CardType>('month');
  const [note, setNote] = useState('');
  const input = { who, type, ...noteOf('note', note) };
  const word = (value: CardType) => t(`type.${value}`);
  return (
    <ChangeForm operation="cards.renew" input={input} words={{ type: word(type) }} onClose={onClose}>
      <Group align="flex-end" gap="md" wrap="nowrap">
        <SelectField
          label={t('renew.type')}
          choices={types.map((value) => ({ value, label: t('renew.days', { type: word(value), days: days[value] }) }))}
          value={type}
          onChange={setType}
          data-autofocus
        />
        <NoteField label={t('note')} value={note} onChange={setNote} most={500} />
      </Group>
    </ChangeForm>
  );
}
