import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { moveEntriesBack, moveEntriesIn } from '../../../electron/data/config/move-site.js';
import { splitList } from '../../../electron/data/config/json-text.js';
import { usersText } from '../../../electron/data/config/users-text.js';
import { Site } from '../../../electron/data/site.js';
import { openTestSite, type TestSite } from '../../operations/helpers.js';
import { addPeople, type Person } from '../../operations/fixtures/users.js';
import { engines } from '../../sandbox/database.js';
import { card, type SiteClient, openSiteClient, sha } from '../hybrid/site-client.js';
import { redisUp } from '../redis-up.js';

const start = Date.now();
const made = Date.UTC(2026, 0, 1);
const day = 86_400_000;
/** A card whose times are the same in both worlds. */
const keyed = (key: string, days = 30): ReturnType<typeof card> =>
  card({ key, createdAt: made, expiresAt: Date.UTC(2030, 0, 1) + days * day });

const given = new Set([...['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'].map(sha), 'k']);

/** Users as on real sites: complete, drifted, without an entry, with unknown fields, with unusual forms. */
const people: readonly Person[] = [
  { username: 'boss', role: 'owner' },
  { username: 'boss2', role: 'owner' },
  { username: 'helper', role: 'admin' },
  ...['plain', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8', 'gone', 'gone2', 'bound', 'bound2'].map((username) => ({
    username,
  })),
  { username: 'forms', entry: { banned: false, tags: [], enabledApis: null, tvboxToken: '', showAdultContent: false } },
  { username: 'tagged', tags: '["a", "b"]', entry: { tags: ['a', 'b'] } },
  {
    username: 'drift',
    tags: '["mine"]',
    token: 'mine',
    entry: { tags: ['theirs'], tvboxToken: 'theirs', banned: true },
  },
  { username: 'drift2', banned: true, tags: '["x"]', entry: { cardKey: { boundKey: 'k', expiresAt: 1, boundAt: 1 } } },
  { username: 'drift3', token: 't3', entry: { tvboxToken: undefined, role: 'admin' } },
  { username: 'token', token: 'T'.repeat(20) },
  { username: 'noentry', entry: null },
  { username: 'noentry2', entry: null },
  { username: 'noentry3', entry: null, role: 'admin', tags: '["x"]', token: 'T'.repeat(21) },
  { username: 'noentry4', entry: null, tags: '["x"]' },
  { username: 'hidden', token: 'T'.repeat(22), entry: { tvboxToken: undefined } },
  { username: 'future', entry: { future: { deep: [1, { b: 2 }] }, password: sha('secret1'), oidcSub: 'o' } },
  { username: 'banned', banned: true, entry: { banned: true } },
  { username: 'weird', entry: { role: 'superadmin', tags: 'one', banned: 'yes' } },
  { username: '张三', tags: '["标签"]', entry: { tags: ['标签'], 备注: '“引号”' } },
];

interface World {
  readonly desk: TestSite;
  readonly siteClient: SiteClient;
  /** Another process. */
  readonly other: SiteClient;
  readonly audits: string[];
  close(): Promise<void>;
}

async function newWorld(engine: 'mariadb' | 'mysql', rows: boolean): Promise<World> {
  const desk = await openTestSite(engine);
  const siteClient = openSiteClient(desk.site);
  await addPeople(desk.site.db, people);
  for (const key of ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8']) await siteClient.createCardKey(keyed(key));
  for (const name of ['bound', 'bound2']) await siteClient.bindCardKey(name, name === 'bound' ? 'c7' : 'c8');
  // What only the JSON's text keeps, in an unchanged entry and in one that changes often.
  const [row] = await desk.site.db.rows<{ text: string }>('SELECT config_value AS text FROM admin_configs');
  const text = (row?.text ?? '').replace(
    /\]\s*\}\s*\}\s*$/,
    ', {"username":"ghost","n":12345678901234567890,"v" : 1.0}, {"username":"plain"}, 7]}}',
  );
  await desk.site.cache.write([{ family: 'adminConfig', part: '' }], (tx) =>
    tx.run('UPDATE admin_configs SET config_value = ?', [text]).then(() => undefined),
  );
  if (rows) await moveEntriesIn(desk.site, { by: 'boss' });
  const site = await Site.open(desk.site.config);
  for (const one of [desk.site, site]) {
    await redisUp(one);
    await one.cache.ready();
  }
  const other = openSiteClient(site);
  await other.getAdminConfig();
  return {
    desk,
    siteClient,
    other,
    audits: [],
    close: async () => {
      await site.close();
      await desk.close();
    },
  };
}

/** Close times of this run become equal; salted passwords are hidden. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part: unknown) => {
      // Rounded, so that no time of this run is at the border of two parts: the server's clock may be a little behind
      // ours.
      if (typeof part === 'number' && part > start - day) return Math.round((part - start) / (day / 4));
      // The key drawn for a renewal is random.
      if (key === 'boundKey' && !given.has(part as string)) return 'drawn';
      return key === 'password' && typeof part === 'string' && part.includes(':') ? 'salted' : part;
    }),
  ) as unknown;
}

async function users(siteClient: SiteClient): Promise<unknown[]> {
  return (await siteClient.getAdminConfig())?.UserConfig?.Users ?? [];
}

/** The stored texts of each element. */
async function texts({ desk }: World, rows: boolean): Promise<string[]> {
  if (rows) {
    const found = await desk.site.db.rows<{ entry: string; base: string | null }>(
      'SELECT entry, base FROM console_config_entries ORDER BY id',
    );
    return found.map((row) => `${row.entry}${row.base ?? ''}`);
  }
  const [row] = await desk.site.db.rows<{ text: string }>('SELECT config_value AS text FROM admin_configs');
  return [...splitList(usersText(row?.text ?? '') ?? '[]').elements];
}

type Act = (world: World) => Promise<unknown>;

/** A change of the console, previewed and done; its audit entry is kept for its undo. */
const doing =
  (operation: string, input: Record<string, unknown>): Act =>
  async ({ desk, audits }) => {
    const call = desk.call.bind(desk) as (
      name: string,
      input: unknown,
    ) => Promise<{ fingerprint: string; proof: { auditId: string } }>;
    const { fingerprint } = await call(`${operation}.preview`, input);
    const answer = await call(operation, { ...input, fingerprint });
    audits.push(answer.proof.auditId);
  };
const who = (...names: string[]): { names: string[] } => ({ names });
const undo: Act = async (world) => {
  const id = world.audits.pop() ?? '';
  await doing('audit.undo', { id })(world);
  world.audits.pop();
};
const cardId = async ({ desk }: World, key: string): Promise<string> => {
  const [row] = await desk.site.db.rows<{ id: string }>('SELECT id FROM card_keys WHERE key_hash = ?', [sha(key)]);
  return String(row?.id);
};
/** The site's way: reads all, changes an entry, writes all. */
const editing =
  (name: string, change: Record<string, unknown>): Act =>
  async ({ siteClient }) => {
    const config = (await siteClient.getAdminConfig()) ?? {};
    const list = (config.UserConfig?.Users ?? []).map((entry) =>
      (entry as unknown) !== 7 && entry['username'] === name ? { ...entry, ...change } : entry,
    );
    await siteClient.setAdminConfig({ ...config, UserConfig: { ...config.UserConfig, Users: list } });
  };

/** Every existing change of one user: whose, and how. */
const changes: readonly (readonly [what: string, names: readonly string[], act: Act])[] = [
  ['registerUser', ['new1'], ({ siteClient }) => siteClient.registerUser('new1', 'secret')],
  [
    'createUserV2 with everything',
    ['new2', 'boss'],
    ({ siteClient }) =>
      siteClient.createUserV2('new2', 'secret', 'admin', ['t'], 'oidc', ['api'], 'c1', 'boss', '10.1.1.1'),
  ],
  [
    'registerUser of a name whose entry outlived them',
    ['ghost'],
    ({ siteClient }) => siteClient.registerUser('ghost', 'secret'),
  ],
  ['changePassword', ['plain'], ({ siteClient }) => siteClient.changePassword('plain', 'secret2')],
  ['changePassword in the entry too', ['future'], ({ siteClient }) => siteClient.changePassword('future', 'secret2')],
  ['banUser', ['p2'], ({ siteClient }) => siteClient.banUser('p2', true)],
  ['banUser again', ['p2'], ({ siteClient }) => siteClient.banUser('p2', true)],
  ['banUser lifts', ['p2'], ({ siteClient }) => siteClient.banUser('p2', false)],
  ['banUser with a token', ['token'], ({ siteClient }) => siteClient.banUser('token', true)],
  ['banUser gives the token back', ['token'], ({ siteClient }) => siteClient.banUser('token', false)],
  ['banUser of who has no entry', ['noentry'], ({ siteClient }) => siteClient.banUser('noentry', true)],
  ['banUser lifts for who had none', ['noentry'], ({ siteClient }) => siteClient.banUser('noentry', false)],
  ['banUser of a drifted entry', ['drift'], ({ siteClient }) => siteClient.banUser('drift', true)],
  ['banUser lifts a drifted entry', ['drift'], ({ siteClient }) => siteClient.banUser('drift', false)],
  ['banUser lifts what only the table says', ['drift2'], ({ siteClient }) => siteClient.banUser('drift2', false)],
  ['banUser lifts a ban of the entry alone', ['forms'], ({ siteClient }) => siteClient.banUser('forms', false)],
  ['deleteUser', ['gone'], ({ siteClient }) => siteClient.deleteUser('gone')],
  ['registerUser of a deleted name', ['gone'], ({ siteClient }) => siteClient.registerUser('gone', 'secret')],
  ['bindCardKey', ['p3'], ({ siteClient }) => siteClient.bindCardKey('p3', 'c2')],
  ['bindCardKey renews', ['p3'], ({ siteClient }) => siteClient.bindCardKey('p3', 'c3')],
  ['bindCardKey of a drifted membership', ['drift2'], ({ siteClient }) => siteClient.bindCardKey('drift2', 'c6')],
  [
    'updateCardKey',
    ['bound'],
    ({ siteClient }) => siteClient.updateCardKey(sha('c7'), { expiresAt: Date.UTC(2031, 1, 1) }),
  ],
  [
    'updateCardKey binds',
    ['p5'],
    ({ siteClient }) => siteClient.updateCardKey(sha('c4'), { status: 'used', boundTo: 'p5', boundAt: made }),
  ],
  [
    'updateUserCardKeyInfo',
    ['bound2'],
    ({ siteClient }) =>
      siteClient.updateUserCardKeyInfo('bound2', {
        boundKey: sha('c8'),
        expiresAt: Date.UTC(2032, 1, 1),
        boundAt: made,
      }),
  ],
  [
    'addUserCardKey that is used',
    ['p6'],
    ({ siteClient }) =>
      siteClient.addUserCardKey({
        id: 'r1',
        keyHash: sha('c5'),
        username: 'p6',
        type: 'month',
        status: 'used',
        source: 'manual',
        createdAt: made,
        expiresAt: Date.UTC(2030, 5, 1),
        usedAt: made,
        usedBy: 'p6',
      }),
  ],
  [
    'updateUserCardKey',
    ['p6'],
    ({ siteClient }) => siteClient.updateUserCardKey('r1', { expiresAt: Date.UTC(2033, 5, 1) }),
  ],
  [
    'setAdminConfig: a role, tags, a token',
    ['p7'],
    editing('p7', { role: 'admin', tags: ['x'], tvboxToken: 'new', note: 1 }),
  ],
  ['setAdminConfig: back', ['p7'], editing('p7', { role: 'user', tags: [], tvboxToken: undefined, note: undefined })],
  ['setAdminConfig: a ban', ['p8'], editing('p8', { banned: true })],
  ['setAdminConfig: its end', ['p8'], editing('p8', { banned: false })],
  ['setAdminConfig: adult content', ['forms'], editing('forms', { showAdultContent: true, enabledApis: ['q'] })],
  ['setAdminConfig: a strange role', ['weird'], editing('weird', { role: 'queen', more: { a: 1 } })],
  ['setAdminConfig: of a drifted entry', ['drift'], editing('drift', { tags: ['new'], extra: [1] })],
  ['setAdminConfig: demotes an owner', ['boss2'], editing('boss2', { role: 'user' })],
  ['users.ban', ['plain'], doing('users.ban', { who: who('plain'), reason: 'sharing' })],
  ['its undo', ['plain'], undo],
  [
    'users.ban of many',
    ['plain', 'token', 'noentry2', '张三'],
    doing('users.ban', { who: who('plain', 'token', 'noentry2', '张三'), reason: 'fraud' }),
  ],
  [
    'users.unban of many',
    ['plain', 'token', 'noentry2', '张三'],
    doing('users.unban', { who: who('plain', 'token', 'noentry2', '张三') }),
  ],
  ['its undo: they are banned', ['plain', 'token', 'noentry2', '张三'], undo],
  [
    'users.ban of drifted entries',
    ['drift', 'drift3'],
    doing('users.ban', { who: who('drift', 'drift3'), reason: 'other' }),
  ],
  ['its undo: as drifted', ['drift', 'drift3'], undo],
  ...['noentry3', 'hidden'].flatMap((name): (typeof changes)[number][] => [
    [`users.ban of ${name}`, [name], doing('users.ban', { who: who(name), reason: 'other' })],
    ['its undo', [name], undo],
    [
      `users.unban of ${name}, taken back: they are banned, and have no token`,
      [name],
      async (world) => {
        await doing('users.ban', { who: who(name), reason: 'other' })(world);
        await doing('users.unban', { who: who(name) })(world);
        await undo(world);
      },
    ],
  ]),
  ['users.tag of who has no entry', ['noentry4'], doing('users.tag', { who: who('noentry4'), add: ['y'], remove: [] })],
  ['cards.renew of who has no entry', ['noentry4'], doing('cards.renew', { who: who('noentry4'), type: 'month' })],
  ['its undo', ['noentry4'], undo],
  ['users.unban of what the site has banned', ['banned'], doing('users.unban', { who: who('banned') })],
  ['its undo', ['banned'], undo],
  ['users.role up', ['p3'], doing('users.role', { who: who('p3'), role: 'admin' })],
  ['users.role down', ['p3'], doing('users.role', { who: who('p3'), role: 'user' })],
  ['its undo: up again', ['p3'], undo],
  [
    'users.tag',
    ['tagged', 'forms', 'drift2'],
    doing('users.tag', { who: who('tagged', 'forms', 'drift2'), add: ['z'], remove: ['a'] }),
  ],
  ['its undo', ['tagged', 'forms', 'drift2'], undo],
  ['users.tag takes the last', ['张三'], doing('users.tag', { who: who('张三'), add: [], remove: ['标签'] })],
  ['users.apis', ['p4', 'noentry'], doing('users.apis', { who: who('p4', 'noentry'), apis: ['one', 'two'] })],
  ['its undo', ['p4', 'noentry'], undo],
  [
    'users.password',
    ['future'],
    ({ desk }) => desk.call('users.password', { username: 'future', password: 'secret9' }),
  ],
  ['users.delete', ['gone2', 'bound2', 'future'], doing('users.delete', { who: who('gone2', 'bound2', 'future') })],
  ['its undo: every entry in its place', ['gone2', 'bound2', 'future'], undo],
  ['cards.renew', ['p5', 'boss2'], doing('cards.renew', { who: who('p5', 'boss2'), type: 'month' })],
  ['its undo', ['p5', 'boss2'], undo],
  [
    'cards.unbind',
    ['bound'],
    async (world) => doing('cards.unbind', { who: { ids: [await cardId(world, 'c7')] }, afterwards: 'stock' })(world),
  ],
  ['its undo', ['bound'], undo],
  [
    'cards.revoke of a bound one',
    ['bound'],
    async (world) => doing('cards.revoke', { who: { ids: [await cardId(world, 'c7')] }, boundToo: true })(world),
  ],
  ['its undo', ['bound'], undo],
  ['users.delete of who has no entry', ['noentry2'], doing('users.delete', { who: who('noentry2') })],
  ['its undo', ['noentry2'], undo],
];

describe.each(engines())(
  'the config with entries in rows says what it says with entries in the JSON on %s',
  (engine) => {
    let json: World;
    let rows: World;
    beforeAll(async () => {
      [json, rows] = [await newWorld(engine, false), await newWorld(engine, true)];
    });
    afterAll(async () => {
      await json?.close();
      await rows?.close();
    });

    test('to begin with', async () => {
      expect(plain(await users(rows.siteClient))).toEqual(plain(await users(json.siteClient)));
    });

    test.each(changes)('%s', async (_, names, act) => {
      const before = [await texts(json, false), await texts(rows, true)];
      const outcome = async (world: World): Promise<unknown> =>
        act(world).then(
          () => 'done',
          (error: unknown) => String(error),
        );
      const ends = [await outcome(json), await outcome(rows)];
      expect(ends).toEqual(['done', 'done']);
      const expected = plain(await users(json.siteClient));
      expect(plain(await users(rows.siteClient))).toEqual(expected);
      // Another process, which has composed the document before.
      expect(plain(await users(rows.other))).toEqual(expected);
      for (const [at, world] of [json, rows].entries()) {
        const others = (list: readonly string[] | undefined): string[] =>
          (list ?? []).filter((text) => !names.some((name) => text.includes(JSON.stringify(name))));
        expect(others(await texts(world, at === 1))).toEqual(others(before[at]));
      }
    });

    test('and goes back to it', async () => {
      await moveEntriesBack(rows.desk.site, { by: 'boss' });
      const expected = plain(await users(json.siteClient));
      expect(plain(await users(rows.siteClient))).toEqual(expected);
      expect(plain(await users(rows.other))).toEqual(expected);
    });
  },
);
