import { useDebouncedValue } from '@mantine/hooks';
import { IconUser } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge';
import type { Entry } from './useCommands';

/** Finds up to six users whose name contains the typed text, sorted by name. Enter opens the user's details. */
export function useUserLookup(text: string, enabled: boolean): { users: readonly Entry[]; busy: boolean } {
  const { t } = useTranslation('shell');
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
  const users = (data?.rows ?? []).map(({ username }): Entry => ({
    id: `user:${username}`,
    group: 'found',
    heading: t('group_found'),
    label: username,
    names: [],
    words: '',
    icon: IconUser,
    run: () => void navigate({ to: '/users', search: { user: username } }),
  }));
  return { users, busy: isFetching };
}
