import { expect, test } from 'vitest';
import { percent } from '../../../renderer/pages/cards/batches/percent.js';

test.each([
  [0, 0, '0%'],
  [0, 10, '0%'],
  [10, 10, '100%'],
  [1, 3, '33.3%'],
  [1, 1_000_000, '< 0.1%'],
  [999_999, 1_000_000, '> 99.9%'],
])('%d of %d is told as %s', (part, whole, told) => {
  expect(percent(part, whole)).toBe(told);
});
