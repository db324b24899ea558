import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge';
import type { Days } from '../../ui/DayRange';
import { OneOf } from '../../ui/filters/Choices';
import { DaysForm, FilterForm } from '../../ui/filters/FilterForm';
import type { Patch } from '../../ui/useAddress';
import type { AuditSearch } from './search';

export interface EditorProps {
  readonly search: AuditSearch;
  readonly change: (patch: Patch<AuditSearch>) => void;
  readonly close: () => void;
}

export function OperatorEditor({ search, change, close }: EditorProps): ReactElement {
  const { t } = useTranslation('audit');
  const [operator, setOperator] = useState(search.operator ?? '');
  const apply = () => {
    change({ operator });
    close();
  };
  return (
    <FilterForm onApply={apply}>
      <TextInput
        size="xs"
        aria-label={t('filter.operator')}
        placeholder={t('filter.operatorHint')}
        maxLength={50}
        value={operator}
        onChange={(event) => setOperator(event.currentTarget.value)}
      />
    </FilterForm>
  );
}

/** Operations that leave a mark: those that change something. */
export function useAuditedOperations(): readonly { readonly value: string; readonly label: string }[] {
  const { i18n } = useTranslation();
  const { data = [] } = useQuery({
    queryKey: ['desk', 'operations', i18n.language],
    queryFn: ({ signal }) => call('desk.operations', {}, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data.filter((one) => one.kind !== 'read').map((one) => ({ value: one.name, label: one.summary }));
}

export function OperationEditor({ search, change, close }: EditorProps): ReactElement {
  const { t } = useTranslation('audit');
  const choose = (operation: string | null) => {
    change({ operation: operation ?? undefined });
    close();
  };
  return (
    <Select
      size="xs"
      searchable
      aria-label={t('filter.operation')}
      placeholder={t('filter.operationHint')}
      data={useAuditedOperations()}
      value={search.operation ?? null}
      onChange={choose}
      comboboxProps={{ withinPortal: false }}
    />
  );
}

const outcomes = ['running', 'done', 'refused', 'failed'] as const;

export function OutcomeEditor({ search, change, close }: EditorProps): ReactElement {
  const { t } = useTranslation('audit');
  const choose = (outcome: AuditSearch['outcome']) => {
    change({ outcome });
    close();
  };
  return (
    <OneOf
      label={t('filter.outcome')}
      choices={outcomes.map((value) => ({ value, label: t(`outcome.${value}`) }))}
      chosen={search.outcome}
      onChoose={choose}
    />
  );
}

export function TimeEditor({ search, change, close }: EditorProps): ReactElement {
  const apply = ({ from, to }: Days) => {
    change({ from, to });
    close();
  };
  return <DaysForm from={search.from} to={search.to} onApply={apply} />;
}
