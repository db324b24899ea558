import { CHANNELS, Popularity, type Title } from './catalogue.js';
import { DAY, sqlTime } from './clock.js';
import type { Row } from './load.js';
import type { User } from './model.js';
import { drawCount, drawOffers, remarksOf, volumeOf } from './plays.js';
import { Random } from './random.js';

export const FAVORITE_COLUMNS =
  'id, username, source, content_id, title, source_name, cover, year, total_episodes, search_title, origin, content_type, release_date, remarks, created_at';

export const SKIP_COLUMNS = 'id, username, source, content_id, title, segments, created_at, updated_at';

const MOST_FAVORITES = 800_000;
const MOST_SKIPS = 200_000;

export function* favoriteRows(users: readonly User[], titles: readonly Title[], seed: number): Generator<Row> {
  const random = new Random(seed, 'favorites');
  const popularity = new Popularity(titles);
  const volume = volumeOf(users.length, MOST_FAVORITES, 2);
  let id = 0;
  for (const user of users) {
    if (user.firstLogin === null || user.lastLogin === null) continue;
    const mean = user.engagement === 'heavy' ? 6 : user.engagement === 'regular' ? 3 : 1.4;
    for (const [title, offer] of drawOffers(random, popularity, Math.floor(drawCount(random, mean * volume)))) {
      const createdAt = sqlTime(random.between(user.firstLogin, user.lastLogin));
      yield [
        ++id,
        user.username,
        offer.source.key,
        offer.contentId,
        title.name,
        offer.source.name,
        offer.cover,
        title.year,
        title.episodes,
        title.name,
        title.type === 'shortdrama' ? 'shortdrama' : 'vod',
        title.type,
        title.releaseDate,
        remarksOf(title),
        createdAt,
      ];
    }
    if (!random.chance(0.06 * volume)) continue;
    const channel = random.between(0, CHANNELS.length - 1);
    const name = CHANNELS[channel] ?? '';
    const createdAt = sqlTime(random.between(user.firstLogin, user.lastLogin));
    yield [
      ++id,
      user.username,
      'live_zhibo1',
      `live_${channel + 1}`,
      name,
      '直播一线',
      `https://img.example.invalid/live/${channel + 1}.png`,
      '',
      1,
      name,
      'live',
      null,
      null,
      null,
      createdAt,
    ];
  }
}

/** Openings and endings to skip: with both ways of giving an ending, counted from the start or from the end. */
export function* skipRows(users: readonly User[], titles: readonly Title[], seed: number): Generator<Row> {
  const random = new Random(seed, 'skips');
  const series = new Popularity(titles.filter((title) => title.type === 'tv' || title.type === 'anime'));
  const volume = volumeOf(users.length, MOST_SKIPS, 0.15);
  let id = 0;
  for (const user of users) {
    if (user.firstLogin === null || user.lastLogin === null || !random.chance(0.09 * volume)) continue;
    for (const [title, offer] of drawOffers(random, series, random.between(1, 3))) {
      const opening = random.between(60, 120);
      const segments: object[] = [
        { start: random.between(0, 8), end: opening, type: 'opening', title: '片头', autoSkip: true },
      ];
      if (random.chance(0.7)) {
        const left = random.between(60, 180);
        segments.push(
          random.chance(0.5)
            ? {
                start: title.length - left,
                end: title.length,
                type: 'ending',
                title: '片尾',
                autoSkip: true,
                autoNextEpisode: true,
                mode: 'absolute',
              }
            : {
                start: 0,
                end: 0,
                type: 'ending',
                title: '片尾',
                autoSkip: true,
                autoNextEpisode: true,
                mode: 'remaining',
                remainingTime: left,
              },
        );
      }
      const createdAt = random.between(user.firstLogin, user.lastLogin);
      const updatedAt = random.between(createdAt, Math.min(user.lastLogin, createdAt + 20 * DAY));
      yield [
        ++id,
        user.username,
        offer.source.key,
        offer.contentId,
        title.name,
        JSON.stringify(segments),
        sqlTime(createdAt),
        sqlTime(updatedAt),
      ];
    }
  }
}
