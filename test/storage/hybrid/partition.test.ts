import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { userMethods } from '../../../electron/storage/hybrid/users.js';
import { compareSchema } from '../../../electron/data/migrations/compare.js';
import { createRunner } from '../../../electron/data/migrations/runner.js';
import { codeOf } from '../../operations/helpers.js';
import { engines } from '../../sandbox/database.js';
import { openTestParts, play, type TestParts } from './test-storage.js';

const migrations = fileURLToPath(new URL('../../../migrations', import.meta.url));
const repair = 'R004_partition_play_records.sql';

describe.each(engines())('plays in parts on %s', (engine) => {
  let site: TestParts;
  beforeAll(async () => {
    site = await openTestParts(engine, 'alice', 'Bob', 'carol');
  });
  afterAll(() => site.close());

  test('R004 keeps every row, is skipped the second time, and nothing is lost of what the foreign key did', async () => {
    const records = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`s+${String(at)}`, play({ index: at })]));
    for (const name of ['alice', 'Bob', 'carol']) await site.setPlayRecordsBatch(name, records);
    const connection = await createConnection({
      ...site.site.config.mysql,
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
    });
    const repairs = createRunner({
      connection,
      folder: join(migrations, 'repairs'),
    });
    expect((await repairs.plan({ only: [repair] }))[0]?.steps.map((step) => step.skip)).toEqual([false, false]);
    expect(await repairs.apply({ only: [repair] })).toEqual([{ file: repair, done: 2, skipped: 0 }]);
    expect(await repairs.apply({ only: [repair] })).toEqual([]);
    expect(await compareSchema(connection, migrations)).toEqual([]);
    connection.destroy();

    const parts = await site.sql(
      "SELECT PARTITION_NAME FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'play_records'",
    );
    expect(parts).toHaveLength(16);
    await site.site.redis.unlink(site.site.keys.of('playRecords', 'alice'));
    expect(await site.getAllPlayRecords('alice')).toEqual(records);
    expect(await site.getAllPlayRecords('BOB')).toEqual(records);

    expect(await codeOf(site.setPlayRecord('nobody', 's+1', play()))).toBe('not_found');
    await userMethods(site.site, site.site.cache).deleteUser('bob');
    expect(await site.sql("SELECT id FROM play_records WHERE username = 'Bob'")).toEqual([]);
    expect(await site.getAllPlayRecords('Bob')).toEqual({});
    await site.updatePlayStatistics('alice', 's', '1', 4);
    await site.batches.flush();
    expect(await site.rebuildStatistics({ dryRun: true })).toMatchObject({ contentsMended: 0, daysMended: 0 });
  });

  test('a write and the deletion of its user at once leave no play behind', async () => {
    const { deleteUser } = userMethods(site.site, site.site.cache);
    for (let round = 0; round < 8; round++) {
      const name = `racer${String(round)}`;
      await site.addUsers(name);
      await site.setPlayRecord(name, 's+0', play());
      await Promise.all([
        deleteUser(name),
        ...Array.from({ length: 4 }, (_, at) => site.setPlayRecord(name, `s+${String(at)}`, play()).catch(() => null)),
      ]);
    }
    expect(
      await site.sql(
        'SELECT p.username FROM play_records p LEFT JOIN users u ON u.username = p.username WHERE u.id IS NULL',
      ),
    ).toEqual([]);
  });
});
