import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readable } from '../../../electron/terminal/answer/readable.js';
import { printable, printableJson, printableLines } from '../../../electron/terminal/printable.js';

// What a terminal interprets, written differently from the code under test.
const obeyed = (text: string): boolean =>
  Array.from(text).some((character) => {
    const code = character.codePointAt(0) ?? 0;
    return (
      code < 0x20 ||
      (code >= 0x7f && code < 0xa0) ||
      (code >= 0x202a && code <= 0x202e) ||
      (code >= 0x2066 && code <= 0x2069)
    );
  });

const hostile = fc.string({
  unit: fc.constantFrom(
    'a',
    '中',
    '\u001b',
    '\u009b',
    '\n',
    '\r',
    '\u0007',
    '\u007f',
    '\u202e',
    '\u2066',
    '\ud800',
    '🍺',
  ),
});

test('nothing that a terminal obeys is left of a name', () => {
  expect(printable('\u001b[31mred\u009b0m \u202eevil')).toBe('\\x1b[31mred\\x9b0m \\u202eevil');
  expect(printable('名字 🍺 é 👨‍👩‍👧')).toBe('名字 🍺 é 👨‍👩‍👧');
  expect(printable('b\u200boss\u3164')).toBe('b\\u200boss\\u3164');
  fc.assert(fc.property(hostile, (text) => !obeyed(printable(text))));
});

test('a message of several lines has none that looks like a message of ours', () => {
  expect(printableLines('first\nmoondesk: done')).toBe('first\n  moondesk: done');
});

test('JSON on a terminal is the same JSON', () => {
  fc.assert(
    fc.property(fc.array(hostile), (value) => {
      const json = printableJson(JSON.stringify(value, null, 2));
      expect(JSON.parse(json)).toEqual(value);
      return !obeyed(json.replaceAll('\n', ''));
    }),
  );
});

test('nor in tables and lines, whatever the result', () => {
  const few = { maxKeys: 4 };
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(hostile, hostile, few), { minLength: 1, maxLength: 4 }),
      fc.dictionary(hostile, fc.array(hostile, { maxLength: 4 }), few),
      (rows, one) => {
        for (const value of [rows, { rows, next: 'x' }, one, { ...one, rows }])
          expect(obeyed(readable(value, 60, 'en').replaceAll('\n', ''))).toBe(false);
      },
    ),
    { numRuns: 50 },
  );
});
