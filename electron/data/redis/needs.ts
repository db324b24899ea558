import { Cluster } from 'ioredis';
import { type CacheCommands, newToken } from '../cache/commands.js';
import type { Keys } from './keys.js';
import { isReply } from './errors.js';
import { plainWords } from './refusals.js';
import { removeKey } from './remove.js';

/**
 * What Redis is needed for. `sessions`: to find and end a user's. `counting`: to count a user's sessions. `deletions`:
 * to delete what a change makes stale. `cache`: to keep values. `site`: the data that the site's storage keeps only in
 * Redis.
 */
export type Need = 'sessions' | 'counting' | 'deletions' | 'cache' | 'site';

/** One thing that Redis refuses. */
export interface RefusedNeed {
  readonly need: Need;
  /** The command that was refused, in capitals. */
  readonly command: string;
  /** The server's own words, without the parts that differ from one try to the next. */
  readonly words: string;
}

/** Lifetime, in milliseconds, of a probe key, in case it cannot be deleted. */
const probeMs = '5000';

/**
 * Tries every command that this program or its scripts send, and returns the refused ones; empty if all are accepted.
 * The names are from the real families, because an account may be restricted to some, with a user and a session that do
 * not exist; probe keys are deleted at once. One round trip. Throws if Redis does not answer.
 */
export async function refusedNeeds(commands: CacheCommands, keys: Keys): Promise<RefusedNeed[]> {
  const { client } = commands;
  const token = newToken();
  const own = `~${token}`;
  const [session, index, searches] = [
    keys.of('session', own),
    keys.of('userSessions', own),
    keys.of('searchHistory', own),
  ];
  const [cached, hash] = [keys.of('userInfo', own), keys.of('playRecords', own)];
  const refused: RefusedNeed[] = [];
  const attempt = (need: Need, command: string, work: Promise<unknown>): Promise<void> =>
    work.then(
      () => undefined,
      (error: unknown) => {
        if (!isReply(error)) throw error;
        const words = plainWords(error);
        refused.push({ need, command: commandIn(words) ?? command, words });
      },
    );
  await Promise.all([
    attempt('sessions', 'SMEMBERS', client.smembers(index)),
    attempt('sessions', removal, removeKey(client, session)),
    attempt('sessions', removal, removeKey(client, index)),
    attempt('counting', 'EXISTS', client.exists(session)),
    attempt('cache', 'SET', client.set(cached, `~L:${token}`, 'PX', probeMs)),
    attempt('cache', 'GET', client.get(cached)),
    attempt('cache', 'EXISTS', client.exists(cached)),
    attempt('cache', 'TYPE', client.type(cached)),
    attempt('cache', 'GETRANGE', client.getrange(cached, 0, 1)),
    attempt('cache', 'PTTL', client.pttl(cached)),
    // One of the cache's own scripts; it looks at the key and deletes it.
    attempt('cache', 'EVAL', commands.release(cached, token)),
    attempt('cache', 'HSET', client.hset(hash, '~', '~N')),
    attempt('cache', 'PEXPIRE', client.pexpire(hash, probeMs)),
    attempt('cache', 'PEXPIREAT', client.pexpireat(hash, Date.now() + Number(probeMs))),
    attempt('cache', 'HGET', client.hget(hash, '~')),
    attempt('cache', 'HMGET', client.hmget(hash, '~')),
    attempt('cache', 'HGETALL', client.hgetall(hash)),
    attempt('cache', 'HLEN', client.hlen(hash)),
    attempt('cache', 'HDEL', client.hdel(hash, '~')),
    attempt('deletions', removal, removeKey(client, cached)),
    attempt('deletions', removal, removeKey(client, hash)),
    attempt('site', 'SADD', client.sadd(index, own)),
    attempt('site', 'EXPIRE', client.expire(index, 5)),
    attempt('site', 'SREM', client.srem(index, own)),
    attempt('site', 'SET', client.set(session, '{}', 'EX', 5)),
    attempt('site', 'GET', client.get(session)),
    attempt('site', removal, removeKey(client, session)),
    attempt('site', 'LRANGE', client.lrange(searches, 0, 0)),
    // The same commands as for a search; the last one removes the key.
    attempt(
      'site',
      'MULTI',
      client.multi().lrem(searches, 0, own).lpush(searches, own).expire(searches, 5).ltrim(searches, 1, 0).exec(),
    ),
    ...(client instanceof Cluster ? [] : [attempt('site', 'SCAN', client.scan('0', 'MATCH', session, 'COUNT', 1))]),
  ]);
  return refused;
}

/** Either of the two; `removeKey` has tried both. */
const removal = 'UNLINK/DEL';

/** The command that a server names in its refusal: it may refuse either of two equivalent ones. */
function commandIn(words: string): string | null {
  const [, name] = /(?:unknown command|run the) ['`]([\w|]+)['`]/i.exec(words) ?? [];
  return name === undefined || /^(unlink|del)$/i.test(name) ? null : name.toUpperCase();
}
