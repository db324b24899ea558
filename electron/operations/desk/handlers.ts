import { contract } from '../../contract/index.js';
import type { Definition } from '../../contract/operation.js';
import type { HandlersOf } from '../context.js';
import { listViews, removeView, saveView } from './views.js';

export const deskHandlers = {
  'desk.operations': (_input, { say }) =>
    Promise.resolve(
      Object.entries(contract as Readonly<Record<string, Definition>>).map(
        ([name, { summary, kind, role, scope, needs = null }]) => ({
          name,
          summary: say(summary),
          kind,
          role,
          scope,
          needs,
        }),
      ),
    ),
  'desk.ping': () => Promise.resolve({ at: new Date().toISOString() }),
  'views.list': ({ page }, { desk }) => listViews(desk, page),
  'views.save': ({ page, name, state }, { desk }) => saveView(desk, { page, name, state }),
  'views.remove': async ({ page, name }, { desk }) => ({ removed: await removeView(desk, page, name) }),
} satisfies HandlersOf<'desk' | 'views'>;
