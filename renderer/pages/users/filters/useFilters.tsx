import type { TFunction } from 'i18next';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { type AddableFilter, type FilterChip, formatNumber } from '../../../ui';
import type { UsersSearch } from '../search';
import type { SearchPatch } from '../useUsersSearch';
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

const cleared: Readonly<Record<FilterId, SearchPatch>> = {
  state: { state: undefined },
  role: { role: undefined },
  tag: { tag: undefined },
  card: { card: undefined },
  points: { pointsMin: undefined, pointsMax: undefined },
  created: { createdFrom: undefined, createdTo: undefined },
  login: { loginFrom: undefined, loginTo: undefined, never: undefined },
};

/** Takes every filter away, the search too. */
export const nothingFiltered: SearchPatch = {
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

function days(t: Translate, from: string | undefined, to: string | undefined): string | null {
  if (from !== undefined && to !== undefined) return t('filter.range', { from, to });
  if (from !== undefined) return t('filter.from', { from });
  return to === undefined ? null : t('filter.to', { to });
}

function points(t: Translate, { pointsMin: min, pointsMax: max }: UsersSearch): string | null {
  if (min !== undefined && max !== undefined) return `${formatNumber(min)}–${formatNumber(max)}`;
  if (min !== undefined) return t('filter.atLeast', { min: formatNumber(min) });
  return max === undefined ? null : t('filter.atMost', { max: formatNumber(max) });
}

/** What a filter says now; null where it is not in use. */
function valueOf(t: Translate, id: FilterId, search: UsersSearch): string | null {
  const { role, state, tag, card } = search;
  switch (id) {
    case 'role':
      return role === undefined ? null : role.map((one) => t(`role.${one}`)).join(t('filter.anyOf'));
    case 'state':
      return state === undefined ? null : t(`state.${state}`);
    case 'tag':
      return tag === undefined ? null : tag.join(t('filter.anyOf'));
    case 'card':
      return card === undefined ? null : t(`cardState.${card}`);
    case 'points':
      return points(t, search);
    case 'created':
      return days(t, search.createdFrom, search.createdTo);
    case 'login':
      return search.never ? t('filter.never') : days(t, search.loginFrom, search.loginTo);
    default:
      return null;
  }
}

/** The chips and editors of the filter line. */
export function useFilters(
  search: UsersSearch,
  change: (patch: SearchPatch) => void,
): { readonly chips: readonly FilterChip[]; readonly filters: readonly AddableFilter[] } {
  const { t } = useTranslation('users');
  const chips = ids.flatMap((id): FilterChip[] => {
    const value = valueOf(t, id, search);
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
