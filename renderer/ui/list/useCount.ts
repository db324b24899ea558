import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../bridge';
import type { Count } from '../../contract';

export interface ListCount {
  readonly count: Count | null;
  readonly countExactly: () => void;
}

/**
 * How many rows of a list match its filter: at first perhaps an estimate, exactly on demand. `name` is what the list's
 * queries begin with; `operation` counts, where there is one.
 */
export function useCount(name: string, operation: string | null, filter: object): ListCount {
  const written = JSON.stringify(filter);
  const [asked, setAsked] = useState<string | null>(null);
  const wanted = operation !== null && asked === written;
  const query = (exact: boolean, enabled: boolean) => ({
    queryKey: [name, 'count', filter, exact],
    // The router checks the input; every count of a list takes its filter.
    queryFn: ({ signal }: { signal: AbortSignal }) => call(operation as 'users.count', { filter, exact }, { signal }),
    enabled,
  });
  const about = useQuery(query(false, operation !== null));
  const sure = useQuery(query(true, wanted));
  return { count: (wanted ? sure.data : undefined) ?? about.data ?? null, countExactly: () => setAsked(written) };
}
