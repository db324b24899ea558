import type { Fault } from './fault.js';

/** Rows that are changed in memory, and claims. */
export const rowFaults: readonly Fault[] = [
  {
    name: 'rows/an image shows only the first change',
    file: 'electron/domain/tracked-rows.ts',
    find: 'if (!this.#step.has(key)) this.#step.set(key, now);',
    replace: 'this.#step.set(key, now);',
    tests: [
      'test/operations/cards/change.test.ts',
      'test/operations/cards/change-jobs.test.ts',
      'test/domain/cards.test.ts',
    ],
  },
  {
    name: 'rows/of two changes of a row only the last is written',
    file: 'electron/domain/tracked-rows.ts',
    find: 'if (!this.#stored.has(key)) this.#stored.set(key, now);',
    replace: 'this.#stored.set(key, now);',
    tests: ['test/operations/cards/change.test.ts', 'test/operations/cards/change-jobs.test.ts'],
  },
  {
    name: 'rows/removed rows stay',
    file: 'electron/domain/tracked-rows.ts',
    find: 'else if (is === undefined) removals.push(key);',
    replace: 'else if (is === undefined) continue;',
    tests: ['test/operations/cards/change.test.ts'],
  },
  {
    name: 'rows/a removed row has no image',
    file: 'electron/domain/tracked-rows.ts',
    find: '        before.push(was);\n',
    replace: '',
    tests: ['test/operations/cards/change.test.ts'],
  },
  {
    name: 'rows/keys are written into images',
    file: 'electron/domain/tracked-rows.ts',
    find: '(changed(column) && !never.includes(column))',
    replace: 'changed(column)',
    tests: ['test/operations/cards/change.test.ts', 'test/operations/cards/files-export.test.ts'],
  },
  {
    name: 'rows/hidden columns stand in images',
    file: 'electron/domain/tracked-rows.ts',
    find: 'hidden.includes(column) ? hiddenValue : value',
    replace: 'value',
    tests: ['test/operations/users/change.test.ts'],
  },
  {
    name: 'rows/steps run into each other',
    file: 'electron/domain/tracked-rows.ts',
    find: '    this.#step.clear();\n',
    replace: '',
    tests: ['test/operations/cards/change.test.ts', 'test/operations/cards/change-jobs.test.ts'],
  },
  {
    name: 'rows/names are claimed as they are spelt',
    file: 'electron/domain/claims.ts',
    find: '[kind, ...names.map(folded)]',
    replace: '[kind, ...names]',
    tests: ['test/storage/reward-claims.test.ts'],
  },
  {
    name: 'rows/nothing is claimed',
    file: 'electron/domain/claims.ts',
    find: 'chunked([...new Set(claims)].toSorted(), chunk)',
    replace: 'chunked([] as string[], chunk + claims.length)',
    tests: ['test/storage/reward-claims.test.ts'],
  },
  {
    name: 'rows/a claim that pays is not written',
    file: 'electron/domain/claims.ts',
    find: "claim LIKE 'plays|%' AND ",
    replace: '',
    tests: ['test/storage/reward-claims.test.ts'],
  },
  {
    name: 'rows/claims are deleted at once',
    file: 'electron/domain/claims.ts',
    find: 'INTERVAL 1 HOUR',
    replace: 'INTERVAL 1 MICROSECOND',
    tests: ['test/storage/reward-claims.test.ts'],
  },
  {
    name: 'rows/the clock of before a wait is believed',
    file: 'electron/domain/clock.ts',
    find: 'told !== undefined && performance.now() - sent < waited',
    replace: 'told !== undefined',
    tests: ['test/storage/hybrid/held-rows.test.ts'],
  },
];
