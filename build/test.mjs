// @ts-check
/**
 * `npm test`: sets the machine up, builds, then runs every check and every test. The last line counts them.
 *
 * `npm test -- cards` is for the time between two edits: the tests whose path contains the word (a domain), on MariaDB,
 * without gates, windows and long files. If an argument is an option, Vitest gets all of them: `npm test -- cards
 * --project e2e`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { inDot, inRoot, root } from './lib/paths.mjs';
import { hasDisplay, startXvfb } from './lib/xvfb.mjs';
import { hasMysql } from './setup/mysql.mjs';
import { hasOpenssh } from './setup/openssh.mjs';
import { setUp } from './setup/index.mjs';
import { startGuard } from './lib/guard.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

const words = process.argv.slice(2);
/** Parts of paths without any option. */
const quick = words.length > 0 && words.every((word) => !word.startsWith('-'));
const ci = Boolean(process.env.CI && process.env.CI !== 'false' && process.env.CI !== '0');
/** @type {Counts} */
const counts = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const remarks = [];

try {
  if (quick) {
    await setUp();
    process.env.MOONDESK_TEST_ENGINE ??= 'mariadb';
    add(await runVitest(['--project', 'unit', '--project', 'servers', '--tagsFilter', '!long', ...words]));
  } else {
    const { progress } = await setUp({ mysql: true, steps: 1 });
    await progress.step('Build', async () => (await import('./bundle.mjs')).bundle());
    const { check } = await import('./check.mjs');
    add({ skipped: 0, ...(await check()) });
    add(await runVitest(words));
    countMissing();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  remarks.push('The run ended early; what did not run counts as one failure.');
  counts.failed += 1;
}
for (const remark of remarks) process.stdout.write(`${remark}\n`);
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
process.exitCode = counts.failed > 0 ? 1 : 0;
process.stdout.write(`tests: ${counts.passed} passed, ${counts.failed} failed${skipped}\n`);

/** @param {Counts} more */
function add(more) {
  counts.passed += more.passed;
  counts.failed += more.failed;
  counts.skipped += more.skipped;
}

/** What could not be had, and which tests did not run for it: reports that, and fails where they must run. */
function countMissing() {
  if (!hasMysql())
    missing(
      'MySQL 9 could not be had: the storage and operations tests ran on MariaDB only; those for MySQL count as skipped.',
    );
  if (!hasOpenssh()) missing('The SSH server could not be had: the tests of connections through SSH did not run.');
}

/** @param {string} remark */
function missing(remark) {
  remarks.push(remark);
  if (ci) {
    remarks.push('In CI they must run: this is a failure.');
    counts.failed += 1;
  } else counts.skipped += 1;
}

/** @param {readonly string[]} asked arguments of Vitest @returns {Promise<Counts>} */
async function runVitest(asked) {
  const report = inDot('report', `vitest-${process.pid}.json`);
  mkdirSync(inDot('report'), { recursive: true });
  // A killed run leaves neither a display nor a runner behind; the sandbox has its own watchdog.
  const guard = startGuard();
  // Windows of the tests never open on a developer's desktop.
  const display =
    process.platform === 'linux' && !(hasDisplay() && process.env.MOONDESK_TEST_DISPLAY) ? await startXvfb() : null;
  try {
    const args = [
      inRoot('node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--reporter=default',
      `--reporter=${inRoot('build', 'lib', 'retry-reporter.mjs')}`,
      '--reporter=json',
      `--outputFile.json=${report}`,
    ];
    const env = {
      ...process.env,
      ...(display ? { DISPLAY: display.display, WAYLAND_DISPLAY: '' } : {}),
      NODE_ENV: 'test',
    };
    const child = spawn(process.execPath, [...args, ...asked], {
      cwd: root,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (child.pid) guard.add(child.pid, 10_000);
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
      process.on(signal, () => child.kill(signal));
    const [code] = await once(child, 'exit');
    if (child.pid) guard.remove(child.pid);
    return readReport(report, code);
  } finally {
    await display?.stop();
    if (display) guard.remove(display.pid);
    await guard.close();
    rmSync(report, { force: true });
  }
}

/** @param {string} path @param {number | null} code @returns {Counts} */
function readReport(path, code) {
  /** @type {import('vitest/reporters').JsonTestResults} */
  let report;
  try {
    report = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    remarks.push(`vitest ended with code ${code} before it could report.`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const failed = report.numFailedTests;
  // A file that could not even be loaded has no tests to count.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
  ).length;
  const unexplained = failed + broken === 0 && code !== 0 ? 1 : 0;
  if (unexplained)
    remarks.push(`vitest ended with code ${code} though no test failed (an error outside of the tests).`);
  return {
    passed: report.numPassedTests,
    failed: failed + broken + unexplained,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
