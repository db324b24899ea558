// @ts-check
/** Whether anything has changed since the last build. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../lib/paths.mjs';
import { hash } from '../lib/stamps.mjs';

/** Settings of the build itself, on which every target depends. */
const always = ['package.json', 'package-lock.json', 'build/bundle', 'build/bundle.mjs'];

/**
 * @param {readonly string[]} sources files and folders @returns {string} changes if the name, size or modification time
 *   of a file does
 */
export function fingerprint(sources) {
  const lines = [...sources, ...always].flatMap((source) => filesIn(inRoot(source)));
  return hash(...lines);
}

/** @param {string} path @returns {string[]} */
function filesIn(path) {
  if (!existsSync(path)) return [];
  const stat = statSync(path);
  if (!stat.isDirectory()) return [`${path} ${stat.size} ${stat.mtimeMs}`];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(join(path, name)));
}

/** @param {readonly string[]} files @returns {boolean} */
export const allExist = (files) => files.every((file) => existsSync(file));
