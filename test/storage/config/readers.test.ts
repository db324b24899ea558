/** What readers get while the entries of a config move, and while an older version of the storage shares Redis. */
import { afterEach, describe, expect, test } from 'vitest';
import { ComposedEntries } from '../../../electron/data/config/composed-entries.js';
import { moveEntriesBack, moveEntriesIn } from '../../../electron/data/config/move-site.js';
import { engines } from '../../sandbox/database.js';
import { openTestSiteClient, type TestSiteClient } from '../hybrid/site-client.js';

describe.each(engines())('readers of the config on %s', (engine) => {
  let siteClient: TestSiteClient | null = null;
  afterEach(async () => {
    await siteClient?.close();
    siteClient = null;
  });
  const namesOf = (config: Awaited<ReturnType<TestSiteClient['getAdminConfig']>>): unknown[] =>
    (config?.UserConfig?.Users ?? []).map((entry) => entry['username']);

  test('answer everybody where a move back commits between the settings and the entries', async () => {
    siteClient = await openTestSiteClient(engine, 'ann', 'bob');
    const { site } = siteClient;
    await moveEntriesIn(site, { by: 'boss' });
    // A process that composes for the first time.
    const fresh = await siteClient.another();
    const { read } = ComposedEntries;
    ComposedEntries.read = async (sql) => {
      ComposedEntries.read = read;
      await moveEntriesBack(site, { by: 'boss' });
      return read.call(ComposedEntries, sql);
    };
    try {
      expect(namesOf(await fresh.getAdminConfig())).toEqual(['ann', 'bob']);
    } finally {
      ComposedEntries.read = read;
    }

    // A process that has composed before, and looks at the changes.
    await moveEntriesIn(site, { by: 'boss' });
    expect(namesOf(await fresh.getAdminConfig())).toEqual(['ann', 'bob']);
    await siteClient.banUser('ann', true);
    const { prototype } = ComposedEntries;
    const { renew } = prototype;
    prototype.renew = async function (sql, names) {
      prototype.renew = renew;
      await moveEntriesBack(site, { by: 'boss' });
      return renew.call(this, sql, names);
    };
    try {
      const config = await fresh.getAdminConfig();
      expect(namesOf(config)).toEqual(['ann', 'bob']);
      expect(config?.UserConfig?.Users?.[0]).toMatchObject({ username: 'ann', banned: true });
    } finally {
      prototype.renew = renew;
    }
  });

  test('believe `adminConfig` only while the entries are in the JSON: an older version fills it with the bare row', async () => {
    siteClient = await openTestSiteClient(engine, 'ann', 'bob');
    const { site } = siteClient;
    const other = await siteClient.another();
    expect(namesOf(await other.getAdminConfig())).toEqual(['ann', 'bob']);
    await moveEntriesIn(site, { by: 'boss' });
    const bare = JSON.stringify({ SiteConfig: { name: 'old' }, UserConfig: { Users: [] } });
    await site.redis.set(site.keys.of('adminConfig'), bare);
    for (const reader of [other, siteClient, await siteClient.another()])
      expect(namesOf(await reader.getAdminConfig())).toEqual(['ann', 'bob']);
    // The key that an older version reads is never written in another form.
    expect(JSON.parse((await site.redis.get(site.keys.of('adminConfig'))) ?? '{}')).toMatchObject({
      UserConfig: { Users: [] },
    });
    await moveEntriesBack(site, { by: 'boss' });
    for (const reader of [other, siteClient, await siteClient.another()])
      expect(namesOf(await reader.getAdminConfig())).toEqual(['ann', 'bob']);
  });
});
