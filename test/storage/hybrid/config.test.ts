import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AdminConfig } from '../../../electron/storage/types.js';
import { codeOf } from '../../operations/helpers.js';
import { engines } from '../../sandbox/database.js';
import { card, openTestSiteClient, type TestSiteClient } from './site-client.js';
import { brokenRules } from './invariants.js';

describe.each(engines())('the configuration on %s', (engine) => {
  let siteClient: TestSiteClient;
  /** Changes entries as the site does: reads all, changes some, writes all. */
  const edit = async (changes: Record<string, Record<string, unknown>>): Promise<void> => {
    const config = await siteClient.getAdminConfig();
    const entries = config?.UserConfig?.Users ?? [];
    await siteClient.setAdminConfig({
      ...config,
      UserConfig: {
        ...config?.UserConfig,
        Users: entries.map((entry) => ({ ...entry, ...changes[String(entry['username'])] })),
      },
    });
  };
  beforeAll(async () => {
    siteClient = await openTestSiteClient(engine);
  });
  afterAll(() => siteClient.close());

  test('there is none until the site writes one; what is not known here survives', async () => {
    expect(await siteClient.getAdminConfig()).toBeNull();
    const config: AdminConfig = {
      ConfigFile: '{"a":1}',
      Strange: { deep: [1, null, { ключ: 'значение' }] },
      UserConfig: { AllowRegister: true, Users: [{ username: 'ghost', role: 'user', future: 1 }], Tags: [] },
    };
    await siteClient.setAdminConfig(config);
    expect(await siteClient.getAdminConfig()).toEqual(config);
    expect(await (await siteClient.another()).getAdminConfig()).toEqual(config);
    const wrong = [] as unknown as AdminConfig;
    expect(await codeOf(siteClient.setAdminConfig(wrong))).toBe('invalid_input');
    await siteClient.registerUser('ann', 'secret');
    const entries = (await siteClient.getAdminConfig())?.UserConfig?.Users;
    expect(entries?.map((entry) => entry['username'])).toEqual(['ghost', 'ann']);
    expect(await siteClient.getAdminConfig()).toMatchObject({
      Strange: config['Strange'],
      UserConfig: { AllowRegister: true },
    });
  });

  test('a row that is missing is written anew', async () => {
    const config = await siteClient.getAdminConfig();
    await siteClient.site.db.run('DELETE FROM admin_configs');
    await siteClient.setAdminConfig(config ?? {});
    expect(await (await siteClient.another()).getAdminConfig()).toEqual(config);
  });

  test('what the site changes in an entry is so in the tables', async () => {
    await siteClient.createUserV2('bea', 'secret', 'user', ['a']);
    await siteClient.createUserV2('cid', 'secret', 'user', ['kept']);
    expect(await siteClient.getUserInfoV2('bea')).toMatchObject({ role: 'user', tags: ['a'] });
    await edit({
      bea: {
        role: 'admin',
        tags: ['vip'],
        enabledApis: ['x', 'y'],
        showAdultContent: true,
        tvboxToken: 'T'.repeat(32),
      },
    });
    expect(await siteClient.getUserInfoV2('bea')).toMatchObject({
      role: 'admin',
      tags: ['vip'],
      enabledApis: ['x', 'y'],
      showAdultContent: true,
      tvboxToken: 'T'.repeat(32),
    });
    expect(await siteClient.getUserInfoV2('cid')).toMatchObject({ tags: ['kept'] });
    await edit({
      bea: {
        role: 'nonsense',
        tags: undefined,
        enabledApis: undefined,
        showAdultContent: undefined,
        tvboxToken: undefined,
      },
    });
    const info = await siteClient.getUserInfoV2('bea');
    expect(info).toMatchObject({ role: 'admin', tags: [], enabledApis: [], showAdultContent: false });
    expect(info?.tvboxToken).toBeUndefined();
    await edit({ bea: { role: 'user' } });
  });

  test('whoever registers between the site’s read and its write keeps the entry', async () => {
    const config = (await siteClient.getAdminConfig()) ?? {};
    await siteClient.createUserV2('quick', 'secret', 'user', ['new']);
    await siteClient.setAdminConfig({ ...config, Announcement: 'late' });
    expect(await siteClient.entry('quick')).toMatchObject({ tags: ['new'] });
    expect(await siteClient.getAdminConfig()).toMatchObject({ Announcement: 'late' });
    await siteClient.deleteUser('quick');
    expect(await siteClient.entry('quick')).toBeUndefined();
  });

  test('a ban by the site is whole, and so is its end', async () => {
    await siteClient.registerUser('dan', 'secret');
    await edit({ dan: { tvboxToken: 'D'.repeat(32) } });
    const code = (await siteClient.getUserPoints('dan'))?.invitationCode;
    const session = await siteClient.createSession('dan', {});
    await edit({ dan: { banned: true } });
    expect(await siteClient.getUserInfoV2('dan')).toMatchObject({ banned: true });
    expect(await siteClient.entry('dan')).toMatchObject({ banned: true });
    expect(await siteClient.entry('dan')).not.toHaveProperty('tvboxToken');
    expect((await siteClient.getUserPoints('dan'))?.invitationCode).toHaveLength(20);
    expect(await siteClient.getSession(session)).toBeNull();
    expect(await siteClient.site.redis.exists(siteClient.site.keys.of('session', session))).toBe(0);
    expect(await brokenRules(siteClient)).toEqual([]);
    await edit({ dan: { banned: false } });
    expect(await siteClient.getUserInfoV2('dan')).toMatchObject({ banned: false, tvboxToken: 'D'.repeat(32) });
    expect(await siteClient.entry('dan')).toMatchObject({ tvboxToken: 'D'.repeat(32) });
    expect((await siteClient.getUserPoints('dan'))?.invitationCode).toBe(code);
  });

  test('an entry keeps the membership that the cards tell', async () => {
    await siteClient.registerUser('eve', 'secret');
    const made = card();
    await siteClient.createCardKey(made);
    const info = await siteClient.bindCardKey('eve', made.key);
    await edit({ eve: { cardKey: { boundKey: 'else', expiresAt: 1, boundAt: 1 } } });
    expect(await siteClient.entry('eve')).toMatchObject({ cardKey: info });
    await edit({ eve: { cardKey: undefined } });
    expect(await siteClient.entry('eve')).toMatchObject({ cardKey: info });
  });

  test('no configuration harms the last owner', async () => {
    await siteClient.createUserV2('boss', 'secret', 'owner');
    for (const change of [{ role: 'user' }, { banned: true }])
      expect(await codeOf(edit({ boss: change }))).toBe('forbidden');
    expect(await siteClient.getUserInfoV2('boss')).toMatchObject({ role: 'owner', banned: false });
    await edit({ boss: { role: 'admin' }, ann: { role: 'owner' } });
    expect(await siteClient.getUserInfoV2('boss')).toMatchObject({ role: 'admin' });
  });

  test('what stands and cannot be read is not written over', async () => {
    const [row] = await siteClient.sql<{ config_value: string }>('SELECT config_value FROM admin_configs');
    await siteClient.site.db.run(`UPDATE admin_configs SET config_value = '{"UserConfig": 5}'`);
    expect(await codeOf(siteClient.setAdminConfig({ fresh: 1 }))).toBe('unsupported');
    expect(await codeOf(siteClient.banUser('ann', true))).toBe('unsupported');
    await siteClient.site.db.run('UPDATE admin_configs SET config_value = ?', [row?.config_value ?? '{}']);
  });

  test('after all of this the invariants hold', async () => {
    expect(await brokenRules(siteClient)).toEqual([]);
  });
});
