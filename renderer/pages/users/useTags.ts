import { useQuery } from '@tanstack/react-query';
import { call } from '../../bridge';
import type { Output } from '../../contract';

/** Tags that the site defines; none while they are on the way. */
export function useTags(): Output<'users.tags'> {
  return (
    useQuery({
      queryKey: ['users', 'tags'],
      queryFn: ({ signal }) => call('users.tags', {}, { signal }),
      staleTime: 60_000,
    }).data ?? []
  );
}
