import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { asBridgeError, type BridgeError, call } from '../../bridge';
import type { Input, OperationName, Output, Preview } from '../../contract';
import { inputKey } from './inputKey';

/** The server is asked after a typing pause of this length. */
const restMilliseconds = 250;

/** What is known about the change that the form describes now. */
export interface PreviewState<Answer = Preview> {
  /** The last answer; it belongs to an earlier state of the form while `current` is false. */
  readonly preview: Answer | null;
  /** True if the answer belongs to the present state of the form. */
  readonly current: boolean;
  readonly error: BridgeError | null;
  readonly again: () => void;
}

/** The fingerprint that can be confirmed; null if there is no valid preview, or if nothing would change. */
export function shownFingerprint(state: PreviewState<{ readonly fingerprint: string }>, count: number): string | null {
  return state.current && count > 0 && state.error === null ? (state.preview?.fingerprint ?? null) : null;
}

/** Loads a preview whenever the form changes. The last answer stays visible until the next one arrives. */
export function usePreview<P extends OperationName>(
  operation: P,
  input: Input<P> | null,
  enabled: boolean,
): PreviewState<Output<P>> {
  const key = input === null ? null : inputKey(input);
  const [asked, setAsked] = useState({ key, input });
  useEffect(() => {
    if (key === asked.key) return undefined;
    const timer = setTimeout(() => setAsked({ key, input }), restMilliseconds);
    return () => clearTimeout(timer);
  }, [key, input, asked.key]);

  const query = useQuery({
    queryKey: ['change', 'preview', operation, asked.key],
    queryFn: ({ signal }) => {
      if (asked.input === null) throw new Error('no input');
      return call(operation, asked.input, { signal });
    },
    enabled: enabled && asked.key !== null,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

  return {
    preview: key === null ? null : (query.data ?? null),
    current: key !== null && key === asked.key && query.isSuccess && !query.isPlaceholderData && !query.isFetching,
    error: query.isError && key === asked.key ? asBridgeError(query.error) : null,
    again: () => void query.refetch(),
  };
}
