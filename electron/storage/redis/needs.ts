import { type CacheCommands, newToken } from '../cache/commands.js';
import type { Keys } from '../keys.js';
import { isReply } from './errors.js';
import { removeKey } from './remove.js';

/**
 * What Redis is needed for. `sessions`: to find and end a user's. `deletions`: that what a change makes old leaves the cache. `cache`: that values are
 * kept in it.
 */
export type Need = 'sessions' | 'deletions' | 'cache';

/** One thing that Redis refuses. */
export interface RefusedNeed {
  readonly need: Need;
  /** The command that was tried, in capitals. */
  readonly command: string;
  /** The server's own words. */
  readonly words: string;
}

/** Milliseconds that the one key which is written lives if it cannot be deleted. */
const probeMs = '5000';

/**
 * Tries everything that Redis is needed for, and answers what it refuses: nothing where all is well. The names are of the families that matter, because an
 * account may be confined to some, and of a user and a session that nobody has; one key is written and deleted at once, the others are never there. One
 * round trip. Throws where Redis does not answer.
 */
export async function refusedNeeds(commands: CacheCommands, keys: Keys): Promise<RefusedNeed[]> {
  const { client } = commands;
  const token = newToken();
  const own = `~${token}`;
  const [session, index, cached] = [keys.of('session', own), keys.of('userSessions', own), keys.of('userInfo', own)];
  const refused: RefusedNeed[] = [];
  const attempt = (need: Need, command: string, work: Promise<unknown>): Promise<void> =>
    work.then(
      () => undefined,
      (error: unknown) => {
        if (!isReply(error)) throw error;
        refused.push({ need, command, words: error.message });
      },
    );
  await Promise.all([
    attempt('sessions', 'SMEMBERS', client.smembers(index)),
    attempt('sessions', 'UNLINK/DEL', removeKey(client, session)),
    attempt('sessions', 'UNLINK/DEL', removeKey(client, index)),
    attempt('cache', 'SET', client.set(cached, `~L:${token}`, 'PX', probeMs)),
    attempt('cache', 'GET', client.get(cached)),
    // One of the cache's own scripts, which looks at the key and deletes it.
    attempt('cache', 'EVAL', commands.release(cached, token)),
    attempt('deletions', 'UNLINK/DEL', removeKey(client, cached)),
  ]);
  return refused;
}
