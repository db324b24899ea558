import { useDebouncedValue } from '@mantine/hooks';
import { IconUser } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { call } from '../../bridge';
import { visible } from '../../ui/visible';
import type { Entry } from './useCommands';

/** The longest user name. */
const longest = 50;

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** The user of exactly this name, however it is capitalised; null if there is none. */
export async function userNamed(name: string): Promise<string | null> {
  if (name.length > longest) return null;
  const filter = { search: name };
  const { rows } = await call('users.list', { filter, sort: 'username', descending: false, limit: 6 });
  return rows.find(({ username }) => same(username, name))?.username ?? null;
}

interface Lookup {
  /** The user of exactly the typed name. */
  readonly named: readonly Entry[];
  readonly others: readonly Entry[];
  readonly busy: boolean;
}

/** Finds up to six users whose name contains the typed text, sorted by name. Enter opens the user's details. */
export function useUserLookup(text: string, enabled: boolean): Lookup {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  const [search] = useDebouncedValue(text.trim(), 150);
  const { data, isFetching } = useQuery({
    queryKey: ['users', 'lookup', search],
    queryFn: ({ signal }) =>
      call('users.list', { filter: { search }, sort: 'username', descending: false, limit: 6 }, { signal }),
    enabled: enabled && search !== '' && search.length <= longest,
    placeholderData: keepPreviousData,
  });
  if (search === '') return { named: [], others: [], busy: false };
  const entryOf = ({ username }: { readonly username: string }): Entry => ({
    id: `user:${username}`,
    group: 'found',
    heading: t('group_found'),
    label: visible(username),
    names: [],
    words: '',
    icon: IconUser,
    run: () => void navigate({ to: '/users', search: { user: username } }),
  });
  const rows = data?.rows ?? [];
  const isNamed = ({ username }: { readonly username: string }): boolean => same(username, text.trim());
  return {
    named: rows.filter(isNamed).map(entryOf),
    others: rows.filter((row) => !isNamed(row)).map(entryOf),
    busy: isFetching,
  };
}
