import { expect, test } from 'vitest';
import { csvOf } from '../../../electron/terminal/answer/csv.js';

test('a cell that a spreadsheet would run gets an apostrophe, and a number stays one whatever its sign', () => {
  const rows = [{ name: '=cmd|calc', points: -5, balance: '-5', note: '@x' }];
  expect(csvOf({ rows })).toBe("name,points,balance,note\n'=cmd|calc,-5,'-5,'@x\n");
});

test('a list has its columns in their order, also those that no row fills, and on an empty page', () => {
  const columns = ['id', 'card.type', 'card.expiresAt', 'points'];
  const rows = [
    { id: '1', points: 3, card: null },
    { id: '2', points: null, card: { type: 'week', expiresAt: null } },
  ];
  const head = 'id,card.type,card.expiresAt,points\n';
  expect(csvOf({ rows, next: null }, columns)).toBe(`${head}1,,,3\n2,week,,\n`);
  expect(csvOf({ rows: [], next: null }, columns)).toBe(head);
});
