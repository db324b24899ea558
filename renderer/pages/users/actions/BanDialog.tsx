import { Group } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BanReason } from '../../../contract';
import { ChangeForm, NoteField, noteOf } from '../../../ui/change';
import { MomentField, SelectField } from '../../../ui/fields';
import { formatAbsolute } from '../../../ui/time';
import { parseMoment } from '../../../ui/parse-date';
import { isPast } from '../time';
import type { BulkDialogProps } from './types';

const reasons: readonly BanReason[] = ['sharing', 'fraud', 'abuse', 'payment', 'request', 'other'];
const terms = { forever: 0, day: 1, week: 7, month: 30, custom: 0 } as const;
type Term = keyof typeof terms;

function isTerm(value: string): value is Term {
  return value in terms;
}

/**
 * When a ban of this term ends. It is computed once, when the term is chosen, so that preview and change have the same
 * input.
 */
function endOf(term: Term): string | null {
  return terms[term] === 0 ? null : new Date(Date.now() + terms[term] * 86_400_000).toISOString();
}

/**
 * Bans one user, many, a pasted list, or all that match a filter. No reason is chosen beforehand: it would stand in the
 * audit without anybody having meant it.
 */
export function BanDialog({ who, ...rest }: BulkDialogProps): ReactElement {
  const { t } = useTranslation('users');
  const { t: days } = useTranslation('days');
  const [reason, setReason] = useState<BanReason | null>(null);
  const [note, setNote] = useState('');
  const [term, setTerm] = useState<Term>('forever');
  const [end, setEnd] = useState<string | null>(null);
  const [custom, setCustom] = useState('');

  const customEnd = parseMoment(custom);
  const past = term === 'custom' && customEnd !== null && isPast(customEnd.toISOString());
  const until = term === 'custom' ? (customEnd?.toISOString() ?? null) : end;
  const ends = term !== 'custom' || (customEnd !== null && !past);
  const endText = until === null ? t('ban.forever') : t('ban.untilTime', { time: formatAbsolute(until) });

  return (
    <ChangeForm
      operation="users.ban"
      input={
        ends && reason !== null ? { who, reason, ...noteOf('note', note), ...(until === null ? {} : { until }) } : null
      }
      words={{ reason: reason === null ? '' : t(`ban.reasons.${reason}`), until: endText }}
      {...rest}
    >
      <Group align="flex-start" gap="md" wrap="nowrap">
        <SelectField
          className="md-users-field"
          label={t('ban.reason')}
          placeholder={t('ban.reasonHint')}
          choices={reasons.map((value) => ({ value, label: t(`ban.reasons.${value}`) }))}
          value={reason}
          onChange={setReason}
          data-autofocus
        />
        <SelectField
          className="md-users-short"
          label={t('ban.until')}
          choices={Object.keys(terms)
            .filter(isTerm)
            .map((value) => ({ value, label: t(`ban.terms.${value}`) }))}
          value={term}
          onChange={(value) => {
            setTerm(value);
            setEnd(endOf(value));
          }}
        />
        {term === 'custom' ? (
          <MomentField
            label={t('ban.untilAt')}
            value={custom}
            error={past ? t('ban.past') : custom.length > 9 && customEnd === null ? days('invalidMoment') : null}
            onChange={setCustom}
          />
        ) : null}
        <NoteField label={t('ban.note')} value={note} onChange={setNote} most={500} />
      </Group>
    </ChangeForm>
  );
}
