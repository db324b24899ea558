import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { type AuditSearch, validateAuditSearch } from './search';

/** Parts of the address to set; undefined takes a part away. */
export type AuditPatch = { readonly [K in keyof AuditSearch]?: AuditSearch[K] | undefined };

export interface AuditAddress {
  readonly search: AuditSearch;
  /** Changes parts of the address. `replace` leaves no step in the history. */
  readonly change: (patch: AuditPatch, options?: { readonly replace?: boolean }) => void;
  /** Puts another filter in place of the present one; the open entry stays. */
  readonly put: (state: Readonly<Record<string, unknown>>) => void;
}

/** The address of the audit page: the one place where its filter and open entry are kept. */
export function useAuditSearch(): AuditAddress {
  const search: unknown = useSearch({ from: '/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const change = useCallback(
    (patch: AuditPatch, { replace = false } = {}) =>
      void navigate({
        to: '/audit',
        search: (before: AuditSearch) => validateAuditSearch({ ...before, ...patch }),
        replace,
      }),
    [navigate],
  );
  const put = useCallback(
    (state: Readonly<Record<string, unknown>>) =>
      void navigate({
        to: '/audit',
        search: (before: AuditSearch) => validateAuditSearch({ ...state, entry: before.entry }),
      }),
    [navigate],
  );
  return { search: search as AuditSearch, change, put };
}
