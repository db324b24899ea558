import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { moveEntriesBack, moveEntriesIn } from '../../../electron/data/config/move-site.js';
import { codeOf } from '../../operations/helpers.js';
import { engines } from '../../sandbox/database.js';
import { openTestSiteClient, type TestSiteClient } from '../hybrid/site-client.js';

/** Configs as sites, users and other programs have written them. */
const odd: Readonly<Record<string, string>> = {
  'an empty one': '{}',
  'no UserConfig': '{"SiteConfig": {"n": 12345678901234567890}}',
  'UserConfig null': '{"UserConfig": null, "x": -0}',
  'no Users': '{"UserConfig":{"AllowRegister":true , "Tags":[]}}',
  'Users null': '{ "UserConfig" : { "Users" : null } }',
  'an empty list with white space': '{"UserConfig":{"Users":[  \n ]}}',
  'numbers, spacing, repeated names':
    '{\n "n": 12345678901234567890,\n "UserConfig" : { "Tags": [], "Users" : [ {"username":"ann","role":"user","x":1.0,"y":-0,"z":12345678901234567890} ,\n\t{ "username" : "bob", "role" : "user", "a" : 1, "a" : 2 } ] , "More": [1.50] }\n}',
  'elements of nobody':
    '{"UserConfig":{"Users":[null, 7, "x", [], {}, {"username":5}, {"username":"ann"},{"username":"ann","second":true} , {"username":"' +
    'n'.repeat(300) +
    '"}, {"username":""}]}}',
  'names of one spelling and another':
    '{"UserConfig":{"Users":[{"username":"Ann"},{"username":"ann"},{"username":"ann "},{"username":"ghost"}]}}',
  'two sections':
    '{"UserConfig":{"Users":[{"username":"bob"}]},"UserConfig":{"Users":[{"username":"ann"}],"Users":[{"username":"cid"}]}}',
  'a drift':
    '{"UserConfig":{"Users":[{"username":"ann","role":"admin","banned":true,"tags":["x"],"tvboxToken":"T","showAdultContent":true,"cardKey":{"boundKey":"k","expiresAt":1,"boundAt":1}}]}}',
};

describe.each(engines())('moving the entries of the config on %s', (engine) => {
  let siteClient: TestSiteClient;
  const write = async (text: string): Promise<void> => {
    await siteClient.site.cache.write([{ family: 'adminConfig', part: '' }], (tx) =>
      tx.run('UPDATE admin_configs SET config_value = ?', [text]).then(() => undefined),
    );
  };
  const stored = async (): Promise<string> => {
    const [row] = await siteClient.sql<{ text: string }>(
      'SELECT CAST(config_value AS CHAR) AS text FROM admin_configs',
    );
    return row?.text ?? '';
  };
  /** Moves in and back, and returns what every reader got before, between and after. */
  const thereAndBack = async (): Promise<unknown[]> => {
    // As JSON: Redis does not keep -0, which a value's loader still sees.
    const read = async (): Promise<unknown> => JSON.parse(JSON.stringify(await siteClient.getAdminConfig())) as unknown;
    const before = await read();
    await moveEntriesIn(siteClient.site, { by: 'boss' });
    const between = await read();
    await moveEntriesBack(siteClient.site, { by: 'boss' });
    return [before, between, await read()];
  };
  beforeAll(async () => {
    siteClient = await openTestSiteClient(engine);
    for (const name of ['ann', 'bob', 'cid']) await siteClient.registerUser(name, 'secret');
    await siteClient.sql("UPDATE users SET tags = '[\"a\"]', tvbox_token = 'other', banned = 0 WHERE username = 'cid'");
  });
  afterAll(() => siteClient.close());

  test.each(Object.entries(odd))('gives the very text back, and shows the same: %s', async (_, text) => {
    await write(text);
    const before = await stored();
    const [first, between, after] = await thereAndBack();
    expect(between).toEqual(first);
    expect(after).toEqual(first);
    expect(await stored()).toBe(before);
    expect(await siteClient.sql('SELECT * FROM console_config_entries')).toEqual([]);
  });

  test('gives the very text back of five thousand entries, and counts them beforehand', async () => {
    const users = Array.from(
      { length: 5_000 },
      (_, at) => `{"username": "u${String(at)}",\t"n":${String(at)}.0, "role":"user"}`,
    );
    await write(`{"UserConfig":{"Users":[${users.join(' ,')}, {"username":"cid"}, {"username":"cid"}]}}`);
    const before = await stored();
    const preview = await moveEntriesIn(siteClient.site, { by: 'boss', dryRun: true });
    expect(preview).toMatchObject({
      mode: 'json',
      entries: 5_002,
      withoutUser: 5_000,
      doubled: ['cid'],
      odd: 1,
      drifted: { tags: 1, tvboxToken: 1 },
      driftedSample: ['cid'],
      bytes: Buffer.byteLength(before),
    });
    expect(await stored()).toBe(before);
    expect(await moveEntriesIn(siteClient.site, { by: 'boss' })).toEqual(preview);
    const [row] = await siteClient.sql<{ entries: string; named: string }>(
      'SELECT COUNT(*) AS entries, COUNT(username) AS named FROM console_config_entries',
    );
    expect([Number(row?.entries), Number(row?.named)]).toEqual([5_002, 5_001]);
    expect(await moveEntriesBack(siteClient.site, { by: 'boss', dryRun: true })).toMatchObject({
      mode: 'rows',
      entries: 5_002,
    });
    await moveEntriesBack(siteClient.site, { by: 'boss' });
    expect(await stored()).toBe(before);
  });

  test('refuses what is there already, and what cannot be read', async () => {
    await write('{"UserConfig":{"Users":[{"username":"ann"}]}}');
    expect(await codeOf(moveEntriesBack(siteClient.site, { by: 'boss' }))).toBe('conflict');
    await moveEntriesIn(siteClient.site, { by: 'boss' });
    expect(await codeOf(moveEntriesIn(siteClient.site, { by: 'boss' }))).toBe('conflict');
    await moveEntriesBack(siteClient.site, { by: 'boss' });
    await write('{"UserConfig":{"Users":{}}}');
    expect(await codeOf(moveEntriesIn(siteClient.site, { by: 'boss' }))).toBe('unsupported');
    expect(await siteClient.sql('SELECT mode FROM console_config_state')).toEqual([{ mode: 'json' }]);
  });

  test('gives the very text back whatever it was', { timeout: 120_000 }, async () => {
    const space = fc.constantFrom('', ' ', '\n\t');
    const field = fc.tuple(
      fc.constantFrom('role', 'banned', 'tags', 'tvboxToken', 'cardKey', 'x', '中', 'username'),
      fc.constantFrom(
        '1.0',
        '12345678901234567890',
        'true',
        'false',
        'null',
        '[]',
        '["a"]',
        '"user"',
        '"T"',
        '"\\u0061"',
        '{"a":-0}',
      ),
    );
    const element = fc.oneof(
      fc.constantFrom('null', '1', '{}', '"x"'),
      fc
        .tuple(fc.constantFrom('ann', 'bob', 'cid', 'nobody', 'Ann'), fc.array(field, { maxLength: 4 }), space)
        .map(
          ([name, fields, gap]) =>
            `{${gap}"username":${gap}"${name}"${fields.map(([key, value]) => `,${gap}"${key}"${gap}:${value}${gap}`).join('')}}`,
        ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(space, element, space), { maxLength: 6 }), space, async (elements, gap) => {
        const list = elements.map(([a, one, b]) => a + one + b).join(',');
        await write(`{"a":1.0,${gap}"UserConfig":{"Users":${gap}[${list}]${gap}}}`);
        const before = await stored();
        const [first, between, after] = await thereAndBack();
        expect(between).toEqual(first);
        expect(after).toEqual(first);
        expect(await stored()).toBe(before);
      }),
      { numRuns: 40 },
    );
  });
});
