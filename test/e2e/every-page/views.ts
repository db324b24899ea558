import type { Keys } from './keys.js';

/** The sites of the walk, as environment variables. */
export interface Sites {
  /** The connection that the window opens at the start. */
  readonly connection: string;
  readonly owner: { readonly username: string; readonly password: string };
  /** A database of another application. */
  readonly foreign: Readonly<Record<string, string>>;
  /** A site without an owner. */
  readonly ownerless: Readonly<Record<string, string>>;
  /** Leaves expired cards as unused once more: an open console tidies them up by itself, sooner or later. */
  readonly untidy: () => Promise<unknown>;
}

/** The topmost layer of a view. */
export const layers = {
  door: 'main.md-door',
  page: 'main',
  jobs: '.md-jobs',
  drawer: 'aside.md-drawer',
  panel: '.mantine-Popover-dropdown, .mantine-Menu-dropdown',
  dialog: '[role="dialog"][aria-modal="true"]',
} as const;

/** A page, or something that opens above one: how to reach it by keys alone, and what opens inside it. */
export interface View {
  readonly name: string;
  readonly layer: keyof typeof layers;
  /** Starts from the enclosing view; without one, from anywhere. */
  open(by: Keys): Promise<void>;
  /** A selector that matches once the view is shown. Default: that of its layer. */
  readonly shows?: string;
  /** The keys that close it. Default: Esc. null: it closes with the enclosing view. A page is not closed. */
  readonly closes?: string | null;
  readonly inside?: readonly View[];
}

const page = (name: string, keys: string, shows: string, inside: readonly View[] = []): View => ({
  name,
  layer: 'page',
  open: (by) => by.press(keys),
  shows,
  inside,
});

/** Opened by keys, from the present focus. */
const keyed = (name: string, layer: View['layer'], keys: string, more: Partial<View> = {}): View => ({
  name,
  layer,
  open: (by) => by.opens(keys),
  ...more,
});

/** Opened by a button that is reached by Tab. */
const pressed = (name: string, layer: View['layer'], text: string, more: Partial<View> = {}): View => ({
  name,
  layer,
  open: async (by) => {
    await by.to(by.say(text));
    await by.opens('Enter');
  },
  ...more,
});

/** The editor of a filter, by its position in the list of filters. */
const editor = (name: string, at: number): View => ({
  name: `filter ${name}`,
  layer: 'panel',
  open: async (by) => {
    await by.opens('f');
    const focused = by.page.locator('.md-filter-list :focus');
    await focused.waitFor();
    await by.press(Array.from({ length: at }, () => 'ArrowDown').join(' '));
    const filter = await focused.textContent();
    await by.press('Enter');
    await by.page.locator('.md-filter-title', { hasText: filter ?? '' }).waitFor();
  },
  shows: '.md-filter-title',
});

/** Opened from a drawer's menu, by the position of the item. */
const chosen = (name: string, at: number, more: Partial<View> = {}): View => ({
  name,
  layer: 'dialog',
  open: async (by) => {
    await by.to(by.say('common:more'));
    await by.opens('Enter');
    await by.page.locator(layers.panel).waitFor();
    await by.press([...Array.from({ length: at }, () => 'ArrowDown'), 'Enter'].join(' '));
  },
  ...more,
});

/** Shown after an action in the enclosing view, and closed together with it. */
const step = (name: string, layer: View['layer'], open: View['open'], shows: string): View => ({
  name,
  layer,
  open,
  shows,
  closes: null,
});

/** The list of the first field is open, and the first Esc closes only that. */
const listed = { closes: 'Escape Escape' };

const menu = pressed('menu', 'panel', 'common:more');
const columns = pressed('columns', 'panel', 'table:columns');
const views = pressed('saved views', 'panel', 'filters:views');
const notes = '.md-change-preview';

/** The drawer of the first row, after `filter` has narrowed the list. */
const drawer = (name: string, filter: (by: Keys) => Promise<void>, inside: readonly View[]): View => ({
  name,
  layer: 'drawer',
  open: async (by) => {
    await filter(by);
    await by.press('j');
    await by.opens('Enter');
  },
  inside,
});

/** Saves what is on the screen as a view, and opens the menu that has it. */
const savedView: View = {
  name: 'a saved view',
  layer: 'panel',
  open: async (by) => {
    await by.to(by.say('filters:views'));
    await by.press('Enter');
    await by.page.locator(layers.panel).waitFor();
    await by.fill(by.say('filters:viewName'), 'mine');
    await by.press('Enter');
    await by.page.locator(layers.panel).waitFor({ state: 'detached' });
    await by.to('mine', 'Shift+Tab');
    await by.opens('Enter');
  },
  shows: '.md-view',
};

/** More card keys than are made while they are looked at. */
const many = '1000000';

/** A job while it runs, paused and cancelled, in its dialog and among all jobs. */
const runningJob: readonly View[] = [
  {
    name: 'issuing',
    layer: 'dialog',
    open: async (by) => {
      await by.to(by.say('cards:action.issue'));
      await by.opens('Enter');
      await by.page.locator(layers.dialog).waitFor();
      await by.fill(by.say('issue:count'), many);
      await by.page.locator('.md-change-bar input').waitFor();
      await by.fill(by.say('change:number.label', { value: '1,000,000' }), many);
      await confirm(by);
    },
    shows: '.md-change-doing',
    inside: [step('issuing paused', 'dialog', pause, '.md-change-bar')],
  },
  {
    name: 'a paused job',
    layer: 'jobs',
    open: async (by) => {
      await by.until('.md-jobs-toggle');
      await by.press('Enter');
    },
    shows: '.md-job .md-badge[data-tone="warn"]',
    closes: 'Enter',
    inside: [
      step('a running job', 'jobs', (by) => ofJob(by, 'jobs:resume'), '.md-job .md-badge[data-tone="accent"]'),
      step('a cancelled job', 'jobs', (by) => ofJob(by, 'jobs:cancel'), '.md-job .md-badge[data-tone="none"]'),
    ],
  },
];

/** Pauses the job of the dialog. */
async function pause(by: Keys): Promise<void> {
  await by.to(by.say('jobs:pause'));
  await by.press('Enter');
  await by.page.getByText(by.say('issue:doing.paused')).waitFor();
}

/** Presses a button of a job, and goes back to the line that folds the jobs. */
async function ofJob(by: Keys, text: string): Promise<void> {
  await by.to(by.say(text));
  await by.press('Enter');
  await by.until('.md-jobs-toggle');
}

const chosenRows: View = {
  name: 'chosen rows',
  layer: 'page',
  open: (by) => by.press('j x'),
  shows: '.md-selection',
  closes: 'Escape',
};

const anything = async (): Promise<void> => undefined;

/** Filters rows by state: chooses the nth value of the filter. */
const ofState = (nth: number, way: 'radio' | 'boxes') => async (by: Keys) => {
  const down = Array.from({ length: nth }, () => (way === 'radio' ? 'ArrowDown' : 'Tab'));
  await by.press('f');
  await by.page.locator(layers.panel).waitFor();
  await by.press(['Enter', ...down, ...(way === 'radio' ? ['Enter'] : ['Space', 'Escape'])].join(' '));
  await by.page.locator(layers.panel).waitFor({ state: 'detached' });
  await by.page.locator('[role="grid"] [data-username], [role="grid"] [data-card]').first().waitFor();
};

const users = page('users', 'g u', '[data-username]', [
  keyed('filters', 'panel', 'f'),
  editor('state', 0),
  editor('role', 1),
  editor('tag', 2),
  editor('membership', 3),
  editor('membership ends', 4),
  editor('points', 5),
  editor('created', 6),
  editor('login', 7),
  columns,
  views,
  savedView,
  pressed('users pasted', 'dialog', 'users:paste'),
  chosenRows,
  drawer('user', anything, [
    menu,
    keyed('ban', 'dialog', 'b', { shows: notes }),
    chosen('renew', 0),
    chosen('bind a card to a user', 1),
    chosen('password', 2),
    chosen('tags', 3, listed),
    chosen('apis', 4, listed),
    chosen('role', 5),
    chosen('delete', 7),
    {
      name: 'ban proof',
      layer: 'dialog',
      open: async (by) => {
        await by.opens('b');
        await by.press('ArrowDown ArrowDown Enter');
        await confirm(by);
      },
      shows: '.md-change-places',
    },
  ]),
]);

/** Goes down the audit to an entry that can be undone. */
async function undoableEntry(by: Keys): Promise<void> {
  const here = by.page.locator('[role="row"][data-active]');
  for (let step = 0; step < 20; step += 1) {
    await by.press('j');
    if ((await here.textContent())?.includes(by.say('audit:undo.possible')) === true) return by.opens('Enter');
  }
  throw new Error('No entry can be undone.');
}

/** Opens one batch after another until one can be rolled back. */
async function batchWithUnused(by: Keys): Promise<void> {
  const back = by.page.getByRole('button', { name: by.say('batches:rollback.open') });
  let label = '';
  do {
    await by.press('j');
    await by.opens('Enter');
    await by.page.locator(`${layers.drawer}:not([aria-label="${label}"])`).waitFor();
    label = (await by.page.locator(layers.drawer).getAttribute('aria-label')) ?? '';
    await back.waitFor();
  } while (await back.isDisabled());
}

/** Opens a page that has no letter, by the command palette. */
async function command(by: Keys, words: string): Promise<void> {
  await by.press('Control+k');
  await by.type(words);
  await by.page.locator('.md-palette-item').first().waitFor();
  await by.press('Enter');
  await by.page.locator(layers.dialog).waitFor({ state: 'detached' });
}

const confirmable = '.md-change-bar [type="submit"]:enabled';

/** Confirms the preview once that is possible. */
async function confirm(by: Keys): Promise<void> {
  await by.page.locator(confirmable).waitFor();
  await by.press('Control+Enter');
}

const overview = ({ owner, connection }: Sites): View => ({
  name: 'overview',
  layer: 'page',
  open: async (by) => {
    await by.fill(by.say('door:username'), owner.username);
    await by.fill(by.say('door:password'), owner.password);
    await by.press('Enter');
  },
  shows: '.md-figure',
  inside: [
    keyed('palette', 'dialog', 'Control+k'),
    keyed('shortcuts', 'dialog', '?'),
    pressed('operator', 'panel', 'shell:operator', {
      open: async (by) => {
        await by.to(by.say('shell:operator', { name: '' }));
        await by.opens('Enter');
      },
    }),
    pressed('unlock', 'panel', 'shell:readOnly'),
    {
      name: 'jobs',
      layer: 'jobs',
      open: async (by) => {
        await by.until('.md-jobs-toggle');
        await by.press('Enter');
      },
      shows: '.md-jobs-drawer',
      closes: 'Enter',
    },
    page('settings', 'g s', '.md-settings', [
      {
        name: 'migrate',
        layer: 'dialog',
        open: async (by) => {
          await by.until('.md-migration input');
          await by.press('Space');
          await by.to(by.say('schema:preview_one', { count: '1' }));
          await by.opens('Enter');
        },
        shows: '.md-plan',
      },
      pressed('unlock for settings', 'dialog', 'change:actions.unlock'),
      pressed('move of the config', 'dialog', 'config:move.document'),
    ]),
    {
      name: 'unlocked',
      layer: 'page',
      open: async (by) => {
        await by.to(by.say('shell:readOnly'));
        await by.press('Enter');
        await by.page.locator(layers.panel).waitFor();
        await by.type(connection);
        await by.press('Enter');
      },
      shows: '.md-lock[data-open]',
    },
  ],
});

/** Creates and opens a connection that leads to another entry page. */
const elsewhere = (name: string, { MYSQL_PASSWORD = '', ...env }: Readonly<Record<string, string>>): View['open'] => {
  const redis = new URL(env['REDIS_URL'] ?? '');
  const own = (variable: string) => env[variable] ?? '';
  return async (by) => {
    const fill = (field: string, text: string) => by.fill(by.say(`connect:${field}`), text);
    await by.to(by.say('connect:add'));
    await by.press('Enter');
    await by.page.locator('.md-form').waitFor();
    await fill('name', name);
    await fill('host', own('MYSQL_HOST'));
    await fill('port', own('MYSQL_PORT'));
    await fill('database', own('MYSQL_DATABASE'));
    await fill('user', own('MYSQL_USER'));
    await fill('password', MYSQL_PASSWORD);
    await fill('host', redis.hostname);
    await fill('port', redis.port);
    await fill('prefix', own('MOONDESK_REDIS_PREFIX'));
    await by.press('Enter');
    await by.page.locator('.md-connect-title').getByText(name).waitFor();
    await by.to(by.say('connect:open'));
    await by.press('Enter');
  };
};

/** All pages of the window and what opens above them, in an order in which keys can reach each of them. */
export function viewsOf(sites: Sites): readonly View[] {
  return [
    { name: 'sign-in', layer: 'door', open: anything, shows: 'input[type="password"]' },
    overview(sites),
    ...pages(sites),
    {
      name: 'connections',
      layer: 'door',
      open: (by) => command(by, by.say('shell:switchConnection')),
      shows: '.md-connect-title',
      inside: [
        step(
          'new connection',
          'door',
          async (by) => {
            await by.to(by.say('connect:add'));
            await by.press('Enter');
          },
          '.md-form',
        ),
        step('unsupported database', 'door', elsewhere('wp', sites.foreign), 'main h1:not(.md-page-title)'),
        step(
          'first owner',
          'door',
          async (by) => {
            await by.to(by.say('door:toConnections'));
            await by.press('Enter');
            await elsewhere('new', sites.ownerless)(by);
          },
          'input[autocomplete="new-password"]',
        ),
        step(
          'first owner confirmed',
          'door',
          async (by) => {
            const fill = (field: string, text: string) => by.fill(by.say(`door:${field}`), text);
            await fill('username', 'first_owner');
            await fill('password', 'long-enough-1');
            await fill('again', 'long-enough-1');
            await fill('connectionName', 'new');
            await by.press('Enter');
          },
          '.md-takes-focus',
        ),
      ],
    },
  ];
}

const pages = ({ untidy }: Sites): readonly View[] => [
  users,
  page('banned users', 'g u', '[data-username]', [
    drawer('banned user', ofState(1, 'radio'), [keyed('unban', 'dialog', 'u', { shows: notes })]),
  ]),
  page('cards', 'g k', '[data-card]', [
    editor('card state', 0),
    editor('card type', 1),
    editor('batch', 2),
    editor('channel', 3),
    editor('batch operator', 4),
    editor('batch exported', 5),
    editor('batch note', 6),
    editor('user', 7),
    editor('expires', 8),
    editor('card created', 9),
    editor('bound', 10),
    editor('stale', 11),
    pressed('cards pasted', 'dialog', 'cards:action.paste'),
    pressed('import', 'dialog', 'cards:action.import'),
    {
      name: 'import report',
      layer: 'dialog',
      open: async (by) => {
        await by.to(by.say('cards:action.import'));
        await by.opens('Enter');
        await by.page.locator('.md-import-hints').waitFor();
        await by.press('Enter');
      },
      shows: '.md-change-line',
    },
    pressed('issue', 'dialog', 'cards:action.issue'),
    ...runningJob,
    keyed('export', 'dialog', 'e'),
    chosenRows,
    drawer('unused card', ofState(0, 'boxes'), [
      pressed('reveal', 'dialog', 'cards:action.reveal'),
      pressed('bind', 'dialog', 'cards:action.bind'),
      chosen('reissue', 0),
      chosen('revoke', 2),
    ]),
  ]),
  page('used cards', 'g k', '[data-card]', [drawer('used card', ofState(1, 'boxes'), [menu, chosen('unbind', 0)])]),
  {
    name: 'batches',
    layer: 'page',
    open: (by) => command(by, 'batches'),
    shows: '[data-batch]',
    inside: [
      editor('channel of batches', 0),
      editor('operator of batches', 1),
      editor('exported batches', 2),
      {
        name: 'figures by channel',
        layer: 'page',
        open: async (by) => {
          await by.to(by.say('batches:figures.title'));
          await by.press('Enter');
        },
        shows: '.md-batches-figures a',
      },
      {
        name: 'batch',
        layer: 'drawer',
        open: batchWithUnused,
        inside: [
          pressed('batch export', 'dialog', 'batches:export'),
          pressed('rollback', 'dialog', 'batches:rollback.open'),
        ],
      },
    ],
  },
  {
    name: 'stock',
    layer: 'page',
    open: (by) => command(by, 'stock'),
    shows: '.md-stock-lines',
    inside: [
      {
        name: 'sweep',
        layer: 'dialog',
        open: async (by) => {
          await untidy();
          await by.to(by.say('cards:stock.refresh'));
          await by.press('Enter');
          await by.page.getByRole('button', { name: by.say('cards:action.sweep') }).waitFor();
          await by.to(by.say('cards:action.sweep'));
          await by.opens('Enter');
        },
      },
    ],
  },
  page('audit', 'g a', '[role="row"][data-index], [role="grid"] [role="gridcell"]', [
    editor('operator', 0),
    editor('operation', 1),
    editor('outcome', 2),
    editor('time', 3),
    {
      name: 'audit entry',
      layer: 'drawer',
      open: undoableEntry,
      inside: [pressed('undo', 'dialog', 'change:actions.undo', { shows: notes })],
    },
  ]),
];
