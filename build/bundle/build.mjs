// @ts-check
/** Builds what has changed. */
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { inApp, inRoot, inStorage } from '../lib/paths.mjs';
import { dropStamp, readStamp, writeStamp } from '../lib/stamps.mjs';
import { inTurn } from '../lib/turn.mjs';
import { allExist, fingerprint } from './inputs.mjs';
import { targets } from './plan.mjs';

/** @typedef {import('./plan.mjs').Target} Target */

/** @param {Target} target @returns {string[]} the files that it produces */
function products({ kind, entries }) {
  if (kind === 'renderer') return [inApp('renderer', 'index.html')];
  if (kind === 'storage') return [inStorage('index.js'), inStorage('index.mjs'), inStorage('package.json')];
  const ending = { node: 'js', preload: 'cjs' }[kind];
  return Object.keys(entries).map((name) => inApp(`${name}.${ending}`));
}

/** @param {Target} target @returns {boolean} */
export function isFresh(target) {
  return allExist(products(target)) && readStamp(`build-${target.name}`) === fingerprint(target.sources);
}

/**
 * Builds the targets whose sources have changed. Two commands at once would build into the same folder, so they take
 * turns.
 * @param {{ only?: string[], present?: boolean }} [options] `present`: build the existing entries, even if others are
 *   missing
 * @returns {Promise<string[]>} the names of the built targets
 */
export function buildChanged(options = {}) {
  return inTurn('build', () => build(options));
}

/** @param {{ only?: string[], present?: boolean }} options @returns {Promise<string[]>} */
async function build({ only, present = false }) {
  const wanted = targets()
    .filter(({ name }) => !only || only.includes(name))
    .map((target) => (present ? { ...target, entries: onlyPresent(target.entries) } : target));
  const built = [];
  for (const target of wanted) {
    for (const path of Object.values(target.entries))
      if (!existsSync(inRoot(path))) throw new Error(`${path} is missing: it is an entry of the app.`);
    if (isFresh(target)) continue;
    // Read before the build: changes during the build cause another build next time.
    const inputs = fingerprint(target.sources);
    dropStamp(`build-${target.name}`);
    await buildTarget(target);
    writeStamp(`build-${target.name}`, inputs);
    built.push(target.name);
  }
  copyMigrations();
  return built;
}

/** @param {Record<string, string>} entries @returns {Record<string, string>} */
const onlyPresent = (entries) =>
  Object.fromEntries(Object.entries(entries).filter(([, path]) => existsSync(inRoot(path))));

/** @param {Target} target */
async function buildTarget(target) {
  if (target.kind === 'storage') return (await import('./storage-package.mjs')).buildStorage(target.entries);
  const [vite, config] = await Promise.all([import('vite'), import('./vite-config.mjs')]);
  if (target.kind === 'renderer') await vite.build(await config.rendererConfig());
  else if (target.kind === 'preload') await vite.build(config.preloadConfig(target.entries));
  else {
    dropOldChunks();
    await vite.build(config.nodeConfig(target.entries, target.bundled));
  }
}

function dropOldChunks() {
  if (!existsSync(inApp())) return;
  for (const name of readdirSync(inApp())) if (name.startsWith('chunk-')) rmSync(inApp(name));
}

/** The app reads its migrations as files, at run time. */
function copyMigrations() {
  const from = inRoot('migrations');
  if (!existsSync(from)) return;
  const inputs = fingerprint(['migrations']);
  if (existsSync(inApp('migrations')) && readStamp('build-migrations') === inputs) return;
  rmSync(inApp('migrations'), { recursive: true, force: true });
  cpSync(from, inApp('migrations'), { recursive: true });
  writeStamp('build-migrations', inputs);
}
