import { QueryCache, QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { asBridgeError, call } from '../bridge';
import type { SessionState } from '../contract';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => call('session.state', {}, { signal }),
  staleTime: Infinity,
});

/** One client for the window. A refused session asks again who is signed in, so that the door opens by itself. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (query.queryKey[0] !== 'session' && asBridgeError(error).code === 'unauthenticated')
        void queryClient.invalidateQueries({ queryKey: ['session'] });
    },
  }),
  defaultOptions: {
    queries: { retry: false, refetchOnWindowFocus: false, networkMode: 'always', staleTime: 5_000 },
    mutations: { networkMode: 'always' },
  },
});

/** Forgets what was read of a site: under another connection or operator it is not true any more. */
export function forgetSite(): void {
  const kept = ['session', 'connections'];
  queryClient.removeQueries({ predicate: ({ queryKey }) => !kept.includes(String(queryKey[0])) });
}

/** Takes over a new session, as an operation answered it. */
export function setSession(next: SessionState): void {
  queryClient.setQueryData(sessionQuery.queryKey, next);
}

const closed: SessionState = {
  connection: null,
  operator: null,
  ended: null,
  locked: true,
  unlockedUntil: null,
  database: null,
  needsOwner: false,
};

/** The connection, the operator and the lock, as the main process last told. */
export function useSession(): SessionState {
  return useQuery(sessionQuery).data ?? closed;
}

export type Door = '/connect' | '/foreign' | '/first-owner' | '/sign-in';

/** Where an operator has to go first; null when the console is open. */
export function doorFor(session: SessionState): Door | null {
  if (session.connection === null) return '/connect';
  if (session.database === 'foreign') return '/foreign';
  if (session.needsOwner) return '/first-owner';
  return session.operator === null ? '/sign-in' : null;
}
