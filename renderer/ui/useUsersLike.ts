import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call } from '../bridge';

/** The longest user name. */
export const longestName = 50;

/** Asks the server for up to six users whose name contains the text, sorted by name. */
const ask = (search: string, signal?: AbortSignal) =>
  call(
    'users.list',
    { filter: { search }, sort: 'username', descending: false, limit: 6 },
    signal === undefined ? {} : { signal },
  );

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** The user of exactly this name, however it is capitalised; null if there is none. */
export async function userNamed(name: string): Promise<string | null> {
  if (name.length > longestName) return null;
  const { rows } = await ask(name);
  return rows.find(({ username }) => same(username, name))?.username ?? null;
}

interface UsersLike {
  /** The name that is exactly the text, if there is one. */
  readonly named: readonly string[];
  readonly others: readonly string[];
  /** The answer to this text is still to come. */
  readonly busy: boolean;
}

/**
 * Up to six users whose name contains the text. Until the answer has come, those of the answer before that still fit:
 * somebody whom the text does not mean is never offered.
 */
export function useUsersLike(typed: string, enabled = true): UsersLike {
  const text = typed.trim();
  const [search] = useDebouncedValue(text, 150);
  const wanted = enabled && text !== '' && text.length <= longestName;
  const { data, isFetching, isPlaceholderData } = useQuery({
    queryKey: ['users', 'lookup', search],
    queryFn: ({ signal }) => ask(search, signal),
    enabled: wanted && search !== '' && search.length <= longestName,
    placeholderData: keepPreviousData,
  });
  if (!wanted) return { named: [], others: [], busy: false };
  const isAnswer = search === text && !isPlaceholderData;
  const fits = (name: string): boolean => isAnswer || name.toLowerCase().includes(text.toLowerCase());
  const names = (data?.rows ?? []).map(({ username }) => username).filter(fits);
  return {
    named: names.filter((name) => same(name, text)),
    others: names.filter((name) => !same(name, text)),
    busy: isFetching || search !== text,
  };
}
