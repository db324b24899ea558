// @ts-check
/** What is built from which sources. Paths are relative to the repository's root. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename } from 'node:path';
import { inRoot } from '../lib/paths.mjs';

/**
 * @typedef {object} Target
 * @property {string} name
 * @property {'node' | 'preload' | 'renderer' | 'storage'} kind
 * @property {Record<string, string>} entries its name in out/app (the storage's: in out/storage) → its source
 * @property {string[]} sources folders and files whose change triggers a rebuild
 * @property {string[]} [bundled] dependencies to bundle instead of importing them at run time
 */

/** @returns {Record<string, string>} the scripts of worker threads: `<name>.worker.ts` anywhere under electron/ becomes `<name>.worker.js` */
function workers() {
  const folder = inRoot('electron');
  if (!existsSync(folder)) return {};
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.worker.ts'),
  );
  return Object.fromEntries(found.map((path) => [basename(path, '.ts'), `electron/${path.replaceAll('\\', '/')}`]));
}

/** @returns {Target[]} */
export const targets = () => [
  {
    name: 'main',
    kind: 'node',
    entries: { main: 'electron/main.ts', cli: 'electron/cli.ts', ...workers() },
    sources: ['electron'],
    // Every call from a terminal loads them, and one file loads faster than the hundred of zod alone.
    bundled: ['zod', 'commander', 'get-east-asian-width'],
  },
  {
    // The package moondesk-storage, which is also what a site imports as moondesk/storage.
    name: 'storage',
    kind: 'storage',
    entries: { index: 'electron/storage/index.ts' },
    sources: [
      'electron/storage',
      'electron/domain',
      'electron/data',
      'electron/contract',
      'migrations',
      'docs/storage-package.md',
      'docs/storage.md',
      'LICENSE',
      'tsconfig.package.json',
      'tsconfig.base.json',
    ],
  },
  {
    name: 'preload',
    kind: 'preload',
    entries: { preload: 'electron/preload.ts' },
    sources: ['electron/preload.ts', 'electron/contract'],
  },
  {
    name: 'renderer',
    kind: 'renderer',
    entries: { renderer: 'renderer/index.html' },
    sources: ['renderer', 'electron/contract'],
  },
];

/**
 * @param {string} id @returns {boolean} whether it stays an import in code that runs under Node: Electron, Node itself,
 *   and our npm dependencies
 */
export function isExternal(id) {
  if (id === 'electron' || id.startsWith('electron/') || id.startsWith('node:') || builtinModules.includes(id))
    return true;
  return dependencies().some((name) => id === name || id.startsWith(`${name}/`));
}

/** @type {string[] | undefined} */
let known;
function dependencies() {
  known ??= Object.keys(JSON.parse(readFileSync(inRoot('package.json'), 'utf8')).dependencies ?? {});
  return known;
}
