import type { Database } from '../mysql/database.js';
import { chunked, keyParameter } from './row-writer.js';

/** Milliseconds for which rows of finished writes are collected before they are deleted. */
const settleEvery = 100;

/**
 * Outbox rows that nobody needs any more, because their writes have reached Redis. They are deleted together after a
 * moment.
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
   * Deletes the collected rows, one statement at a time. A server may scan all of a small table for a list of ids, and
   * then waits for the rows of unfinished writes.
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
