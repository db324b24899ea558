/** The result of reading a pasted list. */
export interface PastedList {
  /** Every entry once, in the order of the list. */
  readonly all: readonly string[];
  /** The number of repetitions beyond the first occurrences. */
  readonly duplicates: number;
  /** Entries that are too long to be valid. */
  readonly tooLong: readonly string[];
  /** True if an entry contains blanks, which may separate several entries or belong to one. */
  readonly blanks: boolean;
}

/** A cell in quotes, as a spreadsheet writes it, with quotes inside doubled; or what is between two separators. */
const entries = /"((?:[^"]|"")*)"(?=[\t ]*(?:[\r\n,，;；、\t]|$))|[^\r\n,，;；、\t]+/gu;

/**
 * Reads a list that is separated by lines, commas, semicolons, tabs or 、, also full-width ones. A BOM and spaces at the
 * ends of an entry are removed; spaces inside are kept. Quotes keep an entry together. An entry has at most `longest`
 * characters; a longer one with blanks is several.
 */
export function readPasted(text: string, longest: number): PastedList {
  const all = new Set<string>();
  const tooLong: string[] = [];
  let duplicates = 0;
  let blanks = false;
  const add = (entry: string): void => {
    if (entry === '') return;
    if (lengthOf(entry) > longest) tooLong.push(entry);
    else if (all.has(entry)) duplicates += 1;
    else all.add(entry);
  };
  for (const [part, quoted] of text.replace(/^\uFEFF/, '').matchAll(entries)) {
    const entry = part.trim();
    if (quoted !== undefined) add(quoted.replaceAll('""', '"').trim());
    else if (lengthOf(entry) > longest && /\s/u.test(entry)) entry.split(/\s+/u).forEach(add);
    else {
      blanks ||= /\s/u.test(entry);
      add(entry);
    }
  }
  return { all: [...all], duplicates, tooLong, blanks };
}

function lengthOf(entry: string): number {
  return Array.from(entry).length;
}
