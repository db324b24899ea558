import { expect, test } from 'vitest';
import { parseDay, parseMoment } from '../../../renderer/ui/parse-date.js';

test.each([
  ['2026-07-01', '2026-07-01'],
  [' 2026-7-1 ', '2026-07-01'],
  ['2026/7/1', '2026-07-01'],
  ['2026.07.1', '2026-07-01'],
  ['20260701', '2026-07-01'],
  ['2026年7月1日', '2026-07-01'],
  ['2028-02-29', '2028-02-29'],
  ['2026-02-29', null],
  ['2026-02-31', null],
  ['2026-13-01', null],
  ['07/01/2026', null],
  ['2026-07', null],
  ['2026-07-01-02', null],
  ['26-7-1', null],
  ['tomorrow', null],
  ['', null],
])('the day %o is read as %o', (text, day) => {
  expect(parseDay(text)).toBe(day);
});

test.each([
  ['2026-07-01 18:30', new Date(2026, 6, 1, 18, 30)],
  ['2026/7/1 8:05', new Date(2026, 6, 1, 8, 5)],
  ['2026-07-01T18:30', new Date(2026, 6, 1, 18, 30)],
  ['2026年7月1日 18：30', new Date(2026, 6, 1, 18, 30)],
  ['2026-07-01', new Date(2026, 6, 1)],
  ['2026-07-01 24:00', null],
  ['2026-07-01 18:60', null],
  ['2026-02-30 10:00', null],
  ['18:30', null],
  ['', null],
])('the moment %o is read as %o', (text, moment) => {
  expect(parseMoment(text)).toEqual(moment);
});
