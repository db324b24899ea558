import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical, sameJson } from '../../../electron/data/config/same-json.js';

/**
 * Small, so that two are often equal; with values that JSON.stringify leaves out, turns into null, or calls toJSON of.
 */
const leaf = fc.constantFrom<unknown>(
  0,
  -0,
  1,
  Number.NaN,
  Infinity,
  '',
  '0',
  'null',
  true,
  false,
  null,
  undefined,
  new Date(0),
  '1970-01-01T00:00:00.000Z',
  { toJSON: () => 1 },
  new Map([[1, 1]]),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'toString', '__proto__'), tie('value'), { maxKeys: 3 }),
  ),
}));

test('two values are the same where one text is made of both', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(sameJson(a, b)).toBe(canonical(a) === canonical(b));
    }),
    { numRuns: 5_000 },
  );
});

test('the order of fields says nothing, that of elements does', () => {
  expect(sameJson({ a: [1, { b: 2, c: 3 }], d: null }, { d: null, a: [1, { c: 3, b: 2 }] })).toBe(true);
  expect(sameJson([1, 2], [2, 1])).toBe(false);
  expect(sameJson({ a: undefined, b: 1 }, { b: 1 })).toBe(true);
  expect(sameJson({ a: 1 }, { b: 1 })).toBe(false);
  expect(sameJson([], {})).toBe(false);
});
