// @ts-check
/** The gates of `npm run check`. Each returns its findings, or an empty text. */
import { existsSync, readFileSync } from 'node:fs';
import { inRoot } from '../lib/paths.mjs';
import { attempt } from '../lib/run.mjs';

/** @typedef {{ name: string, check: () => Promise<string> }} Gate */

/** @param {string} name @returns {string} a program of a development dependency */
const bin = (name) => inRoot('node_modules', '.bin', name);

/** @param {string} program @param {string[]} args @returns {Promise<string>} its output, if it found something wrong */
async function complaint(program, args) {
  const { code, output } = await attempt(bin(program), args, {
    timeoutMs: 10 * 60_000,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  return code === 0 ? '' : output.trim() || `${program} ended with code ${code}`;
}

/** @returns {Gate[]} one per tier, in the order of the references in tsconfig.json; they build on each other, so they run one after another */
export function typeGates() {
  const { references = [] } = JSON.parse(readFileSync(inRoot('tsconfig.json'), 'utf8'));
  /** @type {Gate[]} */
  const tiers = references.map((/** @type {{ path: string }} */ { path }) => ({
    name: `types: ${/tsconfig\.(\w+)\.json/.exec(path)?.[1] ?? path}`,
    check: () => complaint('tsc', ['-b', path, '--pretty', 'false']),
  }));
  if (existsSync(inRoot('tsconfig.build.json'))) {
    tiers.push({
      name: 'types: build scripts',
      check: () => complaint('tsc', ['-p', 'tsconfig.build.json', '--pretty', 'false']),
    });
  }
  return tiers;
}

/** @returns {Gate[]} */
export const otherGates = () => [
  {
    name: 'lint and floors',
    check: () => complaint('oxlint', ['--type-aware', '--deny-warnings', '--report-unused-disable-directives']),
  },
  { name: 'format', check: () => complaint('oxfmt', ['--check', '.']) },
  { name: 'dead code', check: () => complaint('knip', ['--no-progress', '--no-config-hints']) },
  { name: 'no machine paths', check: async () => (await (await import('./places.mjs')).namedPlaces()).join('\n') },
];
