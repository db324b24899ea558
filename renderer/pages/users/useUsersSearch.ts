import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { type UsersSearch, validateUsersSearch } from './search';

/** Parts of the address to set; undefined takes a part away. */
export type SearchPatch = { readonly [K in keyof UsersSearch]?: UsersSearch[K] | undefined };

export interface UsersAddress {
  readonly search: UsersSearch;
  /** Changes parts of the address. `replace` leaves no step in the history. */
  readonly change: (patch: SearchPatch, options?: { readonly replace?: boolean }) => void;
  /** Puts another filter and order in place of the present ones; the open drawer stays. */
  readonly put: (state: Readonly<Record<string, unknown>>) => void;
}

/** The address of the users page: the one place where its filter, order and open user are kept. */
export function useUsersSearch(): UsersAddress {
  const search: unknown = useSearch({ from: '/users' });
  const navigate = useNavigate({ from: '/users' });
  const change = useCallback(
    (patch: SearchPatch, { replace = false } = {}) =>
      void navigate({
        to: '/users',
        search: (before: UsersSearch) => validateUsersSearch({ ...before, ...patch }),
        replace,
      }),
    [navigate],
  );
  const put = useCallback(
    (state: Readonly<Record<string, unknown>>) =>
      void navigate({
        to: '/users',
        search: (before: UsersSearch) => validateUsersSearch({ ...state, user: before.user }),
      }),
    [navigate],
  );
  return { search: search as UsersSearch, change, put };
}
