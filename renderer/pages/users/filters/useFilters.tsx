import type { TFunction } from 'i18next';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '../../../ui';
import { daysText, useFilterLine } from '../../../ui/filters/useFilterLine';
import type { Patch } from '../../../ui/useAddress';
import type { UsersSearch } from '../search';
import {
  CardEditor,
  CreatedEditor,
  type EditorProps,
  LoginEditor,
  PointsEditor,
  RoleEditor,
  StateEditor,
  TagEditor,
} from './editors';

const ids = ['state', 'role', 'tag', 'card', 'points', 'created', 'login'] as const;
type FilterId = (typeof ids)[number];

const editors: Readonly<Record<FilterId, (props: EditorProps) => ReactElement>> = {
  state: StateEditor,
  role: RoleEditor,
  tag: TagEditor,
  card: CardEditor,
  points: PointsEditor,
  created: CreatedEditor,
  login: LoginEditor,
};

const cleared: Readonly<Record<FilterId, Patch<UsersSearch>>> = {
  state: { state: undefined },
  role: { role: undefined },
  tag: { tag: undefined },
  card: { card: undefined },
  points: { pointsMin: undefined, pointsMax: undefined },
  created: { createdFrom: undefined, createdTo: undefined },
  login: { loginFrom: undefined, loginTo: undefined, never: undefined },
};

/** Takes every filter away, the search too. */
export const nothingFiltered: Patch<UsersSearch> = {
  q: undefined,
  ...cleared.state,
  ...cleared.role,
  ...cleared.tag,
  ...cleared.card,
  ...cleared.points,
  ...cleared.created,
  ...cleared.login,
};

type Translate = TFunction<'users'>;

function points(t: Translate, { pointsMin: min, pointsMax: max }: UsersSearch): string | null {
  if (min !== undefined && max !== undefined) return `${formatNumber(min)}–${formatNumber(max)}`;
  if (min !== undefined) return t('filter.atLeast', { min: formatNumber(min) });
  return max === undefined ? null : t('filter.atMost', { max: formatNumber(max) });
}

/** What a filter says now; null where it is not in use. */
function valueOf(t: Translate, shared: TFunction<'filters'>, id: FilterId, search: UsersSearch): string | null {
  const { role, state, tag, card } = search;
  switch (id) {
    case 'role':
      return role === undefined ? null : role.map((one) => t(`role.${one}`)).join(shared('anyOf'));
    case 'state':
      return state === undefined ? null : t(`state.${state}`);
    case 'tag':
      return tag === undefined ? null : tag.join(shared('anyOf'));
    case 'card':
      return card === undefined ? null : t(`cardState.${card}`);
    case 'points':
      return points(t, search);
    case 'created':
      return daysText(shared, search.createdFrom, search.createdTo);
    case 'login':
      return search.never ? t('filter.never') : daysText(shared, search.loginFrom, search.loginTo);
    default:
      return null;
  }
}

/** The chips and editors of the filter line. */
export function useFilters(
  search: UsersSearch,
  change: (patch: Patch<UsersSearch>) => void,
): ReturnType<typeof useFilterLine> {
  const { t } = useTranslation('users');
  const { t: shared } = useTranslation('filters');
  return useFilterLine(
    ids.map((id) => {
      const Editor = editors[id];
      return {
        id,
        label: t(`filter.${id}`),
        value: valueOf(t, shared, id, search),
        editor: (close) => <Editor search={search} change={change} close={close} />,
        clear: () => change(cleared[id]),
      };
    }),
  );
}
