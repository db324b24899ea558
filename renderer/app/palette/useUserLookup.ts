import { useDebouncedValue } from '@mantine/hooks';
import { IconUser } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { call } from '../../bridge';
import type { Command } from './useCommands';

/** Finds up to six users whose name contains the typed text, sorted by name. Enter opens the user's details. */
export function useUserLookup(text: string, enabled: boolean): { users: readonly Command[]; busy: boolean } {
  const navigate = useNavigate();
  const [search] = useDebouncedValue(text.trim(), 150);
  const { data, isFetching } = useQuery({
    queryKey: ['users', 'lookup', search],
    queryFn: ({ signal }) =>
      call('users.list', { filter: { search }, sort: 'username', descending: false, limit: 6 }, { signal }),
    enabled: enabled && search !== '' && search.length <= 50,
    placeholderData: keepPreviousData,
  });
  if (search === '') return { users: [], busy: false };
  const users = (data?.rows ?? []).map(({ username }): Command => ({
    id: `user:${username}`,
    group: 'users',
    label: username,
    words: '',
    icon: IconUser,
    run: () => void navigate({ to: '/users', search: { user: username } }),
  }));
  return { users, busy: isFetching };
}
