import type { Change } from '../../../data/write/audited-change.js';
import type { Sql } from '../../../data/mysql/database.js';
import { chunked, keyParameter } from '../../../data/write/row-writer.js';
import type { Site } from '../../../data/site.js';

/** Number of keys in one command. */
const perCommand = 500;

/**
 * Cached facts “this card does not exist” about cards that were created since. A reader that may still fill such a fact
 * has its lease in Redis. So after the cards are committed, a key that does not exist in Redis cannot get the fact any
 * more, and only existing keys are dropped. Of a million cards that is almost none, but blocking each key would take
 * longer than adding the card.
 *
 * So each chunk of an import checks the chunk before it, and the last chunk also blocks its own keys, as any change
 * does.
 */
export class NegativeCache {
  readonly #site: Site;
  #chunks: readonly { readonly next: number; readonly hashes: readonly string[] }[] = [];

  constructor(site: Site) {
    this.#site = site;
  }

  /**
   * Cards that the current transaction adds, before the chunk that begins at `next`. The transaction may still be
   * rolled back and run again.
   */
  remember(next: number, hashes: readonly string[]): void {
    this.#chunks = [...this.#chunks.filter((chunk) => chunk.next !== next).slice(-1), { next, hashes }];
  }

  /** In a chunk that begins at `from`, drops the cached facts about the cards of the chunk before it. */
  async drop(change: Change, batchId: string, from: number): Promise<void> {
    const before = this.#chunks.find(({ next }) => next === from);
    const hashes = before?.hashes ?? (await lastOf(change.tx, batchId));
    change.invalidate((await this.#believed(hashes)).map((hash) => this.#site.keys.of('cardKey', hash)));
  }

  /** The same if no chunk follows. If Redis is away, such facts expire within a minute anyway. */
  async dropNow(): Promise<void> {
    const believed = await this.#believed(this.#chunks.flatMap(({ hashes }) => hashes));
    if (believed.length === 0) return;
    await this.#site.cache.write(
      believed.map((part) => ({ family: 'cardKey', part }) as const),
      () => Promise.resolve(),
    );
  }

  /** The hashes with a key in Redis; all of them if Redis cannot be asked. */
  async #believed(hashes: readonly string[]): Promise<readonly string[]> {
    const { redis, keys } = this.#site;
    if (!this.#site.redisUp) return hashes;
    const found: string[] = [];
    for (const some of chunked(hashes, perCommand)) {
      const names = some.map((hash) => keys.of('cardKey', hash));
      // A cluster does not accept keys of several slots in one command. Then each key is asked for separately.
      const many = await redis.exists(...names).catch(() => null);
      if (many === 0) continue;
      const each = await Promise.all(names.map((name) => redis.exists(name).catch(() => 1)));
      found.push(...some.filter((_, at) => each[at] !== 0));
    }
    return found;
  }
}

/** Hashes of a batch's last chunk. Another process may have committed it without this check. */
async function lastOf(sql: Sql, batchId: string): Promise<readonly string[]> {
  const rows = await sql.rows<{ key_hash: string }>(
    `SELECT c.key_hash FROM (SELECT first_id, last_id FROM console_card_ranges WHERE batch_id = ? ORDER BY first_id DESC LIMIT 1) r
     JOIN card_keys c ON c.id BETWEEN r.first_id AND r.last_id`,
    [keyParameter(batchId)],
  );
  return rows.map((row) => row.key_hash);
}
