import { expect, test } from 'vitest';
import { readKeys } from '../../../renderer/pages/cards/actions/pasted.js';
import { readNames, usersOf } from '../../../renderer/pages/users/actions/pasted.js';

test('pasted keys: one a line or between commas, each once, spaces kept inside', () => {
  const tooLong = 'x'.repeat(101);
  expect(readKeys(`\uFEFFmoon abcd efgh\r\n"MOON-1"，MOON-1;;\n\n${tooLong}`)).toEqual({
    all: ['moon abcd efgh', 'MOON-1'],
    duplicates: 1,
    tooLong: [tooLong],
    blanks: true,
  });
  expect(readKeys(' \n,;\t、')).toEqual({ all: [], duplicates: 0, tooLong: [], blanks: false });
});

test('pasted names: 、 separates, quotes keep together, and blanks are left to the site’s names', () => {
  const names = (text: string): readonly string[] => readNames(text).all;
  expect(names('张三、李四， 王五；"赵六"\n\t钱七')).toEqual(['张三', '李四', '王五', '赵六', '钱七']);
  expect(names('"a,b"\n"say ""hi""", c')).toEqual(['a,b', 'say "hi"', 'c']);
  expect(names('it"s, "open\n5" disk')).toEqual(['it"s', '"open', '5" disk']);
  expect(usersOf(readNames('ann bob\ncarl'))).toEqual({ names: ['ann bob', 'carl'], blanks: true });
  expect(usersOf(readNames('"ann bob"\ncarl'))).toEqual({ names: ['ann bob', 'carl'] });
  const many = Array.from({ length: 12 }, (_, at) => `person${String(at)}`);
  expect(names(many.join('  '))).toEqual(many);
  expect(readNames('x'.repeat(51)).tooLong).toHaveLength(1);
});
