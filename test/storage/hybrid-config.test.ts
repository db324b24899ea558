import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AdminConfig } from '../../electron/storage/types.js';
import { codeOf } from '../operations/helpers.js';
import { engines } from '../sandbox/database.js';
import { card, openTestHalf, type TestHalf } from './hybrid-half.js';
import { brokenRules } from './hybrid-invariants.js';

describe.each(engines())('the configuration on %s', (engine) => {
  let half: TestHalf;
  /** Changes entries as the site does: reads all, changes some, writes all. */
  const edit = async (changes: Record<string, Record<string, unknown>>): Promise<void> => {
    const config = await half.getAdminConfig();
    const entries = config?.UserConfig?.Users ?? [];
    await half.setAdminConfig({
      ...config,
      UserConfig: {
        ...config?.UserConfig,
        Users: entries.map((entry) => ({ ...entry, ...changes[String(entry['username'])] })),
      },
    });
  };
  beforeAll(async () => {
    half = await openTestHalf(engine);
  });
  afterAll(() => half.close());

  test('there is none until the site writes one; what is not known here survives', async () => {
    expect(await half.getAdminConfig()).toBeNull();
    const config: AdminConfig = {
      ConfigFile: '{"a":1}',
      Strange: { deep: [1, null, { ключ: 'значение' }] },
      UserConfig: { AllowRegister: true, Users: [{ username: 'ghost', role: 'user', future: 1 }], Tags: [] },
    };
    await half.setAdminConfig(config);
    expect(await half.getAdminConfig()).toEqual(config);
    expect(await (await half.another()).getAdminConfig()).toEqual(config);
    const wrong = [] as unknown as AdminConfig;
    expect(await codeOf(half.setAdminConfig(wrong))).toBe('invalid_input');
    await half.registerUser('ann', 'secret');
    const entries = (await half.getAdminConfig())?.UserConfig?.Users;
    expect(entries?.map((entry) => entry['username'])).toEqual(['ghost', 'ann']);
    expect(await half.getAdminConfig()).toMatchObject({
      Strange: config['Strange'],
      UserConfig: { AllowRegister: true },
    });
  });

  test('a row that is missing is written anew', async () => {
    const config = await half.getAdminConfig();
    await half.site.db.run('DELETE FROM admin_configs');
    await half.setAdminConfig(config ?? {});
    expect(await (await half.another()).getAdminConfig()).toEqual(config);
  });

  test('what the site changes in an entry is so in the tables', async () => {
    await half.createUserV2('bea', 'secret', 'user', ['a']);
    await half.createUserV2('cid', 'secret', 'user', ['kept']);
    expect(await half.getUserInfoV2('bea')).toMatchObject({ role: 'user', tags: ['a'] });
    await edit({
      bea: {
        role: 'admin',
        tags: ['vip'],
        enabledApis: ['x', 'y'],
        showAdultContent: true,
        tvboxToken: 'T'.repeat(32),
      },
    });
    expect(await half.getUserInfoV2('bea')).toMatchObject({
      role: 'admin',
      tags: ['vip'],
      enabledApis: ['x', 'y'],
      showAdultContent: true,
      tvboxToken: 'T'.repeat(32),
    });
    expect(await half.getUserInfoV2('cid')).toMatchObject({ tags: ['kept'] });
    await edit({
      bea: {
        role: 'nonsense',
        tags: undefined,
        enabledApis: undefined,
        showAdultContent: undefined,
        tvboxToken: undefined,
      },
    });
    const info = await half.getUserInfoV2('bea');
    expect(info).toMatchObject({ role: 'admin', tags: [], enabledApis: [], showAdultContent: false });
    expect(info?.tvboxToken).toBeUndefined();
    await edit({ bea: { role: 'user' } });
  });

  test('whoever registers between the site’s read and its write keeps the entry', async () => {
    const config = (await half.getAdminConfig()) ?? {};
    await half.createUserV2('quick', 'secret', 'user', ['new']);
    await half.setAdminConfig({ ...config, Announcement: 'late' });
    expect(await half.entry('quick')).toMatchObject({ tags: ['new'] });
    expect(await half.getAdminConfig()).toMatchObject({ Announcement: 'late' });
    await half.deleteUser('quick');
    expect(await half.entry('quick')).toBeUndefined();
  });

  test('a ban by the site is whole, and so is its end', async () => {
    await half.registerUser('dan', 'secret');
    await edit({ dan: { tvboxToken: 'D'.repeat(32) } });
    const code = (await half.getUserPoints('dan'))?.invitationCode;
    const session = await half.createSession('dan', {});
    await edit({ dan: { banned: true } });
    expect(await half.getUserInfoV2('dan')).toMatchObject({ banned: true });
    expect(await half.entry('dan')).toMatchObject({ banned: true });
    expect(await half.entry('dan')).not.toHaveProperty('tvboxToken');
    expect((await half.getUserPoints('dan'))?.invitationCode).toHaveLength(20);
    expect(await half.getSession(session)).toBeNull();
    expect(await half.site.redis.exists(half.site.keys.of('session', session))).toBe(0);
    expect(await brokenRules(half)).toEqual([]);
    await edit({ dan: { banned: false } });
    expect(await half.getUserInfoV2('dan')).toMatchObject({ banned: false, tvboxToken: 'D'.repeat(32) });
    expect(await half.entry('dan')).toMatchObject({ tvboxToken: 'D'.repeat(32) });
    expect((await half.getUserPoints('dan'))?.invitationCode).toBe(code);
  });

  test('an entry keeps the membership that the cards tell', async () => {
    await half.registerUser('eve', 'secret');
    const made = card();
    await half.createCardKey(made);
    const info = await half.bindCardKey('eve', made.key);
    await edit({ eve: { cardKey: { boundKey: 'else', expiresAt: 1, boundAt: 1 } } });
    expect(await half.entry('eve')).toMatchObject({ cardKey: info });
    await edit({ eve: { cardKey: undefined } });
    expect(await half.entry('eve')).toMatchObject({ cardKey: info });
  });

  test('no configuration harms the last owner', async () => {
    await half.createUserV2('boss', 'secret', 'owner');
    for (const change of [{ role: 'user' }, { banned: true }])
      expect(await codeOf(edit({ boss: change }))).toBe('forbidden');
    expect(await half.getUserInfoV2('boss')).toMatchObject({ role: 'owner', banned: false });
    await edit({ boss: { role: 'admin' }, ann: { role: 'owner' } });
    expect(await half.getUserInfoV2('boss')).toMatchObject({ role: 'admin' });
  });

  test('what stands and cannot be read is not written over', async () => {
    const [row] = await half.sql<{ config_value: string }>('SELECT config_value FROM admin_configs');
    await half.site.db.run(`UPDATE admin_configs SET config_value = '{"UserConfig": 5}'`);
    expect(await codeOf(half.setAdminConfig({ fresh: 1 }))).toBe('unsupported');
    expect(await codeOf(half.banUser('ann', true))).toBe('unsupported');
    await half.site.db.run('UPDATE admin_configs SET config_value = ?', [row?.config_value ?? '{}']);
  });

  test('after all of this the invariants hold', async () => {
    expect(await brokenRules(half)).toEqual([]);
  });
});
