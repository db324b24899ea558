import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Parts of an address to set; undefined takes a part away. */
export type Patch<Search> = { readonly [K in keyof Search]?: Search[K] | undefined };

export interface Address<Search> {
  readonly search: Search;
  /** Changes parts of the address. `replace` leaves no step in the history. */
  readonly change: (patch: Patch<Search>, options?: { readonly replace?: boolean }) => void;
  /** Puts another filter and order in place of the present ones; the open drawer stays. */
  readonly put: (state: Readonly<Record<string, unknown>>) => void;
}

export interface AddressWishes<Search> {
  readonly path: '/users' | '/cards' | '/audit';
  /** Reads an address or a saved view; what it does not understand it leaves out. */
  readonly validate: (search: Record<string, unknown>) => Search;
  /** The part that says whose drawer is open. */
  readonly drawer: keyof Search & string;
}

/** The address of a list: the one place where its filter, order and open drawer are kept. Wishes must stay the same object. */
export function useAddress<Search extends object>(wishes: AddressWishes<Search>): Address<Search> {
  const { path, validate, drawer } = wishes;
  const search: unknown = useSearch({ from: path });
  const navigate = useNavigate();
  const change = useCallback(
    (patch: Patch<Search>, { replace = false } = {}) =>
      void navigate({ to: path, search: (before: object) => validate({ ...before, ...patch }), replace }),
    [navigate, path, validate],
  );
  const put = useCallback(
    (state: Readonly<Record<string, unknown>>) =>
      void navigate({
        to: path,
        search: (before: Readonly<Record<string, unknown>>) => validate({ ...state, [drawer]: before[drawer] }),
      }),
    [navigate, path, validate, drawer],
  );
  return { search: search as Search, change, put };
}
