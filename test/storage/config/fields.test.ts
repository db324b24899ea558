import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { moveEntriesBack, moveEntriesIn } from '../../../electron/data/config/move-site.js';
import type { AdminConfig } from '../../../electron/storage/types.js';
import { canonical } from '../../../electron/data/config/same-json.js';
import { codeOf } from '../../operations/helpers.js';
import { engines } from '../../sandbox/database.js';
import { openTestSiteClient, type TestSiteClient } from '../hybrid/site-client.js';

type Entry = Record<string, unknown>;

/** Unusual data that a site may write: the result is the same wherever the entries are. */
describe.each(engines().flatMap((engine) => [false, true].map((rows) => ({ engine, rows }))))(
  'fields of entries on $engine, in rows: $rows',
  ({ engine, rows }) => {
    let siteClient: TestSiteClient;
    const list = async (): Promise<Entry[]> => (await siteClient.getAdminConfig())?.UserConfig?.Users ?? [];
    const entryOf = async (name: string): Promise<Entry | undefined> =>
      (await list()).find((entry) => entry['username'] === name);
    /** Writes the config with this text as the user's entry, or without the entry. */
    const set = async (name: string, text: string | null): Promise<void> => {
      const config = (await siteClient.getAdminConfig()) ?? {};
      const others = (await list()).filter((entry) => entry['username'] !== name);
      const Users = [...others, ...(text === null ? [] : [JSON.parse(text) as Entry])];
      await siteClient.setAdminConfig({ ...config, UserConfig: { ...config.UserConfig, Users } });
    };
    beforeAll(async () => {
      siteClient = await openTestSiteClient(engine, 'ann', 'bob');
      await siteClient.createUserV2('boss', 'secret', 'owner');
      if (rows) await moveEntriesIn(siteClient.site, { by: 'boss' });
    });
    afterAll(() => siteClient?.close());

    test.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'toJSON'])(
      'a field called %s comes, changes and goes',
      async (name) => {
        const text = (value: string): string => `{"username":"ann","role":"user",${value}"tags":[]}`;
        // In an existing entry, and in a new one.
        for (const user of ['ann', `new ${name}`])
          for (const value of [`"${name}":"x",`, `"${name}":{"a":1,"${name}":[1]},`, '', `"${name}":7,`]) {
            const entry = text(value).replace('ann', user);
            await set(user, entry);
            expect(canonical(await entryOf(user))).toBe(canonical(JSON.parse(entry)));
          }
        await siteClient.banUser('ann', true);
        expect(await entryOf('ann')).toHaveProperty('banned', true);
        await siteClient.banUser('ann', false);
        await set(`new ${name}`, null);
      },
    );

    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    /** Levels that a field of an entry may have, below the four above it. */
    const deepest = engine === 'mariadb' ? 27 : 96;

    test.each(['"half \\ud83d"', nested(deepest + 1), '"\\udc00"'])(
      'what the database cannot keep as JSON is refused, and nothing of it written: %s',
      async (value) => {
        const before = canonical(await siteClient.getAdminConfig());
        const user = (fields: string): string => `{"username":"ann","role":"user",${fields}}`;
        for (const text of [
          user(`"odd":${value}`),
          `{"username":"new","odd":${value}}`,
          `{"odd":${value}}`,
          user(`"banned":${value}`),
        ])
          expect(await codeOf(set('ann', text)), text).toBe('invalid_input');
        if (value.startsWith('"'))
          for (const text of [
            user(`"tags":[${value}]`),
            user(`"tvboxToken":${value}`),
            user(`"banned":true,${value}:1`),
          ])
            expect(await codeOf(set('ann', text)), text).toBe('invalid_input');
        const setting = { ...(await siteClient.getAdminConfig()), Strange: { deep: [JSON.parse(value)] } };
        if (value.startsWith('"'))
          expect(await codeOf(siteClient.setAdminConfig(setting as AdminConfig))).toBe('invalid_input');
        expect(canonical(await siteClient.getAdminConfig())).toBe(before);
        expect(canonical(await (await siteClient.another()).getAdminConfig())).toBe(before);
        expect(await siteClient.getUserInfoV2('ann')).toMatchObject({ banned: false, tags: [] });
      },
    );

    test('what it can only just keep is kept', async () => {
      const entry = `{"username":"ann","role":"user","odd":${nested(deepest)},"pair":"\\ud83d\\ude00","brackets":"${'['.repeat(200)}"}`;
      await set('ann', entry);
      expect(canonical(await entryOf('ann'))).toBe(canonical(JSON.parse(entry)));
      if (rows) {
        await moveEntriesBack(siteClient.site, { by: 'boss' });
        expect(canonical(await entryOf('ann'))).toBe(canonical(JSON.parse(entry)));
        await moveEntriesIn(siteClient.site, { by: 'boss' });
      }
      await set('ann', '{"username":"ann","role":"user"}');
    });

    test('a config of another shape is refused, and a list that is none is taken for an empty one', async () => {
      const before = canonical(await siteClient.getAdminConfig());
      for (const wrong of [[], 'x', null, 7, { UserConfig: [] }, { UserConfig: 'x' }, { UserConfig: 0 }, { big: 1n }])
        expect(await codeOf(siteClient.setAdminConfig(wrong as AdminConfig))).toBe('invalid_input');
      expect(canonical(await siteClient.getAdminConfig())).toBe(before);
      const names = new Set((await list()).map((entry) => entry['username']));
      for (const odd of [
        {},
        { UserConfig: null },
        { UserConfig: { Users: {} } },
        { UserConfig: { Users: null, Tags: [1] } },
      ]) {
        await siteClient.setAdminConfig(odd as AdminConfig);
        expect(new Set((await list()).map((entry) => entry['username']))).toEqual(names);
        await siteClient.banUser('ann', true);
        expect(await entryOf('ann')).toHaveProperty('banned', true);
        await siteClient.banUser('ann', false);
      }
    });

    test('a membership that no card tells comes and goes', async () => {
      await set('ann', '{"username":"ann","role":"user","cardKey":{"boundKey":"k","expiresAt":1,"boundAt":1}}');
      expect(await entryOf('ann')).toHaveProperty('cardKey.boundKey', 'k');
      await set('ann', '{"username":"ann","role":"user"}');
      expect(await entryOf('ann')).toEqual({ username: 'ann', role: 'user' });
    });
  },
);

describe.each(engines().flatMap((engine) => [false, true].map((rows) => ({ engine, rows }))))(
  'the config of a site without users on $engine, in rows: $rows',
  ({ engine, rows }) => {
    let siteClient: TestSiteClient;
    beforeAll(async () => {
      siteClient = await openTestSiteClient(engine);
      if (rows) await moveEntriesIn(siteClient.site, { by: 'boss' });
    });
    afterAll(() => siteClient?.close());

    test.each([{ UserConfig: { Users: {} } }, { UserConfig: { Users: 'x' } }, { UserConfig: null }, { Users: [] }])(
      'is read and written after %j',
      async (odd) => {
        await siteClient.setAdminConfig({ ...odd, Name: 'odd' } as unknown as AdminConfig);
        expect(await siteClient.getAdminConfig()).toMatchObject({ Name: 'odd' });
        expect(await siteClient.getSiteSettings()).toMatchObject({ Name: 'odd' });
        await siteClient.registerUser('ann', 'secret');
        expect((await siteClient.getAdminConfig())?.UserConfig?.Users).toMatchObject([{ username: 'ann' }]);
        await siteClient.deleteUser('ann');
        await siteClient.setAdminConfig({ Name: 'mended' });
        expect(await siteClient.getAdminConfig()).toMatchObject({ Name: 'mended' });
      },
    );
  },
);
