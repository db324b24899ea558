import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ListAddress, ListDomain } from './address';
import type { RawAddress } from './filters';

/** Parts of the address to set; undefined takes a part away. */
export type Patch<Search> = { readonly [K in keyof Search]?: Search[K] | undefined };

export interface Address<Search> {
  readonly search: Search;
  /** Changes parts of the address. `replace` leaves no step in the history. */
  readonly change: (patch: Patch<Search>, options?: { readonly replace?: boolean }) => void;
  /** Puts another filter and order in place of the present ones; the open drawer stays. */
  readonly put: (state: RawAddress) => void;
}

/** The address of the list that is on the screen, and how it is changed. */
export function useListAddress<D extends ListDomain, Search extends object>(
  address: ListAddress<D, Search>,
): Address<Search> {
  const { path, drawer } = address;
  const search: unknown = useSearch({ strict: false });
  const navigate = useNavigate();
  const go = useCallback(
    (next: (before: RawAddress) => RawAddress, replace: boolean) =>
      void navigate({ to: path, search: (before: RawAddress) => address.read(next(before)), replace }),
    [navigate, path, address],
  );
  const change = useCallback(
    (patch: Patch<Search>, { replace = false } = {}) => go((before) => ({ ...before, ...patch }), replace),
    [go],
  );
  const put = useCallback(
    (state: RawAddress) => go((before) => ({ ...state, [drawer]: before[drawer] }), false),
    [go, drawer],
  );
  return { search: search as Search, change, put };
}
