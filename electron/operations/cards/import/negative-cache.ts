import type { Change } from '../../../data/write/audited-change.js';
import type { Sql } from '../../../data/mysql/database.js';
import { chunked, keyParameter } from '../../../data/write/row-writer.js';
import type { Site } from '../../../data/site.js';

/** Keys asked for in one command. */
const perCommand = 500;

/**
 * Cached knowledge that there is no such card, of cards that have come into being. A reader that may still fill such
 * knowledge has its lease in Redis, so once the cards are committed, a key that does not exist there cannot get it any
 * more: only those that do are dropped. That is next to none of a million, where blocking each would take longer than
 * adding it.
 *
 * So each chunk of an import looks after the one before it, and the last also blocks its own, as any change does.
 */
export class NegativeCache {
  readonly #site: Site;
  #chunks: readonly { readonly next: number; readonly hashes: readonly string[] }[] = [];

  constructor(site: Site) {
    this.#site = site;
  }

  /**
   * Cards that the transaction under way adds, before the one that goes on at `next`; it may yet be rolled back and run
   * again.
   */
  remember(next: number, hashes: readonly string[]): void {
    this.#chunks = [...this.#chunks.filter((chunk) => chunk.next !== next).slice(-1), { next, hashes }];
  }

  /** Drops, with a change that goes on at `from`, what is still believed of the cards that were committed before it. */
  async drop(change: Change, batchId: string, from: number): Promise<void> {
    const before = this.#chunks.find(({ next }) => next === from);
    const hashes = before?.hashes ?? (await lastOf(change.tx, batchId));
    change.invalidate((await this.#believed(hashes)).map((hash) => this.#site.keys.of('cardKey', hash)));
  }

  /** The same when no chunk follows. A Redis that is away forgets such knowledge within a minute. */
  async dropNow(): Promise<void> {
    const believed = await this.#believed(this.#chunks.flatMap(({ hashes }) => hashes));
    if (believed.length === 0) return;
    await this.#site.cache.write(
      believed.map((part) => ({ family: 'cardKey', part }) as const),
      () => Promise.resolve(),
    );
  }

  /** Those of which Redis has anything; all of them, where it cannot be asked. */
  async #believed(hashes: readonly string[]): Promise<readonly string[]> {
    const { redis, keys } = this.#site;
    if (!this.#site.redisUp) return hashes;
    const found: string[] = [];
    for (const some of chunked(hashes, perCommand)) {
      const names = some.map((hash) => keys.of('cardKey', hash));
      // A cluster takes no keys of several slots: each is asked for by itself.
      const many = await redis.exists(...names).catch(() => null);
      if (many === 0) continue;
      const each = await Promise.all(names.map((name) => redis.exists(name).catch(() => 1)));
      found.push(...some.filter((_, at) => each[at] !== 0));
    }
    return found;
  }
}

/** Hashes of a batch's last chunk, which another process may have committed and not looked after. */
async function lastOf(sql: Sql, batchId: string): Promise<readonly string[]> {
  const rows = await sql.rows<{ key_hash: string }>(
    `SELECT c.key_hash FROM (SELECT first_id, last_id FROM console_card_ranges WHERE batch_id = ? ORDER BY first_id DESC LIMIT 1) r
     JOIN card_keys c ON c.id BETWEEN r.first_id AND r.last_id`,
    [keyParameter(batchId)],
  );
  return rows.map((row) => row.key_hash);
}
