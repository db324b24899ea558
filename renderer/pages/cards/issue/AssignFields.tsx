import { Select, Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Segmented } from '../../../ui/fields';
import { mostNames } from '../../users/actions/pasted';
import type { AssignDraft } from './draft';
import type { Assigning } from './useAssign';

export interface AssignFieldsProps {
  readonly value: AssignDraft;
  readonly assigning: Assigning;
  readonly onChange: (value: AssignDraft) => void;
}

const empty = {
  nobody: { kind: 'nobody' },
  names: { kind: 'names', text: '' },
  view: { kind: 'view', name: null },
} as const satisfies Readonly<Record<AssignDraft['kind'], AssignDraft>>;

/** Whom the keys are for: the stock, or one key for each pasted user or each user of a saved view. */
export function AssignFields({ value, assigning, onChange }: AssignFieldsProps): ReactElement {
  const { t } = useTranslation('issue');
  const { pasted, views } = assigning;
  const read = [
    t('assign.names', { count: pasted.all.length }),
    pasted.duplicates === 0 ? null : t('assign.duplicates', { count: pasted.duplicates }),
    pasted.tooLong.length === 0 ? null : t('assign.tooLong', { count: pasted.tooLong.length }),
    pasted.all.length > mostNames ? t('assign.tooMany', { most: mostNames }) : null,
  ].filter((part) => part !== null);
  return (
    <div className="md-stack">
      <div className="md-issue-row">
        <Segmented
          label={t('assign.label')}
          choices={[
            { value: 'nobody', label: t('assign.nobody') },
            { value: 'names', label: t('assign.paste') },
            { value: 'view', label: t('assign.view'), disabled: views.length === 0 },
          ]}
          value={value.kind}
          onChange={(kind) => onChange(empty[kind])}
        />
        {value.kind === 'view' ? (
          <Select
            size="xs"
            className="md-issue-expiry"
            label={t('assign.viewLabel')}
            data={[...views]}
            value={value.name}
            placeholder={t('assign.viewPlaceholder')}
            onChange={(name) => onChange({ kind: 'view', name })}
          />
        ) : null}
      </div>
      {value.kind === 'names' ? (
        <Textarea
          size="xs"
          label={t('assign.list')}
          description={t('assign.listHint')}
          rows={4}
          classNames={{ input: 'md-mono' }}
          spellCheck={false}
          value={value.text}
          inputWrapperOrder={['label', 'description', 'input', 'error']}
          error={pasted.all.length > mostNames ? read.join(' · ') : null}
          onChange={(event) => onChange({ kind: 'names', text: event.currentTarget.value })}
        />
      ) : null}
      {value.kind === 'names' && pasted.all.length > 0 && pasted.all.length <= mostNames ? (
        <div className="md-dim" aria-live="polite">
          {read.join(' · ')}
        </div>
      ) : null}
    </div>
  );
}
