type Plain = Readonly<Record<string, unknown>>;

/** An object's values by dotted names; a list stays one value. */
export function flatten(value: Plain, before = ''): readonly (readonly [name: string, value: unknown])[] {
  return Object.entries(value).flatMap(([name, inside]) =>
    isPlain(inside) ? flatten(inside, `${before}${name}.`) : [[`${before}${name}`, inside] as const],
  );
}

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Things with fields, which are shown as rows. */
export function isRows(value: unknown): value is readonly Plain[] {
  return Array.isArray(value) && value.length > 0 && value.every(isPlain);
}

/** The rows of an answer: its own, those of a page, or the answer itself as the only one. */
export function rowsIn(value: unknown): readonly Plain[] {
  if (isRows(value)) return value;
  if (Array.isArray(value)) return value.map((each: unknown) => ({ value: each }));
  if (!isPlain(value)) return [{ value }];
  return Array.isArray(value['rows']) ? rowsIn(value['rows']) : [value];
}

/** All names of columns, in the order in which they come. */
export function columnsOf(rows: readonly Plain[]): readonly string[] {
  return [...new Set(rows.flatMap((row) => flatten(row).map(([name]) => name)))];
}

/** A value in a cell or a line. */
export function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && !value.some((each) => typeof each === 'object' && each !== null))
    return value.map(String).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
