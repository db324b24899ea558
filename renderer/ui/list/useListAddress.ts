import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ListAddress, ListDomain } from './address';
import type { RawAddress } from './filters';

/** Parts of the address to set; undefined removes a part. */
export type Patch<Search> = { readonly [K in keyof Search]?: Search[K] | undefined };

export interface Address<Search> {
  readonly search: Search;
  /** Changes parts of the address. With `replace`, no entry is added to the browser history. */
  readonly change: (patch: Patch<Search>, options?: { readonly replace?: boolean }) => void;
  /** Replaces filter and order; an open drawer stays open. */
  readonly put: (state: RawAddress) => void;
}

/** The present address of the list, and functions to change it. */
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
