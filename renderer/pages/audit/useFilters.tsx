import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { daysText, useFilterLine } from '../../ui/filters/useFilterLine';
import type { Patch } from '../../ui/useAddress';
import {
  type EditorProps,
  OperationEditor,
  OperatorEditor,
  OutcomeEditor,
  TimeEditor,
  useAuditedOperations,
} from './filters';
import type { AuditSearch } from './search';

const ids = ['operator', 'operation', 'outcome', 'time'] as const;
type FilterId = (typeof ids)[number];

const editors: Readonly<Record<FilterId, (props: EditorProps) => ReactElement>> = {
  operator: OperatorEditor,
  operation: OperationEditor,
  outcome: OutcomeEditor,
  time: TimeEditor,
};

const cleared: Readonly<Record<FilterId, Patch<AuditSearch>>> = {
  operator: { operator: undefined },
  operation: { operation: undefined },
  outcome: { outcome: undefined },
  time: { from: undefined, to: undefined },
};

/** Takes every filter away, the search too. */
export const nothingFiltered: Patch<AuditSearch> = {
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
  change: (patch: Patch<AuditSearch>) => void,
): ReturnType<typeof useFilterLine> {
  const { t } = useTranslation('audit');
  const { t: shared } = useTranslation('filters');
  const operations = useAuditedOperations();
  const values: Readonly<Record<FilterId, string | null>> = {
    operator: search.operator ?? null,
    operation:
      search.operation === undefined
        ? null
        : (operations.find((one) => one.value === search.operation)?.label ?? search.operation),
    outcome: search.outcome === undefined ? null : t(`outcome.${search.outcome}`),
    time: daysText(shared, search.from, search.to),
  };
  return useFilterLine(
    ids.map((id) => {
      const Editor = editors[id];
      return {
        id,
        label: t(`filter.${id}`),
        value: values[id],
        editor: (close) => <Editor search={search} change={change} close={close} />,
        clear: () => change(cleared[id]),
      };
    }),
  );
}
