import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PlayBatches } from '../../../electron/storage/hybrid/stats-batch.js';
import { type CountedPlay, countPlays } from '../../../electron/domain/plays/statistics-count.js';
import { forgetPlays } from '../../../electron/domain/plays/statistics-rebuild.js';
import { codeOf } from '../../operations/helpers.js';
import { engines } from '../../sandbox/database.js';
import { sha } from './site-client.js';
import { awkward, openTestParts, play, type TestParts } from './test-storage.js';

interface Daily {
  stat_date: string;
  total_plays: number;
  total_watch_time: string;
  unique_users: number;
}

interface Content {
  source: string;
  content_id: string;
  title: string | null;
  play_count: number;
  total_watch_time: string;
  unique_users: number;
}

const users = Array.from({ length: 12 }, (_, at) => `user${String(at)}`);
const today = (): string => new Date().toISOString().slice(0, 10);
const nothingMended = { contentsMended: 0, daysMended: 0 };

describe.each(engines())('statistics on %s', (engine) => {
  let site: TestParts;
  beforeAll(async () => {
    site = await openTestParts(engine, 'alice', 'Bob', ...users, ...awkward);
  });
  afterAll(() => site.close());

  const daily = (): Promise<Daily[]> => site.sql<Daily>('SELECT * FROM play_stats_daily ORDER BY stat_date');
  const contents = (): Promise<Content[]> =>
    site.sql<Content>(
      'SELECT source, content_id, title, play_count, total_watch_time, unique_users FROM content_stats ORDER BY source, content_id',
    );
  const empty = async (): Promise<void> => {
    await site.batches.flush();
    for (const table of ['content_stats', 'play_stats_daily', 'console_play_days', 'play_records'])
      await site.sql(`DELETE FROM ${table}`);
    for (const family of ['playSummary', 'contentHot'] as const)
      await site.site.redis.unlink(site.site.keys.of(family));
    for (const name of ['alice', 'Bob', ...users])
      await site.site.redis.unlink(site.site.keys.of('playRecords', name), site.site.keys.of('recentPlays', name));
  };

  test('nothing is empty', async () => {
    expect(await site.getContentStats()).toEqual([]);
    expect(await site.getContentStats(0)).toEqual([]);
    expect(await site.getPlayStats()).toMatchObject({ totalPlays: 0, totalWatchTime: 0, daily: [] });
    expect(await site.getUserPlayStat('nobody')).toEqual({
      username: 'nobody',
      totalPlays: 0,
      totalWatchTime: 0,
      lastPlayTime: 0,
      recentRecords: [],
      mostWatchedSource: '',
      loginCount: 0,
      firstLoginTime: null,
      lastLoginTime: null,
      lastLoginDate: null,
    });
  });

  test('plays are counted exactly: sums, users of a day, users of a content', async () => {
    await empty();
    await site.setPlayRecord('alice', 'src+1+2', play({ title: '三体' }));
    await site.updatePlayStatistics('alice', 'src', '1+2', 30);
    await site.updatePlayStatistics('ALICE', 'src', '1+2', 12.7);
    await site.updatePlayStatistics('Bob', 'src', '1+2', 5);
    await site.updatePlayStatistics('Bob', 'other', '9', 0);
    expect(site.batches.waiting).toBe(3);
    await site.batches.flush();
    await site.updatePlayStatistics('Bob', 'other', '9', 3);
    await site.batches.flush();
    expect(await daily()).toEqual([{ stat_date: today(), total_plays: 5, total_watch_time: '50', unique_users: 2 }]);
    expect(await contents()).toEqual([
      { source: 'other', content_id: '9', title: null, play_count: 2, total_watch_time: '3', unique_users: 1 },
      { source: 'src', content_id: '1+2', title: '三体', play_count: 3, total_watch_time: '47', unique_users: 2 },
    ]);
    expect(await site.getContentStats(1)).toEqual([
      expect.objectContaining({
        source: 'src',
        id: '1+2',
        title: '三体',
        playCount: 3,
        totalWatchTime: 47,
        uniqueUsers: 2,
      }),
    ]);
    expect(await site.getContentStats(500)).toHaveLength(2);
    // Of who keeps no record of it nobody knows what it is called: it stays called as it was.
    await site.updatePlayStatistics('Bob', 'src', '1+2', 1);
    await site.batches.flush();
    expect((await contents())[1]).toMatchObject({ title: '三体', play_count: 4 });
  });

  test('what is not a play is refused', async () => {
    expect(await codeOf(site.updatePlayStatistics('nobody', 'a', '1', 1))).toBe('not_found');
    expect(await codeOf(site.updatePlayStatistics('alice', '', '1', 1))).toBe('invalid_input');
    expect(await codeOf(site.updatePlayStatistics('alice', 'a', '1', Number.NaN))).toBe('invalid_input');
    expect(await codeOf(site.updatePlayStatistics('alice', 'a'.repeat(101), '1', 1))).toBe('invalid_input');
  });

  test('four processes at once: exact sums, and a rebuild finds nothing to mend', async () => {
    await empty();
    const processes = [site, await site.another(), await site.another(), await site.another()];
    const expected = { plays: 0, watch: 0, contents: new Map<string, { plays: number; users: Set<string> }>() };
    await Promise.all(
      processes.map(async (one, p) => {
        for (let round = 0; round < 10; round++) {
          for (let at = 0; at < 30; at++) {
            const user = users[(at * 7 + p + round) % users.length] ?? '';
            const id = String((at * 3 + round) % 8);
            expected.plays += 1;
            expected.watch += at;
            const content = expected.contents.get(id) ?? { plays: 0, users: new Set<string>() };
            expected.contents.set(id, content);
            content.plays += 1;
            content.users.add(user);
            await one.updatePlayStatistics(user, 'src', id, at);
          }
          await one.batches.flush();
        }
      }),
    );
    expect(await daily()).toEqual([
      {
        stat_date: today(),
        total_plays: expected.plays,
        total_watch_time: String(expected.watch),
        unique_users: users.length,
      },
    ]);
    expect((await contents()).map((row) => [row.content_id, row.play_count, row.unique_users])).toEqual(
      [...expected.contents]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, one]) => [id, one.plays, one.users.size]),
    );
    expect(await site.rebuildStatistics({ dryRun: true })).toEqual({ contents: 8, days: 1, ...nothingMended });
  });

  test('a rebuild mends what was spoiled, and takes in records from before the ledger', async () => {
    await empty();
    await site.setPlayRecord('alice', 'old+1', play({ play_time: 100, save_time: Date.now() }));
    await site.sql("UPDATE play_records SET created_at = '2020-01-01 00:00:00'");
    await site.setPlayRecord('Bob', 'old+1', play({ play_time: 70 }));
    await site.updatePlayStatistics('Bob', 'old', '1', 7);
    await site.batches.flush();
    await site.sql('UPDATE content_stats SET play_count = 99');
    await site.sql('UPDATE play_stats_daily SET unique_users = 5');
    expect(await site.rebuildStatistics({ dryRun: true })).toEqual({
      contents: 1,
      days: 1,
      contentsMended: 1,
      daysMended: 1,
    });
    expect(await contents()).toMatchObject([{ play_count: 99 }]);
    expect(await site.rebuildStatistics()).toMatchObject({ contents: 1, contentsMended: 1, daysMended: 1 });
    expect(await contents()).toMatchObject([{ play_count: 2, total_watch_time: '107', unique_users: 2 }]);
    expect(await daily()).toMatchObject([{ total_plays: 2, total_watch_time: '107', unique_users: 2 }]);
    expect(await site.rebuildStatistics()).toMatchObject(nothingMended);
    // A user whose record is older than the ledger is not new to the content.
    await site.setPlayRecord('user1', 'old+1', play());
    await site.sql("UPDATE play_records SET created_at = '2020-01-01 00:00:00' WHERE username = 'user1'");
    await site.updatePlayStatistics('user1', 'old', '1', 1);
    await site.batches.flush();
    expect(await contents()).toMatchObject([{ play_count: 3, unique_users: 2 }]);
  });

  test('a rebuild leaves the days from before the ledger as they were counted', async () => {
    await empty();
    await site.setPlayRecord('alice', 'old+2', play({ play_time: 100 }));
    await site.sql("UPDATE play_records SET created_at = '2020-01-01 00:00:00', updated_at = '2020-01-05 00:00:00'");
    await site.sql("INSERT INTO play_stats_daily VALUES ('2020-01-05', 9, 90, 3)");
    await site.rebuildStatistics();
    expect(await contents()).toMatchObject([{ content_id: '2', play_count: 1 }]);
    expect(await daily()).toEqual([
      { stat_date: '2020-01-05', total_plays: 9, total_watch_time: '90', unique_users: 3 },
    ]);
  });

  test('a batch that is sent twice is counted once', async () => {
    await empty();
    const plays: CountedPlay[] = [{ day: today(), username: 'alice', source: 's', id: '1', plays: 2, watchTime: 9 }];
    await countPlays(site.site, '00000000-0000-4000-8000-000000000001', plays);
    await countPlays(site.site, '00000000-0000-4000-8000-000000000001', plays);
    expect(await contents()).toMatchObject([{ play_count: 2, total_watch_time: '9' }]);
  });

  test('closing sends what is left, and then nothing more is taken', async () => {
    await empty();
    const batches = new PlayBatches(site.site, { every: 60_000 });
    for (let at = 0; at < 700; at++) batches.add('alice', 's', String(at), 1);
    await batches.close();
    expect(batches.waiting).toBe(0);
    expect(await daily()).toMatchObject([{ total_plays: 700, unique_users: 1 }]);
    expect(() => batches.add('alice', 's', '1', 1)).toThrow(/cannot be taken/);
  });

  test('what MySQL does not take is kept, sent again, and counted once', async () => {
    await empty();
    await site.updatePlayStatistics('alice', 's', '1', 3);
    await site.sql('RENAME TABLE content_stats TO content_stats_away');
    await expect(site.batches.flush()).rejects.toThrow(/missing/);
    await site.updatePlayStatistics('Bob', 's', '1', 4);
    expect(site.batches.waiting).toBe(2);
    await site.sql('RENAME TABLE content_stats_away TO content_stats');
    await site.batches.flush();
    expect(site.batches.waiting).toBe(0);
    expect(await contents()).toMatchObject([{ play_count: 2, total_watch_time: '7', unique_users: 2 }]);
    expect(await daily()).toMatchObject([{ total_plays: 2, total_watch_time: '7', unique_users: 2 }]);
  });

  test('the time flushes by itself', async () => {
    await empty();
    const batches = new PlayBatches(site.site, { every: 20 });
    batches.add('alice', 's', '1', 1);
    await expect.poll(() => daily().then((rows) => rows.length)).toBe(1);
    await batches.close();
  });

  test('a deleted user’s plays stay played, under a name that tells nothing', async () => {
    await empty();
    await site.updatePlayStatistics('alice', 's', '1', 1);
    await site.updatePlayStatistics('Bob', 's', '1', 1);
    await site.batches.flush();
    await site.site.db.transaction((tx) => forgetPlays(tx, ['alice']));
    const [forgotten] = await site.sql<{ username: string }>(
      "SELECT username FROM console_play_days WHERE username <> 'Bob'",
    );
    expect(forgotten?.username).toMatch(/^#[0-9a-f]{32}$/);
    // Nor can it be worked out whose they were.
    expect(forgotten?.username).not.toBe(`#${sha('alice').slice(0, 32)}`);
    expect(await site.rebuildStatistics({ dryRun: true })).toMatchObject(nothingMended);
    await site.updatePlayStatistics('Bob', 's', '1', 1);
    await site.batches.flush();
    expect(await contents()).toMatchObject([{ play_count: 3, unique_users: 2 }]);
  });

  test('without migration 0003 sums are as exact, and a rebuild counts the records', async () => {
    const bare = await openTestParts(engine, 'alice', 'Bob');
    for (const table of ['console_marks', 'console_play_days', 'console_play_batches'])
      await bare.sql(`DROP TABLE ${table}`);
    await bare.setPlayRecord('alice', 's+1', play({ save_time: Date.now(), play_time: 40 }));
    await bare.setPlayRecord('Bob', 's+1', play({ save_time: Date.now(), play_time: 2 }));
    await bare.updatePlayStatistics('alice', 's', '1', 40);
    await bare.updatePlayStatistics('Bob', 's', '1', 2);
    await bare.batches.flush();
    expect(await bare.sql('SELECT total_plays, total_watch_time, unique_users FROM play_stats_daily')).toEqual([
      { total_plays: 2, total_watch_time: '42', unique_users: 2 },
    ]);
    await bare.rebuildStatistics();
    expect(await bare.sql('SELECT title, play_count, total_watch_time, unique_users FROM content_stats')).toEqual([
      { title: '繁花', play_count: 2, total_watch_time: '42', unique_users: 2 },
    ]);
    await bare.close();
  });

  test('a user’s statistics come from the records and the logins', async () => {
    await empty();
    await site.setPlayRecordsBatch('alice', {
      'a+1': play({ source_name: 'A', play_time: 10, save_time: 1_700_000_000_000 }),
      'a+2': play({ source_name: 'B', play_time: 20, save_time: 1_700_000_100_000 }),
      'a+3': play({ source_name: 'B', play_time: 30, save_time: 1_690_000_000_000 }),
    });
    await site.updateUserLoginStats('alice', 1_700_000_000_500, true);
    await site.updateUserLoginStats('ALICE', 1_700_086_400_000);
    await site.updateUserLoginStats('alice', 1_600_000_000_000);
    const stat = await site.getUserPlayStat('Alice');
    expect(stat).toMatchObject({
      username: 'alice',
      totalPlays: 3,
      totalWatchTime: 60,
      lastPlayTime: 1_700_000_100_000,
      mostWatchedSource: 'B',
      loginCount: 3,
      firstLoginTime: 1_700_000_000_000,
      lastLoginTime: 1_700_086_400_000,
      lastLoginDate: Date.UTC(2023, 10, 15),
    });
    expect(stat.recentRecords.map(({ play_time }) => play_time)).toEqual([20, 10, 30]);
    expect(await codeOf(site.updateUserLoginStats('nobody', 1))).toBe('not_found');
  });

  test('logins at once are all counted, for awkward names too', async () => {
    for (const name of awkward) {
      await Promise.all(
        Array.from({ length: 8 }, (_, at) => site.updateUserLoginStats(name, 1_700_000_000_000 + at * 1000)),
      );
      expect(await site.getUserPlayStat(name)).toMatchObject({ loginCount: 8, lastLoginTime: 1_700_000_007_000 });
    }
  });

  test('the summary counts all users and the days in UTC', async () => {
    await empty();
    await site.updatePlayStatistics('alice', 's', '1', 10);
    await site.batches.flush();
    await site.sql("INSERT INTO play_stats_daily VALUES ('2026-01-01', 4, 40, 2), ('2025-12-31', 0, 0, 0)");
    expect(await site.getPlayStats()).toEqual({
      totalUsers: 2 + users.length + awkward.length,
      totalPlays: 5,
      totalWatchTime: 50,
      daily: [
        { date: '2026-01-01', plays: 4, watchTime: 40, uniqueUsers: 2 },
        { date: today(), plays: 1, watchTime: 10, uniqueUsers: 1 },
      ],
    });
  });
});
