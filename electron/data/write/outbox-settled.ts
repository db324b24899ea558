import type { Database } from '../mysql/database.js';
import { chunked, keyParameter } from './row-writer.js';

/** Milliseconds that rows of carried-out writes are gathered before they are deleted. */
const settleEvery = 100;

/**
 * Rows of the outbox that nobody needs any more: writes of the cache that have reached Redis. They are deleted
 * together, in a moment.
 */
export class SettledRows {
  readonly #db: Database;
  #rows: string[] = [];
  #timer: NodeJS.Timeout | null = null;
  #deleting: Promise<void> = Promise.resolve();

  constructor(db: Database) {
    this.#db = db;
  }

  add(row: string): void {
    this.#rows.push(row);
    this.#timer ??= setTimeout(() => {
      void this.delete().catch(() => undefined);
    }, settleEvery).unref();
  }

  /**
   * Deletes those that are gathered. One statement at a time: a server that reads all of a small table for a list of
   * ids waits for the rows of writes that are not over.
   */
  delete(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#deleting = this.#deleting.catch(() => undefined).then(() => this.#deleteAll());
    return this.#deleting;
  }

  async #deleteAll(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    for (const batch of chunked(rows, 500)) {
      await this.#db.run('DELETE FROM console_cache_outbox WHERE id IN (?)', [batch.map(keyParameter)]);
    }
  }
}
