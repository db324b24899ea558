import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { csvOf } from '../../../electron/terminal/answer/csv.js';
import { readable } from '../../../electron/terminal/answer/readable.js';

const rows = [
  { id: '1', username: '中文名字', points: 5, card: { type: 'month', expiresAt: null }, tags: ['vip', 'old'] },
  { id: '20', username: 'bob', points: 1200, card: null, tags: [] },
];

test('a list is a table whose columns stand below one another, Chinese or not', () => {
  const text = readable({ rows, next: null }, 80, 'en');
  expect(text).toBe(
    [
      'id  username  points  card.type  card.expiresAt  tags',
      '1   中文名字       5  month                      vip, old',
      '20  bob         1200',
      '',
    ].join('\n'),
  );
});

test('columns that do not fit are left out and named', () => {
  const lines = readable(rows, 24, 'zh-CN').split('\n');
  expect(lines[0]).toBe('id  username  points');
  expect(lines.at(-2)).toContain('card.type, card.expiresAt, tags');
  for (const line of lines.slice(0, 3)) expect(stringWidth(line)).toBeLessThanOrEqual(24);
});

test('a long cell is cut to its width', () => {
  const [, line = ''] = readable([{ name: '长'.repeat(60), more: 'x' }], 80, 'en').split('\n');
  expect(stringWidth(line)).toBeLessThanOrEqual(43);
  expect(line).toContain('…');
});

test('a page says how to go on; an empty one that it is empty', () => {
  expect(readable({ rows, next: 'abc' }, 80, 'en')).toContain('Next page: --after abc');
  expect(readable({ rows: [], next: null }, 80, 'zh-CN')).toBe('（无）\n');
});

test('an object is lines of names and values, and its lists are tables below', () => {
  expect(readable({ name: 'x', card: { type: 'week' }, plays: [{ title: 't' }], none: [] }, 80, 'en')).toBe(
    ['name       x', 'card.type  week', 'none', '', 'plays:', 'title', 't', ''].join('\n'),
  );
});

test('CSV has the columns of all rows, and no cell that a spreadsheet would run', () => {
  expect(csvOf({ rows: [...rows, { username: '=1+1' }], next: null })).toBe(
    [
      'id,username,points,card.type,card.expiresAt,tags',
      '1,中文名字,5,month,,"vip, old"',
      '20,bob,1200,,,',
      ",'=1+1,,,,",
      '',
    ].join('\n'),
  );
});

test('codes are words for people, unknown ones stay, and CSV keeps all of them', () => {
  const entries = [
    { id: '1', outcome: 'partly', origin: 'window', undo: 'possible' },
    { id: '2', outcome: 'lunar', origin: 'satellite', undo: 'toString' },
  ];
  const text = readable({ rows: entries, next: null }, 80, 'zh-CN');
  expect(text).toContain('部分完成');
  expect(text).toContain('窗口');
  expect(text).toMatch(/lunar +satellite +toString/);
  expect(readable({ ...entries[0], proof: { undo: 'undone' } }, 80, 'zh-CN')).toContain('proof.undo  已撤销');
  expect(csvOf(entries)).toContain('1,partly,window,possible');
});

test('blanks at the ends of a name are seen in a table', () => {
  expect(readable([{ username: ' lin', role: 'user' }], 80, 'en')).toContain('␣lin');
});
