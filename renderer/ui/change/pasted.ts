/** A pasted list, read. */
export interface PastedList {
  /** Each once, in its order. */
  readonly all: readonly string[];
  /** How many were there more than once, counted as often as they repeat. */
  readonly duplicates: number;
  /** What nothing of the kind can be as long as. */
  readonly tooLong: readonly string[];
}

/**
 * Reads a list from lines, commas or semicolons of either width. A BOM, quotes around an entry and spaces at its ends
 * are not part of it; spaces inside are. An entry has `longest` symbols at most.
 */
export function readPasted(text: string, longest: number): PastedList {
  const all = new Set<string>();
  const tooLong: string[] = [];
  let duplicates = 0;
  for (const part of text.replace(/^\uFEFF/, '').split(/[\r\n,，;；\t]+/u)) {
    const entry = part.trim().replace(/^"(.*)"$/u, '$1');
    if (entry === '') continue;
    if (Array.from(entry).length > longest) tooLong.push(entry);
    else if (all.has(entry)) duplicates += 1;
    else all.add(entry);
  }
  return { all: [...all], duplicates, tooLong };
}
