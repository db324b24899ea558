import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { asBridgeError, type BridgeError, call } from '../../bridge';
import type { Input, Preview } from '../../contract';
import type { PreviewOperation } from './operations';

/** Typing rests this long before the server is asked again. */
const restMilliseconds = 250;

/** What is known about the change that the form describes now. */
export interface PreviewState {
  /** The last answer; of an earlier form while `current` is false. */
  readonly preview: Preview | null;
  /** The answer belongs to the form as it stands. */
  readonly current: boolean;
  readonly error: BridgeError | null;
  readonly again: () => void;
}

/** Previews whenever the form changes; keeps the last answer on screen meanwhile. */
export function usePreview<P extends PreviewOperation>(
  operation: P,
  input: Input<P> | null,
  enabled: boolean,
): PreviewState {
  const key = input === null ? null : JSON.stringify(input);
  const [settled] = useDebouncedValue(key, restMilliseconds, { leading: true });
  const query = useQuery({
    queryKey: ['change', 'preview', operation, settled],
    queryFn: async ({ signal }): Promise<Preview> => {
      if (settled === null) throw new Error('no input');
      const asked: unknown = JSON.parse(settled);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the JSON was made of an Input<P> a few lines above
      return (await call(operation, asked as Input<P>, { signal })) as Preview;
    },
    enabled: enabled && settled !== null,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

  return {
    preview: key === null ? null : (query.data ?? null),
    current: key !== null && key === settled && query.isSuccess && !query.isPlaceholderData && !query.isFetching,
    error: query.isError && key === settled ? asBridgeError(query.error) : null,
    again: () => void query.refetch(),
  };
}
