const collator = new Intl.Collator('und', { sensitivity: 'base' });

/** True if the columns' collation treats both as equal: case, accents, width and trailing spaces do not count. */
export function asOne(a: string, b: string): boolean {
  return collator.compare(a.trimEnd(), b.trimEnd()) === 0;
}

/** A text for lookups: equal for texts that `asOne` treats as equal. Letters that stand for two (`ß`) are not split. */
export function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trimEnd();
}
