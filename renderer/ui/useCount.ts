import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Count } from '../contract';

type Ask = (exact: boolean, signal: AbortSignal) => Promise<Count>;

/** How many rows of a list match its filter: at first perhaps an estimate, exactly on demand. `list` is what the list's queries begin with. */
export function useCount(
  list: string,
  filter: object,
  ask: Ask,
): { readonly count: Count | null; readonly countExactly: () => void } {
  const written = JSON.stringify(filter);
  const [asked, setAsked] = useState<string | null>(null);
  const exact = asked === written;
  const about = useQuery({
    queryKey: [list, 'count', filter, false],
    queryFn: ({ signal }) => ask(false, signal),
  });
  const sure = useQuery({
    queryKey: [list, 'count', filter, true],
    queryFn: ({ signal }) => ask(true, signal),
    enabled: exact,
  });
  return { count: (exact ? sure.data : undefined) ?? about.data ?? null, countExactly: () => setAsked(written) };
}
