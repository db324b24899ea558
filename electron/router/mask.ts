/** A copy of the data with the named fields, at any depth, shown as `***`. */
export function mask(value: unknown, secrets: readonly string[]): unknown {
  if (secrets.length === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => mask(item, secrets));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      secrets.includes(key) && inner !== undefined ? '***' : mask(inner, secrets),
    ]),
  );
}
