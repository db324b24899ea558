import { useQuery } from '@tanstack/react-query';
import { call } from '../../bridge';
import type { Output } from '../../contract';

/** The tags that the site defines; empty while they are loading. */
export function useTags(): Output<'users.tags'> {
  return (
    useQuery({
      queryKey: ['users', 'tags'],
      queryFn: ({ signal }) => call('users.tags', {}, { signal }),
      staleTime: 60_000,
    }).data ?? []
  );
}
