import { NumberInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardType } from '../../../contract';
import { MomentField, SelectField } from '../../../ui/fields';
import { type ExpiryDraft, mostDays, readExpiry, typeDays } from './expiry';

export interface ExpiryFieldsProps {
  readonly type: CardType;
  readonly value: ExpiryDraft;
  readonly onChange: (value: ExpiryDraft) => void;
}

const kinds = ['type', 'days', 'at'] as const;

/**
 * When the keys expire: after the days of their type, after another number of days, or at a moment in this machine's
 * time zone.
 */
export function ExpiryFields({ type, value, onChange }: ExpiryFieldsProps): ReactElement {
  const { t } = useTranslation('issue');
  const { t: days } = useTranslation('days');
  const { problem } = readExpiry(value);
  return (
    <>
      <SelectField
        className="md-issue-expiry"
        label={t('expiry.label')}
        choices={kinds.map((kind) => ({ value: kind, label: t(`expiry.${kind}`, { count: typeDays[type] }) }))}
        value={value.kind}
        onChange={(kind) => onChange({ ...value, kind, days: value.days ?? typeDays[type] })}
      />
      {value.kind === 'days' ? (
        <NumberInput
          size="xs"
          className="md-issue-days"
          label={t('expiry.daysLabel')}
          min={1}
          max={mostDays}
          clampBehavior="none"
          allowDecimal={false}
          allowNegative={false}
          thousandSeparator=","
          value={value.days ?? ''}
          error={problem === 'days' ? t('expiry.problem.days', { most: mostDays }) : null}
          onChange={(typed) => onChange({ ...value, days: typeof typed === 'number' ? typed : null })}
        />
      ) : null}
      {value.kind === 'at' ? (
        <MomentField
          className="md-issue-moment"
          label={t('expiry.atLabel')}
          value={value.at}
          error={
            problem === 'moment'
              ? days('invalidMoment')
              : problem === null
                ? null
                : t(`expiry.problem.${problem}`, { most: mostDays })
          }
          onChange={(at) => onChange({ ...value, at })}
        />
      ) : null}
    </>
  );
}
