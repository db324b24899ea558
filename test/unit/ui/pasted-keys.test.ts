import { expect, test } from 'vitest';
import { readKeys } from '../../../renderer/pages/cards/actions/pasted.js';

test('pasted keys: one a line or between commas, each once, spaces kept inside', () => {
  const tooLong = 'x'.repeat(101);
  expect(readKeys(`\uFEFFmoon abcd efgh\r\n"MOON-1"，MOON-1;;\n\n${tooLong}`)).toEqual({
    all: ['moon abcd efgh', 'MOON-1'],
    duplicates: 1,
    tooLong: [tooLong],
  });
  expect(readKeys(' \n,;\t')).toEqual({ all: [], duplicates: 0, tooLong: [] });
});
