import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Input, Output } from '../../../contract';

/** An import, and how its file was read: without a choice of its columns, it may have to be read again. */
export interface OpenImport extends Output<'cards.import.read'> {
  readonly reading: Input<'cards.import.read'>;
}

const queryKey = ['imports', 'open'];

/**
 * The import whose report has not been confirmed yet. It is kept outside the dialog, so that closing the dialog while a
 * long file is read loses nothing. It is dropped with all other data of the site when the connection or the operator
 * changes.
 */
export function useOpenImport(): {
  readonly open: OpenImport | null;
  readonly setOpen: (open: OpenImport | null) => void;
} {
  const client = useQueryClient();
  const { data } = useQuery<OpenImport | null>({
    queryKey,
    queryFn: () => null,
    enabled: false,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const setOpen = useCallback((open: OpenImport | null) => client.setQueryData(queryKey, open), [client]);
  return { open: data ?? null, setOpen };
}
