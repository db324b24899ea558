import { expect, it, vi } from 'vitest';
import { aPlay, freshName, type Given, seconds, somebody } from './subject.js';

const dayMs = 86_400_000;

/** Statistics: what was watched, by which users, and who logged in when. */
export function statisticsTests(given: Given): void {
  it('sums up a user from their plays', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    expect(await storage.getUserPlayStat(user)).toEqual({
      username: user,
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
    const plays = Array.from({ length: 13 }, (_, at) =>
      aPlay({ play_time: 10 + at, save_time: seconds(at * 10 - 500), source_name: at < 9 ? '甲' : '乙' }),
    );
    for (const [at, play] of plays.entries()) await storage.setPlayRecord(user, `s+${at}`, play);
    const stat = await other.getUserPlayStat(user);
    expect(stat).toMatchObject({ totalPlays: 13, totalWatchTime: 208, mostWatchedSource: '甲' });
    expect(stat.lastPlayTime).toBe(plays.at(-1)?.save_time);
    expect(stat.recentRecords).toEqual(plays.toReversed().slice(0, 10));
    await other.deletePlayRecord(user, 's+12');
    expect((await storage.getUserPlayStat(user)).recentRecords).toEqual(plays.toReversed().slice(1, 11));
  });

  it('counts logins', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const [first, last] = [seconds(-3 * 86_400), seconds(-60)];
    await storage.updateUserLoginStats(user, first, true);
    await other.updateUserLoginStats(user, last);
    const stat = await storage.getUserPlayStat(user);
    expect(stat).toMatchObject({ loginCount: 2, firstLoginTime: first, lastLoginTime: last });
    expect(Math.floor((stat.lastLoginDate ?? 0) / dayMs)).toBe(Math.floor(last / dayMs));
    await Promise.all(
      Array.from({ length: 10 }, (_, at) => (at % 2 ? storage : other).updateUserLoginStats(user, seconds())),
    );
    expect((await other.getUserPlayStat(user)).loginCount).toBe(12);
  });

  it('counts the plays of a content, exactly, however many play at once', async () => {
    const { storage, other, traits } = given();
    const id = freshName('content');
    const users = await Promise.all(Array.from({ length: 4 }, () => somebody(storage)));
    await Promise.all(
      users.map(async (user, at) => {
        const one = at % 2 ? storage : other;
        await one.setPlayRecord(user, `src+${id}`, aPlay({ play_time: 60, title: '热门' }));
        await one.updatePlayStatistics(user, 'src', id, 60);
        if (traits.countsPlays) await one.updatePlayStatistics(user, 'src', id, 40);
      }),
    );
    const each = traits.countsPlays ? { plays: 2, seconds: 100 } : { plays: 1, seconds: 60 };
    // Counts are batched for a moment; more than the cached list is read from the tables.
    await vi.waitFor(
      async () => {
        const stat = (await storage.getContentStats(1_000)).find((one) => one.id === id);
        expect(stat).toMatchObject({
          source: 'src',
          playCount: 4 * each.plays,
          totalWatchTime: 4 * each.seconds,
          uniqueUsers: 4,
        });
      },
      { timeout: 15_000, interval: 200 },
    );
    const hot = await other.getContentStats(1_000);
    expect(hot.map((stat) => stat.playCount)).toEqual(hot.map((stat) => stat.playCount).sort((a, b) => b - a));
    expect((await other.getContentStats(1)).length).toBeLessThanOrEqual(1);
  });

  it('sums up the site by days', async () => {
    const { storage } = given();
    const stats = await storage.getPlayStats();
    expect(stats.totalUsers).toBeGreaterThan(0);
    const dates = stats.daily.map((day) => day.date);
    expect(dates).toEqual([...dates].sort());
    for (const date of dates) expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });
}
