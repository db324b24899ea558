import { parseSearchWith, stringifySearchWith } from '@tanstack/react-router';

/**
 * A value of an address. A number that JavaScript cannot hold to the digit stays the text that it was: rounded, the id
 * of a row would be that of another.
 */
function parse(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'number' && String(value) !== text) throw new RangeError('Not a number to the digit');
  return value;
}

export const parseSearch = parseSearchWith(parse);
export const stringifySearch = stringifySearchWith(JSON.stringify, parse);
