// @ts-check
/**
 * Runs a suite of this tree and of another one (an older commit with its node modules) in turns, several times, and
 * compares each figure.
 */
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { inRoot } from '../lib/paths.mjs';

/** @typedef {{ ours: number, ratio: number, unit: string }} Figure */

const line = /^bench (\S+) ours=(\S+) reference=\S+ unit=(\S+) ratio=(\S+)/;

/**
 * Prints, for each figure that both trees have, the medians of `ours` as `bench against.<name>`, and the ratios against
 * the named reference, which depend less on the machine's other load.
 * @param {{ suite: string, engine: string, folder: string, times: number }} wanted
 */
export async function against({ suite, engine, folder, times }) {
  /** @type {Record<'here' | 'there', Map<string, Figure[]>>} */
  const seen = { here: new Map(), there: new Map() };
  for (let turn = 0; turn < times; turn += 1) {
    /** @type {('here' | 'there')[]} */
    const order = turn % 2 === 0 ? ['there', 'here'] : ['here', 'there'];
    for (const tree of order) {
      process.stderr.write(
        `${suite}, ${tree === 'here' ? 'this tree' : folder}, ${String(turn + 1)} of ${String(times)}\n`,
      );
      const root = tree === 'here' ? inRoot() : folder;
      for (const text of await linesOf(root, [suite, '--engine', engine])) {
        const [, name = '', ours = '', unit = '', ratio = ''] = line.exec(text) ?? [];
        if (name === '') continue;
        process.stderr.write(`  ${text}\n`);
        seen[tree].set(name, [...(seen[tree].get(name) ?? []), { ours: Number(ours), ratio: Number(ratio), unit }]);
      }
    }
  }
  for (const [name, here] of seen.here) {
    const there = seen.there.get(name);
    if (there === undefined) continue;
    const [now, before] = [here, there].map((figures) => middleOf(figures, 'ours'));
    const [ratio, was] = [here, there].map((figures) => middleOf(figures, 'ratio'));
    const unit = here[0]?.unit ?? '';
    // For rates more is better, for times and sizes less.
    const better = unit.endsWith('/s') ? (now ?? 0) / (before ?? 1) : (before ?? 0) / (now ?? 1);
    process.stdout.write(
      `bench against.${name} ours=${short(now)} reference=${short(before)} unit=${unit} ratio=${short(better)} # medians of ${String(times)}; against its own reference ${short(ratio)}, before ${short(was)}; spread ${spreadOf(here)}, before ${spreadOf(there)}\n`,
    );
  }
}

/**
 * @param {string} root
 * @param {string[]} words
 * @returns {Promise<string[]>}
 */
function linesOf(root, words) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'build', 'bench.mjs'), ...words], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (data) => {
      said += String(data);
    });
    let complained = '';
    child.stderr.on('data', (data) => {
      complained = (complained + String(data)).slice(-2_000);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(said.split('\n'));
      else reject(new Error(`The benchmark of ${root} ended with ${String(code)}\n${complained}`));
    });
  });
}

/**
 * @param {readonly Figure[]} figures
 * @param {'ours' | 'ratio'} which
 */
function middleOf(figures, which) {
  const sorted = figures.map((figure) => figure[which]).sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The spread of the runs: the largest divided by the smallest. @param {readonly Figure[]} figures */
function spreadOf(figures) {
  const all = figures.map(({ ours }) => ours);
  return `${(Math.max(...all) / Math.min(...all)).toFixed(2)}x`;
}

/** @param {number | undefined} figure */
function short(figure) {
  if (figure === undefined) return '-';
  return figure >= 100 ? figure.toFixed(0) : figure.toPrecision(3);
}
