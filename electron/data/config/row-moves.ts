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

/** What is to become of rows of entries besides what they say: those that go, those whose name changes hands, those that come behind another. */
export class RowMoves {
  /** Rows that go. */
  #gone: string[] = [];
  /** Rows that become the first of their name, or stand behind it from now on. */
  #renamed: Renamed[] = [];
  /** Elements that are written behind the first of their name. */
  #behind: EntryRow[] = [];

  /** A row goes, with whatever was to become of its name. */
  remove(id: string): void {
    this.#gone.push(id);
    this.#renamed = this.#renamed.filter((one) => one.id !== id);
  }

  /** A row becomes the first of its name. */
  comeFirst(id: string, name: string): void {
    this.#renamed.push({ id, name, first: true });
  }

  /** What stands under a name is to stand behind the one that comes back: in its row where that follows, else in another. */
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

  /** Does all of it, and writes the rows that say something else, and fresh ones. Afterwards there is nothing left to do. */
  async write(tx: Sql, rewritten: readonly EntryRow[], fresh: readonly EntryRow[]): Promise<void> {
    await deleteEntries(tx, this.#gone);
    // Who steps back comes first: a name has one row.
    await renameEntries(
      tx,
      this.#renamed.toSorted((a, b) => Number(a.first) - Number(b.first)),
    );
    await rewriteEntries(tx, rewritten);
    await insertEntries(tx, [...fresh, ...this.#behind]);
    [this.#gone, this.#renamed, this.#behind] = [[], [], []];
  }
}
