// @ts-check
/**
 * Where things are. Every path starts at the repository's root; nothing is written outside it, except temporary
 * folders.
 */
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** The repository's root. */
export const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '');

/** @param {string[]} parts @returns {string} a path inside the repository */
export const inRoot = (...parts) => join(root, ...parts);

/** @param {string[]} parts @returns {string} a path inside the folder for downloads, caches and stamps */
export const inDot = (...parts) => join(root, '.moondesk', ...parts);

/** @param {string[]} parts @returns {string} a path inside the built app */
export const inApp = (...parts) => join(root, 'out', 'app', ...parts);

/** @param {string[]} parts @returns {string} a path inside the built package moondesk-storage */
export const inStorage = (...parts) => join(root, 'out', 'storage', ...parts);
