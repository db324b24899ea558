import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../bridge';
import type { Count } from '../../contract';

export interface ListCount {
  readonly count: Count | null;
  readonly countExactly: () => void;
}

/**
 * How many rows match the filter of a list: perhaps an estimate at first, exact on demand. `name` is the prefix of the
 * list's query keys. `operation` counts the rows.
 */
export function useCount(name: string, operation: string, filter: object): ListCount {
  const written = JSON.stringify(filter);
  const [asked, setAsked] = useState<string | null>(null);
  const wanted = asked === written;
  const query = (exact: boolean, enabled: boolean) => ({
    queryKey: [name, 'count', filter, exact],
    // The router validates the input; every count operation takes the filter of its list.
    queryFn: ({ signal }: { signal: AbortSignal }) => call(operation as 'users.count', { filter, exact }, { signal }),
    enabled,
  });
  const about = useQuery(query(false, true));
  const sure = useQuery(query(true, wanted));
  return { count: (wanted ? sure.data : undefined) ?? about.data ?? null, countExactly: () => setAsked(written) };
}
