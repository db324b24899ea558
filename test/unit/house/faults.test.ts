import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { planted } from '../../soak/faults/fault.js';
import { faults } from '../../soak/faults/index.js';

/** The faults of `npm run soak -- faults` are rarely run: this shows at once whether each still has its place. */
test.each(faults.map((fault) => [fault.name, fault] as const))('%s can still be planted', (_, fault) => {
  const text = readFileSync(fault.file, 'utf8');
  expect(planted(fault, text)).not.toBe(text);
  expect(fault.tests.filter((file) => !existsSync(file))).toEqual([]);
  expect(fault.tests).not.toEqual([]);
});

test('there are a hundred of them, each with a name of its own', () => {
  expect(faults.length).toBeGreaterThanOrEqual(100);
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
});
