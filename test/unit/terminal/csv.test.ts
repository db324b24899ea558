import { expect, test } from 'vitest';
import { csvOf } from '../../../electron/terminal/answer/csv.js';

test('a cell that a spreadsheet would run gets an apostrophe, and a number stays one whatever its sign', () => {
  const rows = [{ name: '=cmd|calc', points: -5, balance: '-5', note: '@x' }];
  expect(csvOf({ rows })).toBe("name,points,balance,note\n'=cmd|calc,-5,'-5,'@x\n");
});
