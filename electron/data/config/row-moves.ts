import type { Sql } from '../mysql/database.js';
import {
  deleteEntries,
  type EntryRow,
  insertEntries,
  renameEntries,
  type Renamed,
  rewriteEntries,
} from './entry-rows.js';
import type { HeldEntry } from './held-entry.js';

/**
 * Pending moves of entries' rows, apart from their content: rows to delete, rows whose name changes, rows to add behind
 * another.
 */
export class RowMoves {
  /** Rows to delete. */
  #gone: string[] = [];
  /** Rows that become the first of their name, or move behind it. */
  #renamed: Renamed[] = [];
  /** Elements to write behind the first of their name. */
  #behind: EntryRow[] = [];

  /** Deletes a row, with pending changes to its name. */
  remove(id: string): void {
    this.#gone.push(id);
    this.#renamed = this.#renamed.filter((one) => one.id !== id);
  }

  /** Makes a row the first of its name. */
  comeFirst(id: string, name: string): void {
    this.#renamed.push({ id, name, first: true });
  }

  /** Moves the current entry of a name behind the restored one: in its row if that comes later, else in a new row. */
  stepBack(held: HeldEntry, wantedId: string | undefined): void {
    const { username, id, text, base, behind } = held;
    if (id === null) return;
    const row = { id, username: null, entry: text, base: base === null ? null : JSON.stringify(base) };
    if (wantedId === undefined || BigInt(wantedId) >= BigInt(id)) {
      this.#behind.push({ ...row, id: null, base: null });
      return;
    }
    held.id = null;
    held.behind = [row, ...behind];
    this.#renamed = [...this.#renamed.filter((one) => one.id !== id), { id, name: username, first: false }];
  }

  copy(): RowMoves {
    const copy = new RowMoves();
    copy.#gone = [...this.#gone];
    copy.#renamed = [...this.#renamed];
    copy.#behind = [...this.#behind];
    return copy;
  }

  /** Does all pending moves, and writes the changed rows and the new ones. Afterwards nothing is pending. */
  async write(tx: Sql, rewritten: readonly EntryRow[], fresh: readonly EntryRow[]): Promise<void> {
    await deleteEntries(tx, this.#gone);
    // First the rows that step back: a name has only one first row.
    await renameEntries(
      tx,
      this.#renamed.toSorted((a, b) => Number(a.first) - Number(b.first)),
    );
    await rewriteEntries(tx, rewritten);
    await insertEntries(tx, [...fresh, ...this.#behind]);
    [this.#gone, this.#renamed, this.#behind] = [[], [], []];
  }
}
