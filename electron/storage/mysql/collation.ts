const collator = new Intl.Collator('und', { sensitivity: 'base' });

/** True where the columns' collation takes both for one value: case, accents, width and trailing spaces do not count. */
export function asOne(a: string, b: string): boolean {
  return collator.compare(a.trimEnd(), b.trimEnd()) === 0;
}
