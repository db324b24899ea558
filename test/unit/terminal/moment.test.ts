import { expect, test } from 'vitest';
import { readMoment } from '../../../electron/terminal/options/moment.js';

const now = new Date('2026-11-30T12:00:00Z');
const local = (...parts: readonly [number, number, number, number?, number?]): string => {
  const [year, month, day, hours = 0, minutes = 0] = parts;
  return new Date(year, month - 1, day, hours, minutes).toISOString();
};

test('instants as people write them', () => {
  expect(readMoment('now', { now })).toBe(now.toISOString());
  expect(readMoment('+30d', { now })).toBe('2026-12-30T12:00:00.000Z');
  expect(readMoment('-12h', { now })).toBe('2026-11-30T00:00:00.000Z');
  expect(readMoment('+2w', { now })).toBe('2026-12-14T12:00:00.000Z');
  for (const text of ['2026-12-01', '2026/12/1', '2026年12月1日']) expect(readMoment(text)).toBe(local(2026, 12, 1));
  for (const text of ['2026-12-01 18:00', '2026-12-01T18:00', '2026-12-1 18：00'])
    expect(readMoment(text)).toBe(local(2026, 12, 1, 18));
  expect(readMoment('2026-12-01T18:00:00+08:00')).toBe('2026-12-01T18:00:00+08:00');
});

test('up to a day means its last moment', () => {
  expect(readMoment('2026-12-01', { end: true })).toBe(new Date(2026, 11, 1, 23, 59, 59, 999).toISOString());
  expect(readMoment('2026-12-01 18:00', { end: true })).toBe(local(2026, 12, 1, 18));
});

test.each([
  '',
  '2026-02-31',
  '2026-13-01',
  '2026-12-01 25:00',
  '2026-12-01 18:00:75',
  '0026-12-01',
  '12-01',
  'soon',
  '30d',
  '2026-02-31T00:00:00Z5',
])('%j is none', (text) => expect(readMoment(text)).toBeNull());
