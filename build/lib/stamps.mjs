// @ts-check
/** Small stored facts ("this was done, for these inputs") in `.moondesk/stamps/`. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { inDot } from './paths.mjs';

/** @param {string} name @returns {string | null} the stored value */
export function readStamp(name) {
  try {
    return readFileSync(inDot('stamps', name), 'utf8');
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} value */
export function writeStamp(name, value) {
  mkdirSync(inDot('stamps'), { recursive: true });
  // Written to a temporary file and renamed, so that a killed run never leaves half a stamp.
  const aside = inDot('stamps', `${name}.${process.pid}`);
  writeFileSync(aside, value);
  renameSync(aside, inDot('stamps', name));
}

/** @param {string} name */
export function dropStamp(name) {
  rmSync(inDot('stamps', name), { force: true });
}

/** @param {string} name @returns {number} the stamp's age in milliseconds; Infinity if there is none */
export function stampAge(name) {
  try {
    return Date.now() - statSync(inDot('stamps', name)).mtimeMs;
  } catch {
    return Infinity;
  }
}

/** @param {...(string | Buffer)} parts @returns {string} */
export function hash(...parts) {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part).update('\0');
  return sum.digest('hex');
}
