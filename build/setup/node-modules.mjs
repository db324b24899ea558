// @ts-check
/** Node modules: installed if node_modules differs from package-lock.json. */
import { readFileSync } from 'node:fs';
import { inRoot } from '../lib/paths.mjs';
import { attempt, run } from '../lib/run.mjs';

/** @typedef {{ version?: string, optional?: boolean, link?: boolean }} LockedPackage */

/** @param {string} path @returns {Record<string, LockedPackage>} */
const packagesOf = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;

/** @returns {boolean} whether node_modules has every locked package in its version */
function upToDate() {
  try {
    const wanted = packagesOf(inRoot('package-lock.json'));
    // npm writes this file at the very end of an install, so an interrupted install does not count as complete.
    const present = packagesOf(inRoot('node_modules', '.package-lock.json'));
    return Object.entries(wanted).every(
      ([path, entry]) => path === '' || entry.optional || entry.link || present[path]?.version === entry.version,
    );
  } catch {
    return false;
  }
}

/** @returns {Promise<string | void>} */
export async function installNodeModules() {
  if (upToDate()) return;
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await attempt('npm', ['ci', ...quiet], { timeoutMs: 5 * 60_000 });
  if (code === 0) return 'npm ci';
  // A registry may lack the bindings of other platforms, and then the lock file does too; `npm ci` refuses it, although
  // it has all that is needed here. An install that saves nothing takes the locked versions just the same.
  if (!output.includes('EUSAGE')) throw new Error(`npm ci failed.\n${firstErrors(output)}`);
  await run('npm', ['install', '--no-save', ...quiet], { timeoutMs: 5 * 60_000 });
  if (!upToDate()) throw new Error('npm install left other versions in node_modules than package-lock.json names.');
  return 'npm install, as locked';
}

/** @param {string} output @returns {string} */
const firstErrors = (output) =>
  output
    .split('\n')
    .filter((line) => line.startsWith('npm error'))
    .slice(0, 12)
    .map((line) => `    ${line}`)
    .join('\n');
