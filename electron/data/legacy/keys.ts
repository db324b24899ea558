import { escapeGlob } from '../redis/keys.js';

/** The four kinds of records of which a user has one per `source+id`. */
export type RecordFamily = 'pr' | 'fav' | 'skip' | 'episodeskip';

/**
 * The key names of the site's pure-Redis layout: no prefix, no TTL except under `cache:`. They must be the site's own,
 * so that the site and this storage can read each other's data. `Keys` in keys.ts has those of the hybrid storage.
 */
export const legacy = {
  /** string: a V1 user's password, plain or scrypt. If it exists, it is newer than the one in `info`. */
  password: (user: string) => `u:${user}:pwd`,
  /** hash: a V2 user. */
  info: (user: string) => `u:${user}:info`,
  /** zset of V2 users, scored by creation time in milliseconds. */
  users: 'users:list',
  /** string: the user of an OIDC subject. */
  oidc: (sub: string) => `oidc:sub:${sub}`,
  /** string JSON, one per record. */
  record: (user: string, family: RecordFamily, key: string) => `u:${user}:${family}:${key}`,
  /** hash of the sibling layout: field `source+id`, JSON. */
  records: (user: string, family: RecordFamily) => `u:${user}:${family}`,
  /** list, newest first, at most 20. */
  searchHistory: (user: string) => `u:${user}:sh`,
  /** string `done` if the site has moved to the sibling layout. */
  hashesFlag: 'sys:migration:hash_v2',
  /** string `done` if the site hashes passwords with scrypt. */
  passwordsFlag: 'sys:migration:pwd_hash_v1',
  /** set of all names, on the sibling that lists its users from it. */
  names: 'sys:users',
  adminConfig: 'admin:config',
  loginStats: (user: string) => `user_login_stats:${user}`,
  card: (hash: string) => `cardkey:hash:${hash}`,
  /** Ours, not the site's: the user cards that came before their card, until it comes. */
  given: (hash: string) => `cardkey:given:${hash}`,
  /** set of hashes. */
  cardsWith: (status: string) => `cardkey:status:${status}`,
  userCard: (user: string, id: string) => `user:cardkey:${user}:${id}`,
  points: (user: string) => `user:points:${user}`,
  /** list, newest first, at most 1000. */
  pointsHistory: (user: string) => `user:points:history:${user}`,
  invitee: (user: string) => `invitation:invitee:${user}`,
  inviter: (user: string, id: string) => `invitation:inviter:${user}:${id}`,
  ipReward: (ip: string) => `ip:reward:${ip}`,
  invitationConfig: 'config:invitation',
  cache: (key: string) => `cache:${key}`,
  /** Ours, not the site's, which keeps no sessions in Redis; used only while this engine runs. */
  session: (id: string) => `session:${id}`,
  sessionsOf: (user: string) => `user:${user}:sessions`,
} as const;

/** SCAN patterns; everything that a user could have chosen is escaped. */
export const legacyPatterns = {
  infos: 'u:*:info',
  passwords: 'u:*:pwd',
  recordsOf: (user: string, family: RecordFamily) => `u:${escapeGlob(user)}:${family}:*`,
  everyRecord: (family: RecordFamily) => `u:*:${family}:*`,
  everyHash: (family: RecordFamily) => `u:*:${family}`,
  cards: 'cardkey:hash:*',
  userCardsOf: (user: string) => `user:cardkey:${escapeGlob(user)}:*`,
  everyUserCard: 'user:cardkey:*',
  userCardById: (id: string) => `user:cardkey:*:${escapeGlob(id)}`,
  points: 'user:points:*',
  invitationsBy: (user: string) => `invitation:inviter:${escapeGlob(user)}:*`,
  invitationById: (id: string) => `invitation:inviter:*:${escapeGlob(id)}`,
  cache: (prefix: string) => `cache:${escapeGlob(prefix)}*`,
} as const;

const ours = [
  /^u:.+:(?:pwd|info|sh|pr|fav|skip|episodeskip)$/s,
  /^u:.+:(?:pr|fav|skip|episodeskip):/s,
  /^users:list$/,
  /^sys:users$/,
  /^oidc:sub:/,
  /^admin:config$/,
  /^user_login_stats:/,
  /^cardkey:(?:hash|status|given):/,
  /^user:(?:cardkey|points):/,
  /^invitation:(?:invitee|inviter):/,
  /^ip:reward:/,
  /^config:invitation$/,
  /^cache:/,
  /^session:/,
  /^user:.+:sessions$/s,
];

/**
 * True for every key of the site's layout. A Redis may serve other programs too, whose keys do not concern this
 * storage.
 */
export function isLegacyKey(key: string): boolean {
  return ours.some((pattern) => pattern.test(key));
}

/** The name in `u:{name}:info` or `u:{name}:pwd`, or null: a name may contain colons, prefix and suffix are fixed. */
export function userOfKey(key: string): string | null {
  return /^u:(.+):(?:info|pwd)$/s.exec(key)?.[1] ?? null;
}

/**
 * True for a record's key (`u:bob:pr:site+1:info`) that ends like a user's: a record's key has a `+` after its family.
 */
export function looksLikeRecord(key: string): boolean {
  return /^u:.+:(?:pr|fav|skip|episodeskip):.*\+/s.test(key);
}

/**
 * True for a name whose keys could be taken for another user's: in this layout nothing marks where a name ends.
 * `history:bob` would keep its points where the history of `bob` is. Such users are read if the site created them, but
 * not created here.
 */
export function isAmbiguousName(user: string): boolean {
  return /^history:|:(?:pr|fav|skip|episodeskip)(?::|$)/s.test(user);
}
