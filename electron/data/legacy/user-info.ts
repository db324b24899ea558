import type { Role, UserCardKeyInfo, UserInfo } from '../types.js';
import { parse } from './store.js';

/** A user as the site sees them: the hash; the config's entry takes precedence. Times in milliseconds. */
export function userInfoOf(
  username: string,
  hash: Readonly<Record<string, string>>,
  entry: Readonly<Record<string, unknown>> | null,
  isOwner: boolean,
): UserInfo {
  const oidcSub = text(entry?.['oidcSub']) ?? text(hash['oidcSub']);
  const tvboxToken = text(entry?.['tvboxToken']);
  const cardKey = latestCard(cardOf(entry?.['cardKey']), cardOf(parse(hash['cardKey'] ?? null)));
  return {
    username,
    role: isOwner ? 'owner' : (roleOf(entry?.['role']) ?? roleOf(hash['role']) ?? 'user'),
    // An admin bans a user, or lifts the ban, only in the config.
    banned: entry === null ? hash['banned'] === 'true' : entry['banned'] === true,
    tags: listOf(entry?.['tags']) ?? listOf(hash['tags']) ?? [],
    enabledApis: listOf(entry?.['enabledApis']) ?? listOf(hash['enabledApis']) ?? [],
    ...(oidcSub === undefined ? {} : { oidcSub }),
    ...(tvboxToken === undefined ? {} : { tvboxToken }),
    showAdultContent: entry?.['showAdultContent'] === true,
    createdAt: millis(hash['created_at']) ?? millis(entry?.['createdAt']) ?? millis(entry?.['created_at']) ?? 0,
    ...(cardKey === null ? {} : { cardKey }),
  };
}

/** A membership from the hash or the config; null for anything else. */
export function cardOf(value: unknown): UserCardKeyInfo | null {
  if (typeof value !== 'object' || value === null) return null;
  const { boundKey, expiresAt, boundAt } = value as Record<string, unknown>;
  const until = millis(expiresAt);
  return typeof boundKey === 'string' && until !== undefined
    ? { boundKey, expiresAt: until, boundAt: millis(boundAt) ?? 0 }
    : null;
}

/** The one that lasts longer. */
export function latestCard(a: UserCardKeyInfo | null, b: UserCardKeyInfo | null): UserCardKeyInfo | null {
  if (a === null || b === null) return a ?? b;
  return b.expiresAt > a.expiresAt ? b : a;
}

/** A JSON array, values separated by commas, or one bare word; undefined if empty. */
function listOf(value: unknown): string[] | undefined {
  if (Array.isArray(value)) return value.filter((item): item is string => typeof item === 'string');
  if (typeof value !== 'string' || value === '') return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    if (Array.isArray(parsed)) return listOf(parsed);
  } catch {
    // Not JSON: written by hand.
  }
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function roleOf(value: unknown): Role | undefined {
  return value === 'owner' || value === 'admin' || value === 'user' ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function millis(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
