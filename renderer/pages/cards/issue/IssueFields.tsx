import { NumberInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardType } from '../../../contract';
import { Segmented, type SegmentedProps, TextField } from '../../../ui/fields';
import { AssignFields } from './AssignFields';
import { cardTypes, type IssueDraft, mostKeys } from './draft';
import { ExpiryFields } from './ExpiryFields';
import { FormatFields } from './FormatFields';
import type { Assigning } from './useAssign';

export interface IssueFieldsProps {
  readonly draft: IssueDraft;
  readonly assigning: Assigning;
  readonly onChange: (patch: Partial<IssueDraft>) => void;
}

/** The fields for issuing: type, number, format, expiry, purpose, users. */
export function IssueFields({ draft, assigning, onChange }: IssueFieldsProps): ReactElement {
  const { t } = useTranslation('issue');
  const forUsers = draft.assign.kind !== 'nobody';
  return (
    <>
      <div className="md-issue-row">
        <TypeField label={t('type')} value={draft.type} onChange={(type) => onChange({ type })} />
        <NumberInput
          size="xs"
          className="md-issue-count"
          label={t('count')}
          min={1}
          max={mostKeys}
          clampBehavior="none"
          allowDecimal={false}
          allowNegative={false}
          thousandSeparator=","
          disabled={forUsers}
          value={forUsers ? '' : (draft.count ?? '')}
          placeholder={forUsers ? t('countEach') : '10,000'}
          error={
            !forUsers && draft.count !== null && (draft.count < 1 || draft.count > mostKeys)
              ? t('countWrong', { most: mostKeys })
              : null
          }
          onChange={(typed) => onChange({ count: typeof typed === 'number' ? typed : null })}
          data-autofocus
        />
        <ExpiryFields type={draft.type} value={draft.expiry} onChange={(expiry) => onChange({ expiry })} />
      </div>
      <FormatFields draft={draft} onChange={onChange} />
      <OriginFields channel={draft.channel} note={draft.note} onChange={onChange} />
      <AssignFields value={draft.assign} assigning={assigning} onChange={(assign) => onChange({ assign })} />
    </>
  );
}

/** The card type. */
export function TypeField(props: Pick<SegmentedProps<CardType>, 'label' | 'value' | 'onChange'>): ReactElement {
  const { t } = useTranslation('cards');
  return <Segmented choices={cardTypes.map((type) => ({ value: type, label: t(`type.${type}`) }))} {...props} />;
}

/** Channel and purpose of the keys. They are kept with the batch, for operators only. */
export function OriginFields({
  channel,
  note,
  onChange,
}: {
  readonly channel: string;
  readonly note: string;
  readonly onChange: (patch: { readonly channel: string } | { readonly note: string }) => void;
}): ReactElement {
  const { t } = useTranslation('issue');
  return (
    <div className="md-issue-row">
      <TextField
        className="md-issue-channel"
        label={t('channel')}
        placeholder={t('channelPlaceholder')}
        most={100}
        value={channel}
        onChange={(text) => onChange({ channel: text })}
      />
      <TextField
        className="md-issue-grow"
        label={t('note')}
        placeholder={t('notePlaceholder')}
        most={500}
        value={note}
        onChange={(text) => onChange({ note: text })}
      />
    </div>
  );
}
