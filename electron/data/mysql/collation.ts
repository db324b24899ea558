const collator = new Intl.Collator('und', { sensitivity: 'base' });

/**
 * True where the columns' collation takes both for one value: case, accents, width and trailing spaces do not count.
 */
export function asOne(a: string, b: string): boolean {
  return collator.compare(a.trimEnd(), b.trimEnd()) === 0;
}

/** What `asOne` compares, as one text: to look up one of many. Letters that stand for two (`ß`) are not taken apart. */
export function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trimEnd();
}
