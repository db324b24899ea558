import type { ImportReport, ImportVerdict } from '../../../contract/cards-import.js';
import type { Site } from '../../../data/site.js';
import { isValue, type ColumnsAsked } from './file-layout.js';
import { maskKey } from '../rows.js';
import type { BadLine } from './messages.js';
import type { ImportReason } from './reasons.js';

/**
 * The lines of a file that are not added, all of them. Keys are masked at once. Columns instead of objects, because a
 * file may have a million such lines.
 */
export class BadLines {
  readonly #lines: number[] = [];
  readonly #masked: string[] = [];
  readonly #why: ImportReason[] = [];

  get count(): number {
    return this.#lines.length;
  }

  add({ line, key, why }: BadLine): void {
    this.#lines.push(line);
    this.#masked.push(maskKey(key));
    this.#why.push(why);
  }

  /** In the order of the file. */
  *inOrder(): Generator<Omit<BadLine, 'key'> & { readonly masked: string }> {
    const order = Uint32Array.from(this.#lines.keys()).sort((a, b) => (this.#lines[a] ?? 0) - (this.#lines[b] ?? 0));
    for (const at of order) {
      const [line, masked, why] = [this.#lines[at], this.#masked[at], this.#why[at]];
      if (line !== undefined && masked !== undefined && why !== undefined) yield { line, masked, why };
    }
  }
}

const verdicts: readonly string[] = ['ended', 'duplicate', 'existing', 'conflict', 'used'] satisfies ImportVerdict[];

/** The verdict that goes with a reason. */
export function verdictOf(why: ImportReason): ImportVerdict {
  return verdicts.includes(why) ? (why as ImportVerdict) : 'malformed';
}

/** What this process still knows of a file that it has read. */
export interface RecentImport {
  readonly file: { readonly path: string; readonly name: string };
  asks: ImportReport['asks'];
  bad: BadLines | null;
}

const kept = 3;
const recent = new WeakMap<Site, Map<string, RecentImport>>();

/** Keeps what is known of a file while it may be asked for: of the last three of a site. */
export function remember(site: Site, importId: string, known: RecentImport): RecentImport {
  const all = recent.get(site) ?? new Map<string, RecentImport>();
  recent.set(site, all);
  all.set(importId, known);
  for (const old of [...all.keys()].slice(0, -kept)) all.delete(old);
  return known;
}

export function recentImport(site: Site, importId: string): RecentImport | undefined {
  return recent.get(site)?.get(importId);
}

/** The cells that an operator needs to tell the columns: types, states and times as they are, and the rest masked. */
export function maskedColumns({ rows, guess }: ColumnsAsked): NonNullable<ImportReport['asks']> {
  return {
    rows: rows.map((row, line) =>
      row.map((cell) => (isValue(cell) || (line === 0 && isName(cell)) ? cell : maskKey(cell))),
    ),
    guess,
  };
}

/** In a first line, a short word without digits is the name of a column. */
function isName(cell: string): boolean {
  return /^[\p{L} _-]{0,10}$/u.test(cell);
}
