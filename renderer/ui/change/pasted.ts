/** The result of reading a pasted list. */
export interface PastedList {
  /** Every entry once, in the order of the list. */
  readonly all: readonly string[];
  /** The number of repetitions beyond the first occurrences. */
  readonly duplicates: number;
  /** Entries that are too long to be valid. */
  readonly tooLong: readonly string[];
}

/**
 * Reads a list that is separated by lines, commas or semicolons, also full-width ones. A BOM, quotes around an entry
 * and spaces at its ends are removed; spaces inside are kept. An entry has at most `longest` characters.
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
