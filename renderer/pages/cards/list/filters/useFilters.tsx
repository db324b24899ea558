import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { daysText, useFilterLine } from '../../../../ui/filters/useFilterLine';
import type { Patch } from '../../../../ui/useAddress';
import type { CardsSearch } from '../search';
import {
  BatchEditor,
  BoundEditor,
  CreatedEditor,
  type EditorProps,
  ExpiresEditor,
  StateEditor,
  TypeEditor,
  UserEditor,
} from './editors';

const ids = ['state', 'type', 'batch', 'user', 'expires', 'created', 'bound'] as const;
type FilterId = (typeof ids)[number];

const editors: Readonly<Record<FilterId, (props: EditorProps) => ReactElement>> = {
  state: StateEditor,
  type: TypeEditor,
  batch: BatchEditor,
  user: UserEditor,
  expires: ExpiresEditor,
  created: CreatedEditor,
  bound: BoundEditor,
};

const cleared: Readonly<Record<FilterId, Patch<CardsSearch>>> = {
  state: { state: undefined },
  type: { type: undefined },
  batch: { batch: undefined },
  user: { user: undefined },
  expires: { expiresFrom: undefined, expiresTo: undefined },
  created: { createdFrom: undefined, createdTo: undefined },
  bound: { boundFrom: undefined, boundTo: undefined },
};

/** Takes every filter away. */
export const nothingFiltered: Patch<CardsSearch> = {
  ...cleared.state,
  ...cleared.type,
  ...cleared.batch,
  ...cleared.user,
  ...cleared.expires,
  ...cleared.created,
  ...cleared.bound,
};

/** The chips and editors of the filter line. */
export function useFilters(
  search: CardsSearch,
  change: (patch: Patch<CardsSearch>) => void,
): ReturnType<typeof useFilterLine> {
  const { t } = useTranslation('cards');
  const { t: shared } = useTranslation('filters');
  const { state, type, batch, user } = search;
  const values: Readonly<Record<FilterId, string | null>> = {
    state: state === undefined ? null : state.map((one) => t(`state.${one}`)).join(shared('anyOf')),
    type: type === undefined ? null : type.map((one) => t(`type.${one}`)).join(shared('anyOf')),
    batch: batch === undefined ? null : `#${batch}`,
    user: user ?? null,
    expires: daysText(shared, search.expiresFrom, search.expiresTo),
    created: daysText(shared, search.createdFrom, search.createdTo),
    bound: daysText(shared, search.boundFrom, search.boundTo),
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
