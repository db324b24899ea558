// @ts-check
/** Node modules: installed when what lies in node_modules is not what package-lock.json says. */
import { readFileSync } from 'node:fs';
import { inRoot } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';

/** @typedef {{ version?: string, optional?: boolean, link?: boolean }} LockedPackage */

/** @param {string} path @returns {Record<string, LockedPackage>} */
const packagesOf = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;

/** @returns {boolean} whether every locked package lies in node_modules in its version */
function upToDate() {
  try {
    const wanted = packagesOf(inRoot('package-lock.json'));
    // npm writes this file as the last thing of an install: one that was cut short does not pass for a whole one.
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
  await run('npm', ['ci', '--no-audit', '--no-fund'], { timeoutMs: 5 * 60_000 });
  return 'npm ci';
}
