import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../bridge';
import type { Count, UserFilter } from '../../contract';

/** How many users match: at first perhaps an estimate, exactly on demand. */
export function useUsersCount(filter: UserFilter): { readonly count: Count | null; readonly countExactly: () => void } {
  const written = JSON.stringify(filter);
  const [asked, setAsked] = useState<string | null>(null);
  const exact = asked === written;
  const about = useQuery({
    queryKey: ['users', 'count', filter, false],
    queryFn: ({ signal }) => call('users.count', { filter, exact: false }, { signal }),
  });
  const sure = useQuery({
    queryKey: ['users', 'count', filter, true],
    queryFn: ({ signal }) => call('users.count', { filter, exact: true }, { signal }),
    enabled: exact,
  });
  return { count: (exact ? sure.data : undefined) ?? about.data ?? null, countExactly: () => setAsked(written) };
}
