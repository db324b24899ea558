import { defineConfig } from 'vitest/config';

const sandbox = ['./test/sandbox/global-setup.ts'];
const setupFiles = ['./test/sandbox/quiet-drivers.ts'];

/**
 * Real servers on a busy machine: in CI a test that failed is run once more, and what went wrong at first is kept
 * (build/lib/retry-reporter.mjs). At a desk every failure counts.
 */
const retry = process.env['CI'] === undefined ? 0 : 1;

/** unit: no servers. servers: real MariaDB, MySQL and Redis. e2e: the real window, one at a time. */
export default defineConfig({
  test: {
    // A test that was focused by hand must not pass for the whole suite.
    allowOnly: false,
    slowTestThreshold: 5_000,
    tags: [{ name: 'long', description: 'Files of more than 25 seconds: `npm test -- <domain>` leaves them out.' }],
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles,
          include: ['test/unit/**/*.test.{ts,tsx}', 'build/**/*.test.ts'],
          maxWorkers: 2,
          // Much of it counts, parses or compares: on a busy machine that takes many times as long.
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'servers',
          retry,
          include: ['test/{storage,domain,migrations,jobs,operations,router,cli,packages,demo,sandbox}/**/*.test.ts'],
          globalSetup: sandbox,
          setupFiles,
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          retry,
          include: ['test/e2e/**/*.test.ts', 'test/exploits/**/*.exploit.test.ts'],
          globalSetup: sandbox,
          setupFiles,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
