import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { shapeOf } from '../../../electron/operations/cards/import/file-layout.js';
import { readLine } from '../../../electron/operations/cards/import/line.js';

const now = Date.parse('2026-11-30T00:00:00Z') / 1_000;
const read = (key: string, more: object = {}): string => {
  const card = readLine({ key, ...more }, { type: 'month', expiry: { kind: 'type' }, now });
  return typeof card === 'string' ? card : card.key;
};

test('what no buyer can type is refused with its reason, and what one can is not', () => {
  const unseen = [
    '\u200b',
    '\u00ad',
    '\u202e',
    '\u2066',
    '\u2060',
    '\u00a0',
    '\ufe0e',
    '\u3164',
    '\ue000',
    '\u{e0041}',
  ];
  for (const one of unseen) expect(read(`TYPE-0000${one}0000001`), JSON.stringify(one)).toBe('invisible');
  for (const one of ['😀', '❤️', '🇨🇳', '1⃣', '👩‍👩‍👧']) expect(read(`TYPE-0000${one}0000001`), one).toBe('emoji');
  for (const one of ['A', '密', 'AB1', '123']) expect(read(one)).toBe('too_short');
  for (const one of ['ABCD', '卡密-0000-甲乙丙', 'ＦＵＬＬ－０００１', 'a b c d', '甲　乙　丙丁', 'é-0001', '12345678'])
    expect(read(one)).toBe(one);
});

test('a hash brings back blanks at a key’s ends, but nothing that cannot be stored', () => {
  const withHash = (key: string): string => read(key, { hash: createHash('sha256').update(key).digest('hex') });
  expect(withHash(' ABCD-0001 ')).toBe(' ABCD-0001 ');
  for (const key of ['\tABCD-0001', 'ABCD-0001\n', `${'A'.repeat(64)} `])
    expect(withHash(key), JSON.stringify(key)).toBe('hash_mismatch');
});

test('an apostrophe that a CSV put before a formula is taken off, where no hash says otherwise', () => {
  expect(read("'=SUM(1)+1234")).toBe('=SUM(1)+1234');
  expect(read("'-ABCD-1234")).toBe('-ABCD-1234');
  expect(read("'ABCD-1234")).toBe("'ABCD-1234");
  expect(read('=SUM(1)+1234')).toBe('formula');
});

test('a card that has ended gets no creation that nobody said; one that has not counts from its type’s days before', () => {
  const defaults = { type: 'month', expiry: { kind: 'type' }, now } as const;
  const end = Date.parse('2021-06-01T00:00:00Z') / 1_000;
  expect(readLine({ key: 'ABCD-1', expires: '2021-06-01' }, defaults)).toMatchObject({ created: end, expires: end });
  expect(readLine({ key: 'ABCD-1', expires: '2026-12-10' }, defaults)).toMatchObject({
    created: Date.parse('2026-11-10T00:00:00Z') / 1_000,
    expired: false,
  });
});

test('columns without names are asked for; one key a line is not', () => {
  const shape = (lines: readonly string[], name: string, stated: string | null = null) => shapeOf(lines, name, stated);
  expect(shape(['ABCD-1234-EFGH,month,2027-01-01'], 'a.txt')).toMatchObject({ guess: ['key', 'type', 'expires'] });
  expect(shape(['ABCD-1234-EFGH;2026-01-01;2027-01-01;未使用'], 'a.csv')).toMatchObject({
    guess: ['key', 'created', 'expires', 'state'],
  });
  expect(shape(['ABCD-1234-EFGH'], 'a.csv')).toMatchObject({ guess: ['key'] });
  expect(shape(['ABCD-1234-EFGH'], 'a.txt')).toEqual({ kind: 'txt' });
  expect(shape(['AB,CD'], 'a.txt')).toEqual({ kind: 'txt' });
  expect(shape(['卡密|类型'], 'a.txt', '|')).toMatchObject({ kind: 'csv', delimiter: '|', header: true });
});
