import { QueryCache, QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { asBridgeError, call } from '../bridge';
import type { SessionState } from '../contract';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => call('session.state', {}, { signal }),
  staleTime: Infinity,
});

/**
 * The one query client of the window. If a call is refused because of the session, the session is read again, so that
 * the right entry page opens by itself.
 */
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

/** Drops cached data of the site: it is not valid for another connection or operator. */
export function forgetSite(): void {
  const kept = ['session', 'connections'];
  queryClient.removeQueries({ predicate: ({ queryKey }) => !kept.includes(String(queryKey[0])) });
}

/** Stores the new session that an operation returned. */
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

/** The connection, the operator and the lock, as last reported by the main process. */
export function useSession(): SessionState {
  return useQuery(sessionQuery).data ?? closed;
}

export type Door = '/connect' | '/foreign' | '/first-owner' | '/sign-in';

/** The page that the operator has to pass first; null if the console is open. */
export function doorFor(session: SessionState): Door | null {
  if (session.connection === null) return '/connect';
  if (session.database === 'foreign') return '/foreign';
  if (session.needsOwner) return '/first-owner';
  return session.operator === null ? '/sign-in' : null;
}
