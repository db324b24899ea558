import { type ContentType, type Kind, KINDS } from './kinds.js';
import { at, Random } from './random.js';

export interface Source {
  readonly key: string;
  readonly name: string;
  readonly api: string;
}

export interface Offer {
  readonly source: Source;
  readonly contentId: string;
  readonly cover: string;
}

export interface Title {
  readonly name: string;
  readonly type: ContentType;
  readonly typeName: string;
  readonly year: string;
  readonly episodes: number;
  /** Seconds of one episode. */
  readonly length: number;
  readonly doubanId: number | null;
  readonly releaseDate: string;
  readonly offers: readonly Offer[];
}

export const SOURCES: readonly Source[] = [
  source('yunhai', '云海资源'),
  source('feisu', '飞速影库'),
  source('liangzi9', '量子九号'),
  source('xingchen', '星辰资源'),
  source('baihe', '百合影视'),
  source('tianlang', '天狼资源'),
  source('haiwai', '海外看'),
  source('duanjuhui', '短剧汇'),
];

export const CHANNELS = [
  '东方夜话',
  '江南卫视',
  '海棠影院',
  '北辰体育',
  '星河少儿',
  '纪实天下',
  '岭南戏曲',
  '长安新闻',
] as const;

/** A few hundred invented titles, the popular ones first. */
export function buildCatalogue(seed: number, thisYear: number): Title[] {
  const random = new Random(seed, 'catalogue');
  const titles: Title[] = [];
  for (const kind of KINDS) {
    const seen = new Set<string>();
    while (seen.size < kind.count) {
      const base = random.pick(kind.heads) + random.pick(kind.tails);
      const name = !seen.has(base) ? base : base + random.pick(kind.again);
      if (seen.has(name)) continue;
      seen.add(name);
      titles.push(makeTitle(random, kind, name, thisYear));
    }
  }
  for (let i = titles.length - 1; i > 0; i--) {
    const j = random.between(0, i);
    const held = at(titles, i);
    titles[i] = at(titles, j);
    titles[j] = held;
  }
  return titles;
}

/** Draws titles as real viewers do: a few are seen by almost everyone, most by few. */
export class Popularity {
  readonly #cumulated: Float64Array;
  readonly #titles: readonly Title[];

  constructor(titles: readonly Title[]) {
    this.#titles = titles;
    this.#cumulated = new Float64Array(titles.length);
    let sum = 0;
    titles.forEach((_, rank) => {
      sum += 1 / (rank + 6) ** 0.85;
      this.#cumulated[rank] = sum;
    });
  }

  draw(random: Random): Title {
    const wanted = random.next() * (this.#cumulated.at(-1) ?? 0);
    let low = 0;
    let high = this.#cumulated.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#cumulated[middle] ?? Infinity) <= wanted) low = middle + 1;
      else high = middle;
    }
    return at(this.#titles, low);
  }

  offer(random: Random, title: Title): Offer {
    return at(title.offers, Math.floor(random.next() ** 1.8 * title.offers.length));
  }
}

function makeTitle(random: Random, kind: Kind, name: string, thisYear: number): Title {
  const year = thisYear - Math.floor(random.next() ** 2.2 * kind.years);
  const wanted = random.between(2, 5);
  const preferred = kind.type === 'shortdrama' ? SOURCES.slice(-3) : SOURCES.slice(0, -1);
  const first = random.between(0, preferred.length - 1);
  const offers = Array.from({ length: Math.min(wanted, preferred.length) }, (_, i): Offer => {
    const from = at(preferred, (first + i) % preferred.length);
    const contentId = String(random.between(1_000, 189_999));
    return { source: from, contentId, cover: `https://img.example.invalid/${from.key}/${contentId}.jpg` };
  });
  return {
    name,
    type: kind.type,
    typeName: kind.typeName,
    year: String(year),
    episodes: random.between(kind.episodes[0], kind.episodes[1]),
    length: random.between(kind.minutes[0] * 60, kind.minutes[1] * 60),
    doubanId: kind.type !== 'shortdrama' && random.chance(0.8) ? random.between(1_290_000, 36_999_999) : null,
    releaseDate: `${year}-${String(random.between(1, 12)).padStart(2, '0')}-${String(random.between(1, 28)).padStart(2, '0')}`,
    offers,
  };
}

function source(key: string, name: string): Source {
  return { key, name, api: `https://${key}.example.invalid/api.php/provide/vod` };
}
