import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { moveEntriesIn } from '../../electron/data/config/move-site.js';
import { engines } from '../sandbox/database.js';
import { openTestHalf, type TestHalf } from './hybrid-half.js';

type Entry = Record<string, unknown>;

/** What a site may hand in that is unlike what it mostly does: the same comes of it wherever the entries are. */
describe.each(engines().flatMap((engine) => [false, true].map((rows) => ({ engine, rows }))))(
  'fields of entries on $engine, in rows: $rows',
  ({ engine, rows }) => {
    let half: TestHalf;
    const list = async (): Promise<Entry[]> => (await half.getAdminConfig())?.UserConfig?.Users ?? [];
    const entryOf = async (name: string): Promise<Entry | undefined> =>
      (await list()).find((entry) => entry['username'] === name);
    /** Hands the config in with the entry of a user as this text, or without it. */
    const set = async (name: string, text: string | null): Promise<void> => {
      const config = (await half.getAdminConfig()) ?? {};
      const others = (await list()).filter((entry) => entry['username'] !== name);
      const Users = [...others, ...(text === null ? [] : [JSON.parse(text) as Entry])];
      await half.setAdminConfig({ ...config, UserConfig: { ...config.UserConfig, Users } });
    };
    beforeAll(async () => {
      half = await openTestHalf(engine, 'ann', 'bob');
      await half.createUserV2('boss', 'secret', 'owner');
      if (rows) await moveEntriesIn(half.site, { by: 'boss' });
    });
    afterAll(() => half?.close());

    test('a membership that no card tells comes and goes', async () => {
      await set('ann', '{"username":"ann","role":"user","cardKey":{"boundKey":"k","expiresAt":1,"boundAt":1}}');
      await set('ann', '{"username":"ann","role":"user"}');
      expect(await entryOf('ann')).toEqual({ username: 'ann', role: 'user' });
    });
  },
);
