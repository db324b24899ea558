import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { auditList } from '../pages/audit/list';
import { batchesList } from '../pages/cards/batches/list';
import { cardsList } from '../pages/cards/list/list';
import { ConnectPage } from '../pages/connect';
import { FirstOwnerPage } from '../pages/first-owner';
import { UnsupportedDatabasePage } from '../pages/unsupported-database';
import { OverviewPage } from '../pages/overview';
import { SettingsPage } from '../pages/settings';
import { validateSettingsSearch } from '../pages/settings/search';
import { SignInPage } from '../pages/sign-in';
import { usersList } from '../pages/users/list';
import { Crash } from './Crash';
import { Frame } from './Frame';
import { Pending } from './Pending';
import { parseSearch, stringifySearch } from './search-text';
import { type Door, doorFor, queryClient, sessionQuery } from '../state/session';

/**
 * Guards the pages of the console: without a connection or a sign-in, it redirects to the entry page that is needed
 * first.
 */
async function needsOpenConsole(): Promise<void> {
  const door = doorFor(await queryClient.ensureQueryData(sessionQuery));
  if (door !== null) redirect({ to: door, replace: true, throw: true });
}

/** Guards an entry page: redirects if another page has to come first, or if the console is already open. */
function onlyAt(own: Door): () => Promise<void> {
  return async () => {
    const door = doorFor(await queryClient.ensureQueryData(sessionQuery));
    if (door !== own) redirect({ to: door ?? '/overview', replace: true, throw: true });
  };
}

const root = createRootRoute({ component: Frame, errorComponent: Crash, notFoundComponent: OverviewPage });
const child = { getParentRoute: () => root };

const tree = root.addChildren([
  createRoute({
    ...child,
    path: '/',
    beforeLoad: () => {
      redirect({ to: '/overview', replace: true, throw: true });
    },
  }),
  createRoute({
    ...child,
    path: '/connect',
    component: ConnectPage,
    beforeLoad: async () => void (await queryClient.ensureQueryData(sessionQuery)),
  }),
  createRoute({ ...child, path: '/foreign', component: UnsupportedDatabasePage, beforeLoad: onlyAt('/foreign') }),
  createRoute({ ...child, path: '/first-owner', component: FirstOwnerPage, beforeLoad: onlyAt('/first-owner') }),
  createRoute({ ...child, path: '/sign-in', component: SignInPage, beforeLoad: onlyAt('/sign-in') }),
  createRoute({ ...child, path: '/overview', component: OverviewPage, beforeLoad: needsOpenConsole }),
  createRoute({
    ...child,
    path: '/users',
    component: lazyRouteComponent(() => import('../pages/users'), 'UsersPage'),
    validateSearch: usersList.read,
    beforeLoad: needsOpenConsole,
  }),
  createRoute({
    ...child,
    path: '/cards',
    component: lazyRouteComponent(() => import('../pages/cards'), 'CardsPage'),
    validateSearch: cardsList.read,
    beforeLoad: needsOpenConsole,
  }),
  createRoute({
    ...child,
    path: '/cards/batches',
    component: lazyRouteComponent(() => import('../pages/cards'), 'BatchesTab'),
    validateSearch: batchesList.read,
    beforeLoad: needsOpenConsole,
  }),
  createRoute({
    ...child,
    path: '/cards/overview',
    component: lazyRouteComponent(() => import('../pages/cards'), 'StockPage'),
    beforeLoad: needsOpenConsole,
  }),
  createRoute({
    ...child,
    path: '/audit',
    component: lazyRouteComponent(() => import('../pages/audit'), 'AuditPage'),
    validateSearch: auditList.read,
    beforeLoad: needsOpenConsole,
  }),
  createRoute({
    ...child,
    path: '/settings',
    component: SettingsPage,
    validateSearch: validateSettingsSearch,
    beforeLoad: needsOpenConsole,
  }),
]);

export const router = createRouter({
  routeTree: tree,
  history: createHashHistory(),
  parseSearch,
  stringifySearch,
  defaultErrorComponent: Crash,
  defaultPendingComponent: Pending,
  defaultPendingMs: 200,
  defaultPreload: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
