/** Batches of plays and the rebuild at once; the first is held just before its commit. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countPlays, forgetOldBatches } from '../../electron/domain/plays/statistics-count.js';
import { engines } from '../sandbox/database.js';
import { type Commits, holdCommits, waitOf } from './held-writes.js';
import { openTestParts, type Parts, play, type TestParts } from './hybrid/test-storage.js';

const today = (): string => new Date().toISOString().slice(0, 10);

describe.each(engines())('statistics at once on %s', (engine) => {
  let site: TestParts;
  let other: Parts;
  let onlooker: Parts;
  let commits: { site: Commits; other: Commits };
  beforeAll(async () => {
    site = await openTestParts(engine, 'alice', 'Bob');
    other = await site.another();
    onlooker = await site.another();
    for (const one of [site, other]) await one.site.hasClaims();
    commits = { site: holdCommits(site.site, false), other: holdCommits(other.site, false) };
  });
  afterAll(() => site.close());
  beforeEach(async () => {
    for (const table of ['content_stats', 'play_stats_daily', 'console_play_days', 'play_records'])
      await site.sql(`DELETE FROM ${table}`);
  });

  const count = (parts: Parts, username: string, id: string, day = today()): Promise<void> =>
    countPlays(parts.site, randomUUID(), [{ day, username, source: 's', id, plays: 1, watchTime: 10 }]);
  /**
   * Runs `first` in one process, held before its commit, and `second` in another; returns the table at whose row that
   * waits.
   */
  const atOnce = async (first: () => Promise<unknown>, second: () => Promise<unknown>): Promise<string | undefined> => {
    const held = commits.site.next();
    const a = first();
    await held.reached;
    const watched = commits.other.watch();
    const b = second();
    try {
      return (await waitOf(b, watched, { db: onlooker.site.db, engine }))?.table;
    } finally {
      held.release();
      await Promise.all([a, b]);
      watched.end();
    }
  };
  const uniqueUsers = async (): Promise<number[]> =>
    (await site.sql<{ unique_users: number }>('SELECT unique_users FROM play_stats_daily')).map(
      (row) => row.unique_users,
    );
  const nothingMended = { contentsMended: 0, daysMended: 0 };

  test('a user whose first two contents of a day come from two processes is counted once for the day', async () => {
    expect(
      await atOnce(
        () => count(site, 'alice', '1'),
        () => count(other, 'alice', '2'),
      ),
    ).toBe('console_claims');
    expect(await uniqueUsers()).toEqual([1]);
    expect(await site.rebuildStatistics({ dryRun: true })).toEqual({ contents: 2, days: 1, ...nothingMended });
  });

  test('a user who watches one content on both sides of midnight, from two processes, is counted once for it', async () => {
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    expect(
      await atOnce(
        () => count(site, 'alice', '1', yesterday),
        () => count(other, 'alice', '1'),
      ),
    ).toBe('console_claims');
    expect(await site.sql('SELECT play_count, unique_users FROM content_stats')).toEqual([
      { play_count: 2, unique_users: 1 },
    ]);
  });

  test('batches of different users on different contents meet at the row of the day and nowhere else, also where rows are there', async () => {
    for (const [name, id] of [
      ['alice', '2'],
      ['Bob', '1'],
    ] as const)
      await count(site, name, id);
    for (const ids of [
      ['2', '1'],
      ['2', '15'],
    ] as const)
      expect(
        await atOnce(
          () => count(site, 'alice', ids[0]),
          () => count(other, 'Bob', ids[1]),
        ),
      ).toBe('play_stats_daily');
    expect(await uniqueUsers()).toEqual([2]);
    expect(await site.rebuildStatistics({ dryRun: true })).toMatchObject(nothingMended);
  });

  test('a rebuild waits for who counts, and counting for a rebuild', async () => {
    await count(site, 'alice', '1');
    await site.sql('UPDATE content_stats SET play_count = 40');
    expect(
      await atOnce(
        () => count(site, 'Bob', '1'),
        () => other.rebuildStatistics(),
      ),
    ).toBe('console_marks');
    expect(await site.rebuildStatistics({ dryRun: true })).toMatchObject(nothingMended);
    expect(
      await atOnce(
        () => site.rebuildStatistics(),
        () => count(other, 'alice', '1'),
      ),
    ).toBe('console_marks');
    expect(await site.sql('SELECT play_count, unique_users FROM content_stats')).toEqual([
      { play_count: 3, unique_users: 2 },
    ]);
    expect(await site.rebuildStatistics({ dryRun: true })).toMatchObject(nothingMended);
  });

  test('a play record that was made since the ledger is kept, and is not counted yet, is left to its batch by a rebuild', async () => {
    await site.setPlayRecord('alice', 's+1', play({ play_time: 90, save_time: Date.now() }));
    await site.updatePlayStatistics('alice', 's', '1', 90);
    // Another process rebuilds: it does not know about the waiting batch.
    expect(await other.rebuildStatistics()).toEqual({ contents: 0, days: 0, ...nothingMended });
    expect(await site.sql('SELECT 1 FROM console_play_days')).toEqual([]);
    await site.batches.flush();
    expect(await site.sql('SELECT play_count, total_watch_time, unique_users FROM content_stats')).toEqual([
      { play_count: 1, total_watch_time: '90', unique_users: 1 },
    ]);
    expect(await other.rebuildStatistics()).toMatchObject({ contents: 1, ...nothingMended });
  });

  test('without migration 0006 batches go one after the other, as exactly', async () => {
    await site.sql('RENAME TABLE console_claims TO away_claims');
    const bare = [await site.another(), await site.another()] as const;
    commits = { site: holdCommits(bare[0].site, false), other: holdCommits(bare[1].site, false) };
    expect(
      await atOnce(
        () => count(bare[0], 'alice', '1'),
        () => count(bare[1], 'alice', '2'),
      ),
    ).toBe('console_marks');
    expect(await uniqueUsers()).toEqual([1]);
    await site.sql('RENAME TABLE away_claims TO console_claims');
    // Counting with the table and counting without it never run at the same time.
    commits = { site: holdCommits(bare[0].site, false), other: holdCommits(other.site, false) };
    bare[0].site.hasClaims = () => Promise.resolve(false);
    expect(
      await atOnce(
        () => count(bare[0], 'alice', '3'),
        () => count(other, 'Bob', '4'),
      ),
    ).toBe('console_marks');
    expect(await site.rebuildStatistics({ dryRun: true })).toMatchObject(nothingMended);
  });

  test('batches of more than a day ago are forgotten, those of today are not', async () => {
    for (const [letter, hours] of [
      ['a', '25'],
      ['b', '23'],
    ] as const)
      await site.sql(
        `INSERT INTO console_play_batches VALUES (REPEAT('${letter}', 36), UTC_TIMESTAMP(3) - INTERVAL ${hours} HOUR)`,
      );
    await forgetOldBatches(site.site.db);
    expect(
      await site.sql(
        "SELECT LEFT(id, 1) AS id FROM console_play_batches WHERE id IN (REPEAT('a', 36), REPEAT('b', 36))",
      ),
    ).toEqual([{ id: 'b' }]);
  });
});
