import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { AddableFilter, FilterChip } from '../../ui';
import {
  type EditorProps,
  OperationEditor,
  OperatorEditor,
  OutcomeEditor,
  TimeEditor,
  useAuditedOperations,
} from './filters';
import type { AuditSearch } from './search';
import type { AuditPatch } from './useAuditSearch';

const ids = ['operator', 'operation', 'outcome', 'time'] as const;
type FilterId = (typeof ids)[number];

const editors: Readonly<Record<FilterId, (props: EditorProps) => ReactElement>> = {
  operator: OperatorEditor,
  operation: OperationEditor,
  outcome: OutcomeEditor,
  time: TimeEditor,
};

const cleared: Readonly<Record<FilterId, AuditPatch>> = {
  operator: { operator: undefined },
  operation: { operation: undefined },
  outcome: { outcome: undefined },
  time: { from: undefined, to: undefined },
};

/** Takes every filter away, the search too. */
export const nothingFiltered: AuditPatch = {
  target: undefined,
  operator: undefined,
  operation: undefined,
  outcome: undefined,
  from: undefined,
  to: undefined,
};

/** The chips and editors of the filter line. */
export function useFilters(
  search: AuditSearch,
  change: (patch: AuditPatch) => void,
): { readonly chips: readonly FilterChip[]; readonly filters: readonly AddableFilter[] } {
  const { t } = useTranslation('audit');
  const operations = useAuditedOperations();
  const { from, to } = search;
  const time =
    from !== undefined && to !== undefined
      ? t('filter.range', { from, to })
      : from !== undefined
        ? t('filter.from', { from })
        : to === undefined
          ? null
          : t('filter.to', { to });
  const values: Readonly<Record<FilterId, string | null>> = {
    operator: search.operator ?? null,
    operation:
      search.operation === undefined
        ? null
        : (operations.find((one) => one.value === search.operation)?.label ?? search.operation),
    outcome: search.outcome === undefined ? null : t(`outcome.${search.outcome}`),
    time,
  };
  const chips = ids.flatMap((id): FilterChip[] => {
    const value = values[id];
    return value === null
      ? []
      : [{ id, label: t('filter.chip', { name: t(`filter.${id}`), value }), onRemove: () => change(cleared[id]) }];
  });
  const filters = ids.map((id): AddableFilter => {
    const Editor = editors[id];
    return {
      id,
      label: t(`filter.${id}`),
      editor: (close) => <Editor search={search} change={change} close={close} />,
    };
  });
  return { chips, filters };
}
