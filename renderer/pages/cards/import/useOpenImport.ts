import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Output } from '../../../contract';

export type OpenImport = Output<'cards.import.read'>;

const queryKey = ['imports', 'open'];

/**
 * The import whose report waits to be confirmed. It outlives the dialog, so that closing it while a long file is read
 * loses nothing; it is forgotten with everything else of the site when another connection or operator comes.
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
