import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { BatchesSearch } from './search';

export interface BatchesAddress {
  readonly search: BatchesSearch;
  /** Opens a batch beside the list, or closes it. `replace` leaves no step in the history. */
  readonly open: (batch: string | undefined, options?: { readonly replace?: boolean }) => void;
}

/** The address of the batches page: the one place where the open batch is kept. */
export function useBatchesAddress(): BatchesAddress {
  const search: unknown = useSearch({ from: '/cards/batches' });
  const navigate = useNavigate({ from: '/cards/batches' });
  const open = useCallback(
    (batch: string | undefined, { replace = false } = {}) =>
      void navigate({ to: '/cards/batches', search: batch === undefined ? {} : { batch }, replace }),
    [navigate],
  );
  return { search: search as BatchesSearch, open };
}
