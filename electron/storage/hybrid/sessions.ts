import { randomBytes } from 'node:crypto';
import { Refusal } from '../../contract/errors.js';
import { keyFamilies } from '../../data/redis/keys.js';
import type { Cache } from '../../data/cache/cache.js';
import { redisAway } from '../../data/redis/refusals.js';
import { removeKey } from '../../data/redis/remove.js';
import type { Site } from '../../data/site.js';
import type { IStorage } from '../types.js';
import { usernameResolver } from './username-resolver.js';
import { userMethods } from './users.js';

type SessionMethods = Pick<IStorage, 'createSession' | 'getSession' | 'deleteSession'>;
type Session = { username: string } & Record<string, unknown>;

/**
 * Sessions: only in Redis, for 24 hours from their creation, with an index by user so that they can be ended. A session
 * is valid only while its user exists and is not banned; every read checks that. So a ban takes effect at once, even if
 * Redis was away when it happened. Throws `unavailable` while Redis is away.
 */
export function sessionMethods(site: Site, cache: Cache): SessionMethods {
  const users = userMethods(site, cache);
  const { keys } = site;
  const names = usernameResolver(site);
  const ttl = keyFamilies.session.ttl;
  return {
    /**
     * Opens a session and returns its id (256 bits, URL-safe). `data` must be plain; its `username` is overwritten.
     * Throws `not_found`, `forbidden` (banned), `unavailable`. Writes `session`, `userSessions`.
     */
    async createSession(userName, data) {
      const username = await names.need(userName);
      if ((await users.getUserInfoV2(username))?.banned !== false)
        throw new Refusal('forbidden', { zh: '账号已被封禁', en: 'The account is banned' });
      const id = randomBytes(32).toString('base64url');
      const index = keys.of('userSessions', username);
      await reach(site, async () => {
        // The index comes last: a process that ends sessions in the meantime and finds the id there finds the session
        // too. An id that is not listed yet is unknown to everyone.
        await site.redis.set(keys.of('session', id), JSON.stringify({ ...data, username }), 'EX', ttl);
        await site.redis.sadd(index, id);
        await site.redis.expire(index, ttl);
      });
      return id;
    },

    /**
     * The session's data, or null: unknown, expired, its user deleted or banned (it is then removed). Throws
     * `unavailable`.
     */
    async getSession(id) {
      await site.redisAsked();
      if (!plausible(id)) return null;
      const text = await reach(site, () => site.redis.get(keys.of('session', id)));
      const session = text === null ? null : parse(text);
      if (session === null) return null;
      const user = await users.getUserInfoV2(session.username);
      if (user !== null && !user.banned) return session;
      // The session is over, even if Redis refuses the deletion.
      await drop(site, id, session.username).catch(() => undefined);
      return null;
    },

    /** Ends a session; an unknown one is no error. Throws `unavailable`. */
    async deleteSession(id) {
      await site.redisAsked();
      if (!plausible(id)) return;
      const text = await reach(site, () => site.redis.get(keys.of('session', id)));
      if (text !== null) await drop(site, id, parse(text)?.username ?? null);
    },
  } satisfies SessionMethods;
}

function plausible(id: string): boolean {
  return /^[\w-]{16,128}$/.test(id);
}

async function drop(site: Site, id: string, username: string | null): Promise<void> {
  await reach(site, async () => {
    await removeKey(site.redis, site.keys.of('session', id));
    if (username !== null) await site.redis.srem(site.keys.of('userSessions', username), id);
  });
}

function parse(text: string): Session | null {
  try {
    const value = JSON.parse(text) as { username?: unknown } | null;
    return typeof value?.username === 'string' ? (value as Session) : null;
  } catch {
    return null;
  }
}

async function reach<T>(site: Site, work: () => Promise<T>): Promise<T> {
  await site.redisAsked();
  try {
    return await work();
  } catch (error) {
    throw redisAway(error);
  }
}
