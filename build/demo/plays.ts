import { DAY, eveningBetween, HOUR, sqlDate, sqlTime, type Seconds } from './clock.js';
import { type Offer, Popularity, type Title } from './catalogue.js';
import type { Row } from './load.js';
import type { Engagement, User } from './model.js';
import { Random } from './random.js';

/** Totals of the play records; filled while they stream by. */
export interface PlayTotals {
  readonly contents: Map<string, ContentTotal>;
  readonly days: Map<string, DayTotal>;
  records: number;
  watchTime: number;
  watchers: number;
}

export interface ContentTotal {
  readonly title: Title;
  readonly offer: Offer;
  plays: number;
  watchTime: number;
  firstPlayed: Seconds;
  lastPlayed: Seconds;
}

export interface DayTotal {
  plays: number;
  watchTime: number;
  users: number;
}

export const PLAY_COLUMNS =
  'id, username, source, content_id, title, source_name, cover, year, episode_index, total_episodes, play_time, total_time, search_title, remarks, douban_id, content_type, created_at, updated_at';

/** Mean records per user: about six each on a site of twenty thousand. */
const MEAN: Readonly<Record<Engagement, number>> = { heavy: 22, regular: 8.5, casual: 4, lapsed: 3, never: 0 };
const MOST_RECORDS = 2_000_000;
const USUAL_MEAN = 6;

export function emptyTotals(): PlayTotals {
  return { contents: new Map(), days: new Map(), records: 0, watchTime: 0, watchers: 0 };
}

/** How much less everyone watches on a site so large that the demo would take too long. */
export function volumeOf(userCount: number, most: number, usualMean: number): number {
  return Math.min(1, most / (userCount * usualMean));
}

/** Users in the order of the (username, …) keys, close enough to the server's collation to load fast. */
export function byUsername(users: readonly User[]): User[] {
  const keyed = users.map((user) => ({ user, key: user.username.toLowerCase() }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ user }) => user);
}

export function* playRows(
  users: readonly User[],
  titles: readonly Title[],
  seed: number,
  totals: PlayTotals,
): Generator<Row> {
  const random = new Random(seed, 'plays');
  const popularity = new Popularity(titles);
  const volume = volumeOf(users.length, MOST_RECORDS, USUAL_MEAN);
  for (const user of users) {
    const picks = drawOffers(random, popularity, Math.round(drawCount(random, MEAN[user.engagement] * volume)));
    if (picks.length === 0 || user.lastLogin === null || user.firstLogin === null) continue;
    totals.watchers++;
    const days = new Set<string>();
    for (const [title, offer] of picks) {
      totals.records++;
      const updatedAt = drawMoment(random, user.firstLogin, user.lastLogin);
      const createdAt = Math.max(user.firstLogin, updatedAt - Math.floor(random.next() ** 3 * title.episodes * DAY));
      const episode = random.chance(0.3) ? title.episodes : random.between(1, title.episodes);
      const totalTime = title.length + random.between(-30, 30);
      const playTime = Math.floor(totalTime * (random.chance(0.35) ? 0.93 + random.next() * 0.07 : random.next()));
      count(totals, days, title, offer, createdAt, updatedAt, playTime);
      yield [
        totals.records,
        user.username,
        offer.source.key,
        offer.contentId,
        title.name,
        offer.source.name,
        offer.cover,
        title.year,
        episode,
        title.episodes,
        playTime,
        totalTime,
        title.name,
        remarksOf(title),
        title.doubanId,
        title.type,
        sqlTime(createdAt),
        sqlTime(updatedAt),
      ];
    }
  }
}

/** Distinct offers in the order of the unique key. */
export function drawOffers(random: Random, popularity: Popularity, wanted: number): [Title, Offer][] {
  const seen = new Map<string, [Title, Offer]>();
  for (let i = 0; i < wanted; i++) {
    const title = popularity.draw(random);
    const offer = popularity.offer(random, title);
    seen.set(`${offer.source.key}+${offer.contentId}`, [title, offer]);
  }
  return [...seen.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
}

export function drawCount(random: Random, mean: number): number {
  // A long tail: most watch less than the mean, some far more.
  return mean * -Math.log(1 - random.next() * 0.995);
}

export function remarksOf(title: Title): string {
  return title.type === 'movie'
    ? 'HD'
    : title.type === 'show'
      ? `更新至第${title.episodes}期`
      : `全${title.episodes}集`;
}

function drawMoment(random: Random, first: Seconds, last: Seconds): Seconds {
  const end = last;
  let rough = end - Math.floor(random.next() ** 1.6 * (end - first));
  const weekday = new Date((rough + 8 * HOUR) * 1000).getUTCDay();
  if (weekday !== 0 && weekday !== 6 && random.chance(0.25))
    rough = end - Math.floor(random.next() ** 1.6 * (end - first));
  return eveningBetween(random, first, end, rough);
}

function count(
  totals: PlayTotals,
  days: Set<string>,
  title: Title,
  offer: Offer,
  createdAt: Seconds,
  updatedAt: Seconds,
  playTime: number,
): void {
  totals.watchTime += playTime;
  const key = `${offer.source.key}+${offer.contentId}`;
  const content = totals.contents.get(key);
  if (content === undefined) {
    totals.contents.set(key, {
      title,
      offer,
      plays: 1,
      watchTime: playTime,
      firstPlayed: createdAt,
      lastPlayed: updatedAt,
    });
  } else {
    content.plays++;
    content.watchTime += playTime;
    content.firstPlayed = Math.min(content.firstPlayed, createdAt);
    content.lastPlayed = Math.max(content.lastPlayed, updatedAt);
  }
  const date = sqlDate(updatedAt);
  const day = totals.days.get(date) ?? { plays: 0, watchTime: 0, users: 0 };
  day.plays++;
  day.watchTime += playTime;
  if (!days.has(date)) {
    days.add(date);
    day.users++;
  }
  totals.days.set(date, day);
}
