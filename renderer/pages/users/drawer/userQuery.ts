import { queryOptions } from '@tanstack/react-query';
import { call } from '../../../bridge';

/** One user with everything that the drawer shows. */
export function userQuery(username: string) {
  return queryOptions({
    queryKey: ['users', 'one', username],
    queryFn: ({ signal }) => call('users.get', { username }, { signal }),
  });
}
