import { escapeGlob } from '../redis/keys.js';

/** The four kinds of records that a user has one of for each `source+id`. */
export type RecordFamily = 'pr' | 'fav' | 'skip' | 'episodeskip';

/**
 * The names of the site's pure-Redis layout: no prefix, no TTL except under `cache:`. They are the site's, so that it reads what we
 * write and we read what it wrote; `Keys` in keys.ts has those of the hybrid storage.
 */
export const legacy = {
  /** string: a V1 user's password, plain or scrypt. Where it exists it is newer than the one in `info`. */
  password: (user: string) => `u:${user}:pwd`,
  /** hash: a V2 user. */
  info: (user: string) => `u:${user}:info`,
  /** zset of V2 users by their creation in milliseconds. */
  users: 'users:list',
  /** string: the user of an OIDC subject. */
  oidc: (sub: string) => `oidc:sub:${sub}`,
  /** string JSON, one for each record. */
  record: (user: string, family: RecordFamily, key: string) => `u:${user}:${family}:${key}`,
  /** hash of the sibling layout: field `source+id`, JSON. */
  records: (user: string, family: RecordFamily) => `u:${user}:${family}`,
  /** list, newest first, at most 20. */
  searchHistory: (user: string) => `u:${user}:sh`,
  /** string `done` where the site has moved to the sibling layout. */
  hashesFlag: 'sys:migration:hash_v2',
  /** string `done` where the site keeps passwords by scrypt. */
  passwordsFlag: 'sys:migration:pwd_hash_v1',
  /** set of all names, on the sibling that lists its users by it. */
  names: 'sys:users',
  adminConfig: 'admin:config',
  loginStats: (user: string) => `user_login_stats:${user}`,
  card: (hash: string) => `cardkey:hash:${hash}`,
  /** Not the site's: the user cards that came before their card, until it comes. */
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
  /** Not the site's, which keeps no sessions in Redis: ours, for as long as this engine runs. */
  session: (id: string) => `session:${id}`,
  sessionsOf: (user: string) => `user:${user}:sessions`,
} as const;

/** SCAN patterns; whatever a person could have chosen is escaped in them. */
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

/** True for every key of the site's layout; a Redis may serve others too, whose keys are nobody's here. */
export function isLegacyKey(key: string): boolean {
  return ours.some((pattern) => pattern.test(key));
}

/** The name in `u:{name}:info` or `u:{name}:pwd`, or null: a name may hold colons, the ends are fixed. */
export function userOfKey(key: string): string | null {
  return /^u:(.+):(?:info|pwd)$/s.exec(key)?.[1] ?? null;
}

/** True for a key that is a record's (`u:bob:pr:site+1:info`) though it ends as a user's: a record's name has a `+` behind its family. */
export function looksLikeRecord(key: string): boolean {
  return /^u:.+:(?:pr|fav|skip|episodeskip):.*\+/s.test(key);
}

/**
 * True for a name whose keys could be taken for another user's: in this layout nothing marks where a name ends. `history:bob` would keep its
 * points where the history of `bob` lies. Such users are read where the site made them, and not made here.
 */
export function isAmbiguousName(user: string): boolean {
  return /^history:|:(?:pr|fav|skip|episodeskip)(?::|$)/s.test(user);
}
