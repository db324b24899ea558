import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};
/** The commands of the project: `node build/<name>.mjs …`. */
const commands = Object.entries(scripts).flatMap(([name, line]) => {
  const file = /^node (build\/[\w-]+\.mjs)/.exec(line)?.[1];
  return file === undefined ? [] : [[name, file] as const];
});

/** The packages that a file, and what it imports, import before its first statement runs; each with the file. */
function packagesOf(file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)\s[^;]*?from '([^']+)';|^import '([^']+)';/gm)].flatMap((match) => {
    const name = match[1] ?? match[2] ?? '';
    if (name.startsWith('node:')) return [];
    return name.startsWith('.') ? packagesOf(join(dirname(file), name), seen) : [`${file}: ${name}`];
  });
}

test('there are commands', () => {
  expect(commands.map(([name]) => name)).toEqual(expect.arrayContaining(['start', 'dev', 'test', 'demo', 'bench']));
});

test.each(commands)('npm run %s begins in a fresh clone, where no package is installed yet', (_name, file) => {
  expect(packagesOf(file)).toEqual([]);
});
