// @ts-check
/** Every import of every source file, read by a real parser, and what it leads to. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { parseSync } from 'vite';
import { inRoot, root } from '../lib/paths.mjs';

/**
 * @typedef {object} Import
 * @property {string} from the importing file, from the repository's root
 * @property {string} to a file from the repository's root, or the name of a package
 * @property {boolean} local whether `to` is a file
 * @property {boolean} typesOnly whether nothing of it is left when it runs
 */

/** @param {string} folder @returns {string[]} its TypeScript files, from the repository's root */
export function sourcesIn(folder) {
  if (!existsSync(inRoot(folder))) return [];
  return readdirSync(inRoot(folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .map((path) => posix.join(folder, path.split(sep).join('/')));
}

/** @param {string} file @returns {Import[]} */
export function importsOf(file) {
  const code = readFileSync(inRoot(file), 'utf8');
  const { module, errors } = parseSync(file, code);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  const found = [
    ...module.staticImports.map(({ moduleRequest, entries }) => ({
      to: moduleRequest.value,
      typesOnly: entries.length > 0 && entries.every(({ isType }) => isType),
    })),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, isType }) =>
        moduleRequest ? [{ to: moduleRequest.value, typesOnly: isType }] : [],
      ),
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest }) => {
      const text = /^['"`]([^'"`$]+)['"`]$/.exec(code.slice(moduleRequest.start, moduleRequest.end))?.[1];
      return text ? [{ to: text, typesOnly: false }] : [];
    }),
    // Types written as import('…').Name are no import statements.
    ...[...code.matchAll(/(?<!await\s)(?<![\w.])import\(\s*'([^']+)'\s*\)\./g)].map((match) => ({
      to: match[1] ?? '',
      typesOnly: true,
    })),
  ];
  return found.map(({ to, typesOnly }) => ({ from: file, typesOnly, ...resolve(file, to) }));
}

const endings = ['', '.ts', '.tsx', '/index.ts', '/index.tsx'];

/** @param {string} file @param {string} to @returns {{ to: string, local: boolean }} */
function resolve(file, to) {
  const clean = to.split('?')[0] ?? to;
  if (!clean.startsWith('.')) return { to: packageOf(clean), local: false };
  const path = join(dirname(inRoot(file)), clean);
  const candidates = [
    ...endings.map((ending) => path + ending),
    path.replace(/\.js$/, '.ts'),
    path.replace(/\.js$/, '.tsx'),
  ];
  const found = candidates.find((candidate) => /\.\w+$/.test(candidate) && existsSync(candidate)) ?? path;
  return { to: relative(root, found).split(sep).join('/'), local: true };
}

/** @param {string} name @returns {string} `mysql2/promise` is mysql2 */
const packageOf = (name) =>
  name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] ?? name);
