/** How a family is kept fresh (seed §3.2). */
export type Strategy = 'cache-aside' | 'write-through' | 'read-through' | 'redis-only';

export interface KeyFamily {
  /** Pattern after the prefix, with the variable parts in braces. */
  readonly pattern: string;
  readonly type: 'string' | 'hash' | 'list' | 'set';
  /** Seconds as designed, before jitter. */
  readonly ttl: number;
  readonly strategy: Strategy;
  /** open: any operator may read it. private: users' data. secret: gives access. */
  readonly sensitivity: 'open' | 'private' | 'secret';
  /** The table that can rebuild it; null if it is only in Redis. */
  readonly table: string | null;
}

const hour = 3600;

/**
 * The one table of key families (seed §3.1): names, types, times, strategies and sources are defined only here.
 * `user:{username}:sessions` is ours: the set of a user's session ids; without it, ending them would need a scan of the
 * keyspace.
 */
export const keyFamilies = {
  userInfo: {
    pattern: 'user:{username}:info',
    type: 'string',
    ttl: hour,
    strategy: 'cache-aside',
    sensitivity: 'private',
    table: 'users',
  },
  userPoints: {
    pattern: 'user:{username}:points',
    type: 'string',
    ttl: hour / 2,
    strategy: 'cache-aside',
    sensitivity: 'private',
    table: 'user_points',
  },
  playRecords: {
    pattern: 'user:{username}:play_records',
    type: 'hash',
    ttl: hour,
    strategy: 'write-through',
    sensitivity: 'private',
    table: 'play_records',
  },
  recentPlays: {
    pattern: 'user:{username}:recent_plays',
    type: 'string',
    ttl: 600,
    strategy: 'cache-aside',
    sensitivity: 'private',
    table: 'play_records',
  },
  favorites: {
    pattern: 'user:{username}:favorites',
    type: 'hash',
    ttl: hour,
    strategy: 'cache-aside',
    sensitivity: 'private',
    table: 'favorites',
  },
  searchHistory: {
    pattern: 'user:{username}:search_history',
    type: 'list',
    ttl: 7 * 24 * hour,
    strategy: 'redis-only',
    sensitivity: 'private',
    table: null,
  },
  userSessions: {
    pattern: 'user:{username}:sessions',
    type: 'set',
    ttl: 24 * hour,
    strategy: 'redis-only',
    sensitivity: 'secret',
    table: null,
  },
  session: {
    pattern: 'session:{id}',
    type: 'string',
    ttl: 24 * hour,
    strategy: 'redis-only',
    sensitivity: 'secret',
    table: null,
  },
  adminConfig: {
    pattern: 'admin:config',
    type: 'string',
    ttl: 300,
    strategy: 'cache-aside',
    sensitivity: 'secret',
    table: 'admin_configs',
  },
  configSettings: {
    pattern: 'admin:config_settings',
    type: 'string',
    ttl: 300,
    strategy: 'cache-aside',
    sensitivity: 'secret',
    table: 'admin_configs',
  },
  configVersion: {
    pattern: 'admin:config_version',
    type: 'string',
    ttl: 300,
    strategy: 'cache-aside',
    sensitivity: 'open',
    table: 'console_config_changes',
  },
  playSummary: {
    pattern: 'stats:play_summary',
    type: 'string',
    ttl: hour / 2,
    strategy: 'read-through',
    sensitivity: 'open',
    table: 'play_stats_daily',
  },
  contentHot: {
    pattern: 'stats:content_hot',
    type: 'string',
    ttl: hour,
    strategy: 'read-through',
    sensitivity: 'open',
    table: 'content_stats',
  },
  cardKey: {
    pattern: 'cardkey:{hash}',
    type: 'string',
    ttl: hour,
    strategy: 'cache-aside',
    sensitivity: 'secret',
    table: 'card_keys',
  },
} as const satisfies Record<string, KeyFamily>;

export type FamilyName = keyof typeof keyFamilies;

/** How many milliseconds the absence of a value is cached (seed §7.2). */
const nothingMs = 60_000;
/** Lifetimes vary by this fraction both ways, so that values filled together do not expire together. */
const jitter = 0.1;

function jittered(ms: number): number {
  return Math.round(ms * (1 - jitter + 2 * jitter * Math.random()));
}

/** Lifetime in milliseconds for the next value of a family, or for the information that there is none. */
export function lifetime(family: FamilyName): { value(): number; nothing(): number } {
  return lifetimes[family];
}

const families = Object.keys(keyFamilies) as FamilyName[];

const lifetimes = Object.fromEntries(
  families.map((family) => [
    family,
    { value: () => jittered(keyFamilies[family].ttl * 1000), nothing: () => jittered(nothingMs) },
  ]),
) as Readonly<Record<FamilyName, { value(): number; nothing(): number }>>;

/** Patterns, cut at their variable part. */
const cuts = families.map((family) => {
  const [head = '', tail = null] = keyFamilies[family].pattern.split(/\{\w+\}/);
  return { family, head, tail };
});

/** Builds the names of keys; `prefix` is the site's, `moontv:` in the seed. */
export class Keys {
  readonly prefix: string;
  /** Whether the prefix has a hash tag, which puts all keys into one slot of a cluster. */
  readonly #tagged: boolean;
  readonly #staging: string;
  readonly #ends: Readonly<Record<FamilyName, { readonly head: string; readonly tail: string | null }>>;

  constructor(prefix = 'moontv:') {
    this.prefix = prefix;
    this.#tagged = /\{[^}]+\}/.test(prefix);
    this.#staging = `${prefix}cache:fill:`;
    this.#ends = Object.fromEntries(
      cuts.map(({ family, head, tail }) => [family, { head: prefix + head, tail }]),
    ) as Record<FamilyName, { head: string; tail: string | null }>;
  }

  /** The exact key of a family with its variable part, which may contain any characters. */
  of(family: FamilyName, part = ''): string {
    const { head, tail } = this.#ends[family];
    return tail === null ? head : head + part + tail;
  }

  /** The family that a key belongs to, or null. */
  familyOf(name: string): FamilyName | null {
    for (const family of families) {
      const { head, tail } = this.#ends[family];
      if (tail === null ? name !== head : !isBetween(name, head, tail)) continue;
      // `cardkey:hash:…` and its like are the cards of the old layout, and no cache.
      return family === 'cardKey' && name.includes(':', head.length) ? null : family;
    }
    return null;
  }

  /** A SCAN pattern for all keys of the site. */
  everything(): string {
    return `${escapeGlob(this.prefix)}*`;
  }

  /** The key that records for which run of Redis all cached values are known to be good. */
  epoch(): string {
    return `${this.prefix}cache:epoch`;
  }

  /** The lock of the one process that refreshes a value before it expires. */
  lock(key: string): string {
    return `${key}:refresh`;
  }

  /**
   * The key where a fill is staged before it replaces the real key: in the same slot of a cluster. Null for a key with
   * braces of its own, which put it into another slot.
   */
  staged(key: string, token: string): string | null {
    if (this.#tagged) return `${this.#staging}${key}${token}`;
    return /[{}]/.test(key) ? null : `${this.#staging}{${key}}${token}`;
  }

  isStaged(name: string): boolean {
    return name.startsWith(this.#staging);
  }

  /** A SCAN pattern for a family; the prefix is escaped, the variable part is `*`. */
  pattern(family: FamilyName): string {
    return escapeGlob(this.prefix) + keyFamilies[family].pattern.replace(/\{\w+\}/, '*');
  }

  /** Every rebuildable key that holds data of a user. */
  cachesOfUser(username: string): string[] {
    return (['userInfo', 'userPoints', 'playRecords', 'recentPlays', 'favorites'] as const).map((family) =>
      this.of(family, username),
    );
  }
}

function isBetween(name: string, head: string, tail: string): boolean {
  return name.length >= head.length + tail.length && name.startsWith(head) && name.endsWith(tail);
}

/** Escapes what SCAN MATCH would read as a pattern. */
export function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\^-]/g, '\\$&');
}
