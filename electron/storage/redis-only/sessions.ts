import { randomBytes } from 'node:crypto';
import { keyFamilies } from '../../data/redis/keys.js';
import { legacy } from '../../data/legacy/keys.js';
import { type LegacyStore, parse } from '../../data/legacy/store.js';

const lifetime = keyFamilies.session.ttl;

/** Sessions. The site keeps none in Redis: these keys are our own, and expire within a day. */
export class LegacySessions {
  readonly #store: LegacyStore;

  constructor(store: LegacyStore) {
    this.#store = store;
  }

  /** Returns the id: 32 random bytes in hex. */
  async create(username: string, data: Record<string, unknown>): Promise<string> {
    const id = randomBytes(32).toString('hex');
    await this.#store.together((multi) =>
      multi
        .set(legacy.session(id), JSON.stringify({ ...data, username }), 'EX', lifetime)
        .sadd(legacy.sessionsOf(username), id)
        .expire(legacy.sessionsOf(username), lifetime),
    );
    return id;
  }

  async get(id: string): Promise<({ username: string } & Record<string, unknown>) | null> {
    return parse(await this.#store.get(legacy.session(id)));
  }

  async delete(id: string): Promise<void> {
    const session = await this.get(id);
    await this.#store.remove([legacy.session(id)]);
    if (session !== null) await this.#store.ask((redis) => redis.srem(legacy.sessionsOf(session.username), id));
  }

  /** Ends every session that a user has now. One opened in the meantime stays listed, so that it can be ended later. */
  async end(username: string): Promise<void> {
    const index = legacy.sessionsOf(username);
    const ids = await this.#store.ask((redis) => redis.smembers(index));
    if (ids.length === 0) return;
    await this.#store.remove(ids.map((id) => legacy.session(id)));
    await this.#store.ask((redis) => redis.srem(index, ...ids));
  }
}
