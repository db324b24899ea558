import { Group, NumberInput } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Input } from '../../../contract';
import { ChangeForm, NoteField, noteOf } from '../../../ui/change';
import { MomentField, SelectField } from '../../../ui/fields';
import { parseMoment } from '../../../ui/parse-date';
import type { CardsDialogProps } from './types';

const kinds = ['same', 'byType', 'days', 'at'] as const;
type Kind = (typeof kinds)[number];
type Ending = NonNullable<Input<'cards.reissue.preview'>['expiry']>;

function endingOf(kind: Kind, days: number | string, at: string): Ending | null {
  if (kind === 'same') return 'same';
  if (kind === 'byType') return { kind: 'type' };
  if (kind === 'days') return typeof days === 'number' && days >= 1 ? { kind: 'days', days } : null;
  const moment = parseMoment(at);
  return moment === null || moment.getTime() <= Date.now() ? null : { kind: 'at', at: moment.toISOString() };
}

/** Re-issues cards: new keys replace the old ones, which stop working. */
export function ReissueDialog({ who, onClose }: CardsDialogProps): ReactElement {
  const { t } = useTranslation('cards');
  const { t: written } = useTranslation('days');
  const [kind, setKind] = useState<Kind>('same');
  const [days, setDays] = useState<number | string>(30);
  const [at, setAt] = useState('');
  const [reason, setReason] = useState('');
  const expiry = endingOf(kind, days, at);
  const input = expiry === null ? null : { who, expiry, ...noteOf('reason', reason) };
  return (
    <ChangeForm operation="cards.reissue" input={input} things="keys" onClose={onClose}>
      <Group align="flex-start" gap="md" wrap="nowrap">
        <SelectField
          label={t('reissue.expiry')}
          choices={kinds.map((value) => ({ value, label: t(`reissue.${value}`) }))}
          value={kind}
          onChange={setKind}
          data-autofocus
        />
        {kind === 'days' ? (
          <NumberInput
            size="xs"
            w={96}
            label={t('reissue.daysField')}
            min={1}
            max={3_650}
            allowDecimal={false}
            value={days}
            onChange={setDays}
          />
        ) : null}
        {kind === 'at' ? (
          <MomentField
            label={t('reissue.atField')}
            value={at}
            error={at.length > 9 && expiry === null ? written('invalidMoment') : null}
            onChange={setAt}
          />
        ) : null}
        <NoteField label={t('reason')} value={reason} onChange={setReason} most={200} />
      </Group>
    </ChangeForm>
  );
}
