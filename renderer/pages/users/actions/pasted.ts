/** Names as the site allows them. */
const longest = 50;
/** The most names that one change may carry. */
export const mostNames = 100_000;

/** A pasted list, read: each name once, in its order. */
export interface PastedList {
  readonly names: readonly string[];
  /** How many were there more than once, counted as often as they repeat. */
  readonly duplicates: number;
  readonly tooLong: readonly string[];
}

/** Reads names from lines, commas or semicolons of either width. A BOM, quotes around a name and spaces at its ends are not part of it. */
export function readNames(text: string): PastedList {
  const names = new Set<string>();
  const tooLong = new Set<string>();
  let duplicates = 0;
  for (const part of text.replace(/^\uFEFF/, '').split(/[\r\n,，;；\t]+/u)) {
    const name = part.trim().replace(/^"(.*)"$/u, '$1');
    if (name === '') continue;
    if (Array.from(name).length > longest) tooLong.add(name);
    else if (names.has(name)) duplicates += 1;
    else names.add(name);
  }
  return { names: [...names], duplicates, tooLong: [...tooLong] };
}
