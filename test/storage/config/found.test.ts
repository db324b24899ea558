import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { moveEntriesIn } from '../../../electron/data/config/move-site.js';
import { engines } from '../../sandbox/database.js';
import { openTestSiteClient, type TestSiteClient } from '../hybrid/site-client.js';

type Entry = Record<string, unknown>;

const full = {
  tags: ['vip'],
  enabledApis: ['a1'],
  tvboxToken: 'TOKEN',
  showAdultContent: true,
  oidcSub: 'sub-1',
  note: 'kept',
};

describe.each(engines())('entries found again in the JSON of a site that has moved, on %s', (engine) => {
  let siteClient: TestSiteClient;
  /** Writes the JSON as a program does that does not know about the move. */
  const writeBehind = async (settings: Entry, ...users: Entry[]): Promise<void> => {
    const text = JSON.stringify({ ...settings, UserConfig: { Users: users } });
    await siteClient.sql('UPDATE admin_configs SET config_value = ?', text);
    await siteClient.site.redis.del(
      siteClient.site.keys.of('configSettings'),
      siteClient.site.keys.of('configVersion'),
    );
  };
  const entryOf = async (name: string): Promise<Entry | undefined> =>
    ((await siteClient.getAdminConfig())?.UserConfig?.Users ?? []).find((entry) => entry['username'] === name);
  const columnsOf = async (name: string): Promise<Entry | undefined> =>
    (
      await siteClient.sql(
        'SELECT banned, tags, enabled_apis, tvbox_token, show_adult_content FROM users WHERE username = ?',
        name,
      )
    )[0];
  const foundAgain = async (): Promise<number> =>
    Number((await siteClient.sql('SELECT found_again FROM console_config_state'))[0]?.['found_again']);
  beforeAll(async () => {
    siteClient = await openTestSiteClient(engine, 'ann', 'bob');
    await siteClient.createUserV2('boss', 'secret', 'owner');
    await moveEntriesIn(siteClient.site, { by: 'boss' });
  });
  beforeEach(async () => {
    const whole = (await siteClient.getAdminConfig()) ?? {};
    for (const entry of whole.UserConfig?.Users ?? []) if (entry['username'] === 'ann') Object.assign(entry, full);
    await siteClient.setAdminConfig(whole);
  });
  afterAll(() => siteClient.close());

  test('what a found entry does not name stays, in the columns too', async () => {
    await writeBehind({}, { username: 'ann', role: 'user', banned: true });
    const { tvboxToken, ...rest } = full;
    expect(await entryOf('ann')).toMatchObject({ ...rest, banned: true });
    expect(await entryOf('ann')).not.toHaveProperty('tvboxToken');
    expect(await columnsOf('ann')).toMatchObject({
      banned: 1,
      tags: expect.stringContaining('vip') as unknown,
      enabled_apis: expect.stringContaining('a1') as unknown,
      show_adult_content: 1,
    });
    await writeBehind({}, { username: 'ann', banned: false });
    expect(await entryOf('ann')).toMatchObject({ ...rest, tvboxToken, banned: false });
    expect(await columnsOf('ann')).toMatchObject({ banned: 0, tvbox_token: 'TOKEN' });
  });

  test('what it names is taken over, empty or not', async () => {
    await writeBehind({}, { username: 'ann', tags: [], note: null, oidcSub: 'sub-2', more: [1] });
    const entry = await entryOf('ann');
    expect(entry).toMatchObject({ note: null, oidcSub: 'sub-2', more: [1], enabledApis: ['a1'], tvboxToken: 'TOKEN' });
    expect(entry?.['tags'] ?? []).toEqual([]);
    expect(await columnsOf('ann')).toMatchObject({ tags: '[]', tvbox_token: 'TOKEN' });
    expect((await entryOf('bob'))?.['role']).toBe('user');
  });

  test('what has changed since it was written stays as it is', async () => {
    /** Writes entries as above, some seconds ago. */
    const writeBefore = async (...users: Entry[]): Promise<void> => {
      await siteClient.sql(
        'UPDATE admin_configs SET config_value = ?, updated_at = UTC_TIMESTAMP() - INTERVAL 5 SECOND',
        JSON.stringify({ UserConfig: { Users: users } }),
      );
    };
    const read = async (): Promise<void> => {
      await siteClient.site.redis.del(
        siteClient.site.keys.of('configSettings'),
        siteClient.site.keys.of('configVersion'),
      );
      await siteClient.getSiteSettings();
    };
    await siteClient.registerUser('cat', 'secret');
    await writeBefore(
      { username: 'ann', banned: false, tags: ['old'], note: 'old', seen: 1 },
      { username: 'bob', banned: true },
      { username: 'cat', banned: true },
      { username: 'dog', note: 'new' },
      { username: 'cat' },
    );
    await siteClient.banUser('ann', true);
    await siteClient.deleteUser('cat');
    await read();
    const { tvboxToken: _token, ...rest } = full;
    expect(await entryOf('ann')).toMatchObject({ ...rest, banned: true, seen: 1 });
    expect(await columnsOf('ann')).toMatchObject({ banned: 1, tvbox_token: null });
    expect(await entryOf('cat')).toBeUndefined();
    // For others it is accepted.
    expect(await entryOf('bob')).toMatchObject({ banned: true });
    expect(await entryOf('dog')).toEqual({ username: 'dog', note: 'new' });
    await siteClient.banUser('ann', false);
    await writeBefore({ username: 'bob', banned: true });
    await siteClient.banUser('bob', false);
    await read();
    expect(await entryOf('bob')).toMatchObject({ banned: false });
    expect(await columnsOf('bob')).toMatchObject({ banned: 0 });
  });

  test('what is refused does not hinder a setting, which replaces it', async () => {
    const before = await foundAgain();
    const whole = (await siteClient.getAdminConfig()) ?? {};
    const owner = { username: 'boss', role: 'owner', banned: true };
    await writeBehind({ Name: 'found' }, { username: 'ann', note: 'found' }, owner);
    // Readers continue with the rows.
    expect(await entryOf('ann')).toMatchObject({ note: 'kept' });
    await siteClient.setAdminConfig({ ...whole, Name: 'set' });
    expect(await siteClient.getSiteSettings()).toMatchObject({ Name: 'set' });
    expect((await entryOf('boss'))?.['banned']).toBeUndefined();
    expect(await entryOf('ann')).toMatchObject(full);
    expect(await foundAgain()).toBe(before + 1);
    const [row] = await siteClient.sql<{ text: string }>(
      'SELECT CAST(config_value AS CHAR) AS text FROM admin_configs',
    );
    expect(JSON.parse(row?.text ?? '')).toMatchObject({ UserConfig: { Users: [] } });
    // So does a value that the server does not accept.
    await writeBehind({}, { username: 'ann', note: 'found', tvboxToken: 'x'.repeat(2_000) });
    await siteClient.setAdminConfig({ ...whole, Name: 'again' });
    expect(await siteClient.getSiteSettings()).toMatchObject({ Name: 'again' });
    expect(await entryOf('ann')).toMatchObject(full);
    expect(await foundAgain()).toBe(before + 2);
  });
});
