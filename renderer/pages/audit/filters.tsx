import { Button, Group, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge';
import { DayRange } from '../../ui/DayRange';
import type { AuditSearch } from './search';
import type { AuditPatch } from './useAuditSearch';

export interface EditorProps {
  readonly search: AuditSearch;
  readonly change: (patch: AuditPatch) => void;
  readonly close: () => void;
}

function Editor({ children, onApply }: { readonly children: ReactNode; readonly onApply: () => void }): ReactElement {
  const { t } = useTranslation('audit');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onApply();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {children}
        <Group justify="flex-end">
          <Button type="submit" size="xs">
            {t('filter.apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function OperatorEditor({ search, change, close }: EditorProps): ReactElement {
  const { t } = useTranslation('audit');
  const [operator, setOperator] = useState(search.operator ?? '');
  const apply = () => {
    change({ operator });
    close();
  };
  return (
    <Editor onApply={apply}>
      <TextInput
        size="xs"
        aria-label={t('filter.operator')}
        placeholder={t('filter.operatorHint')}
        maxLength={50}
        value={operator}
        onChange={(event) => setOperator(event.currentTarget.value)}
      />
    </Editor>
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
  const choose = (chosen: string) => {
    change({ outcome: outcomes.find((outcome) => outcome === chosen) });
    close();
  };
  return (
    <Radio.Group value={search.outcome ?? null} onChange={choose} aria-label={t('filter.outcome')}>
      <Stack gap="xs">
        {outcomes.map((outcome) => (
          <Radio key={outcome} size="xs" value={outcome} label={t(`outcome.${outcome}`)} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

export function TimeEditor({ search, change, close }: EditorProps): ReactElement {
  const [range, setRange] = useState({ from: search.from ?? '', to: search.to ?? '' });
  const apply = () => {
    change({ from: range.from, to: range.to });
    close();
  };
  return (
    <Editor onApply={apply}>
      <DayRange range={range} onChange={setRange} />
    </Editor>
  );
}
