import { expect, test } from 'vitest';
import { parseId, parseWhole } from '../../../renderer/ui/typed.js';

test.each([
  ['200', 200],
  [' 3,000 ', 3_000],
  ['２，０００', 2_000],
  ['−12', -12],
  ['－１２', -12],
  ['-0', 0],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ['9007199254740992', null],
  ['9007199254740993', null],
  ['1.5', null],
  ['１．５', null],
  ['1e3', null],
  ['1,5', null],
  ['0x10', null],
  ['--1', null],
  ['-', null],
  ['', null],
])('the whole number %o is read as %o', (typed, whole) => {
  expect(parseWhole(typed)).toBe(whole);
});

test.each([
  ['115', '115'],
  ['１１５', '115'],
  ['#115', '115'],
  ['＃１１５', '115'],
  ['18446744073709551615', '18446744073709551615'],
  ['123456789012345678901', null],
  ['1a5', null],
  ['-1', null],
  ['', null],
])('the id %o is read as %o', (typed, id) => {
  expect(parseId(typed)).toBe(id);
});
