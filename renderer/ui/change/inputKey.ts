const identities = new WeakMap<object, number>();
let last = 0;

const lists = new Set(['names', 'keys', 'ids']);

/** Longer lists are compared by identity, not by content. */
const long = 200;

function identity(list: object): number {
  const known = identities.get(list);
  if (known !== undefined) return known;
  last += 1;
  identities.set(list, last);
  return last;
}

/**
 * A short text that changes when the input does. A pasted list never changes in place, so 100,000 names do not have to
 * be serialized at every keystroke.
 */
export function inputKey(input: object): string {
  return JSON.stringify(input, (field, value: unknown) =>
    lists.has(field) && Array.isArray(value) && value.length > long ? `#${identity(value)}` : value,
  );
}
