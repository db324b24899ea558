import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { SessionState } from '../contract';
import { sessionQuery } from '../state/session';
import type { Example } from './example';

const session: SessionState = {
  connection: {
    id: 'gallery',
    name: '星月影院',
    environment: 'production',
    colour: '#4b54b8',
    host: 'db.example.com',
    database: 'moontv',
    demo: false,
  },
  operator: { username: 'owner', role: 'owner' },
  ended: null,
  locked: true,
  unlockedUntil: null,
  database: 'site_with_console',
  needsOwner: false,
};

/** Shows one example with everything around it that components expect: data, session, address. */
export function Stage({ example }: { readonly example: Example }): ReactElement {
  const [{ client, router }] = useState(() => surroundings(example));
  return (
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}

function surroundings({ show, session: own, known = [], path = '/' }: Example) {
  const client = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } },
  });
  client.setQueryData(sessionQuery.queryKey, { ...session, ...own });
  for (const [key, data] of known) client.setQueryData(key, data);
  const component = () => <>{show()}</>;
  const router = createRouter({
    routeTree: createRootRoute({ component, notFoundComponent: () => null }),
    history: createMemoryHistory({ initialEntries: [path] }),
  });
  return { client, router };
}
