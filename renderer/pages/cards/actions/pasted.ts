/** The most keys that one change may carry. */
export const mostKeys = 10_000;
const longest = 100;

/** Pasted keys, read: each once, in its order. */
export interface PastedKeys {
  readonly keys: readonly string[];
  /** How many were there more than once, counted as often as they repeat. */
  readonly duplicates: number;
  /** Lines that no key can be as long as. */
  readonly tooLong: number;
}

/** Reads a key a line, or between commas or semicolons of either width; spaces belong to a key as its buyer wrote it. */
export function readKeys(text: string): PastedKeys {
  const keys = new Set<string>();
  let duplicates = 0;
  let tooLong = 0;
  for (const part of text.replace(/^\uFEFF/, '').split(/[\r\n,，;；\t]+/u)) {
    const key = part.trim().replace(/^"(.*)"$/u, '$1');
    if (key === '') continue;
    if (key.length > longest) tooLong += 1;
    else if (keys.has(key)) duplicates += 1;
    else keys.add(key);
  }
  return { keys: [...keys], duplicates, tooLong };
}
