// @ts-check
/**
 * The floors of the house: who may import whom, from the bottom to the top. The same list stands in CONTRIBUTING.
 */
import { importsOf, sourcesIn } from './imports.mjs';

/** @typedef {import('./imports.mjs').Import} Import */

/** From the bottom to the top: a file imports from its own floor and from those below it. */
const floors = ['contract', 'storage', 'jobs', 'operations', 'router', 'window', 'top'];

/** What cli.ts is made of stands beside the window. */
const beside = new Map([['terminal', 'window']]);

/** @param {string} file @returns {string | null} */
function floorOf(file) {
  const match = /^electron\/(?:(\w+)\/|(main|preload|cli)\.ts$|(.+))/.exec(file);
  if (!match) return null;
  const name = match[1] ?? 'top';
  return beside.get(name) ?? name;
}

/** @type {{ name: string, breaks: (found: Import) => boolean }[]} */
const rules = [
  {
    name: 'a floor does not import from a floor above it',
    breaks: ({ from, to, local }) => {
      const [lower, upper] = [floorOf(from), local ? floorOf(to) : null];
      return lower !== null && upper !== null && floors.indexOf(upper) > floors.indexOf(lower);
    },
  },
  {
    name: 'a folder under electron/ is one of the floors',
    breaks: ({ from }) => {
      const floor = floorOf(from);
      return floor !== null && !floors.includes(floor);
    },
  },
  {
    name: 'start-up files import no start-up file',
    breaks: ({ from, to, local }) => local && floorOf(to) === 'top' && floorOf(from) === 'top',
  },
  {
    name: 'the preload script imports Electron and the contract only',
    breaks: ({ from, to, local }) =>
      from === 'electron/preload.ts' && !(local ? floorOf(to) === 'contract' : to === 'electron'),
  },
  {
    name: 'the renderer takes types from the contract, and nothing else from electron/',
    breaks: ({ from, to, local, typesOnly }) =>
      from.startsWith('renderer/') &&
      local &&
      to.startsWith('electron/') &&
      !(typesOnly && to.startsWith('electron/contract/')),
  },
  {
    name: 'the renderer uses neither Node nor the packages of the main process',
    breaks: ({ from, to, local, typesOnly }) =>
      from.startsWith('renderer/') &&
      !local &&
      !typesOnly &&
      (to.startsWith('node:') || ['electron', 'mysql2', 'ioredis', 'pino'].includes(to)),
  },
  {
    name: 'Electron is imported in main.ts, preload.ts and window/ only',
    breaks: ({ from, to, local }) =>
      !local && to === 'electron' && !/^electron\/(main\.ts|preload\.ts|window\/)/.test(from),
  },
  {
    name: 'mysql2 and ioredis are imported in storage/ only',
    breaks: ({ from, to, local }) =>
      !local && ['mysql2', 'ioredis'].includes(to) && !from.startsWith('electron/storage/'),
  },
  {
    name: 'nothing of the app imports from build/ or test/',
    breaks: ({ to, local }) => local && /^(build|test)\//.test(to),
  },
];

/** @returns {string[]} what breaks a rule, one line each */
export function brokenFloors() {
  const imports = [...sourcesIn('electron'), ...sourcesIn('renderer')].flatMap(importsOf);
  const broken = rules.flatMap(({ name, breaks }) =>
    imports.filter(breaks).map(({ from, to }) => `${from} → ${to}: ${name}`),
  );
  return [
    ...broken,
    ...cycles(imports).map((path) => `${path.join(' → ')}: files do not import each other in a circle`),
  ];
}

/** @param {Import[]} imports @returns {string[][]} circles of imports that are there at run time; types may refer to each other */
function cycles(imports) {
  /** @type {Map<string, Set<string>>} */
  const graph = new Map();
  for (const { from, to, local, typesOnly } of imports) {
    if (local && !typesOnly) graph.set(from, (graph.get(from) ?? new Set()).add(to));
  }
  /** @type {Set<string>} */
  const done = new Set();
  /** @type {string[][]} */
  const found = [];
  /** @param {string} file @param {string[]} path */
  const visit = (file, path) => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}
