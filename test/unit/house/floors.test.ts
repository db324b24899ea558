import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** One import per floor that its fence must refuse: the file, and what it imports. */
const refused: readonly (readonly [file: string, from: string])[] = [
  ['electron/contract/planted.ts', '../data/site.js'],
  ['electron/contract/planted2.ts', 'mysql2/promise'],
  ['electron/data/mysql/planted.ts', '../../domain/values.js'],
  ['electron/data/planted.ts', '../storage/index.js'],
  ['electron/data/write/planted.ts', 'electron'],
  ['electron/domain/users/planted.ts', '../../storage/types.js'],
  ['electron/domain/cards/planted.ts', '../../operations/context.js'],
  ['electron/domain/planted.ts', 'ioredis'],
  ['electron/storage/planted.ts', '../operations/context.js'],
  ['electron/storage/hybrid/planted.ts', '../../jobs/runner.js'],
  ['electron/storage/hybrid/planted2.ts', 'mysql2/promise'],
  ['electron/jobs/planted.ts', '../storage/types.js'],
  ['electron/jobs/planted2.ts', '../operations/context.js'],
  ['electron/operations/users/planted.ts', '../../storage/types.js'],
  ['electron/operations/users/planted2.ts', '../../router/router.js'],
  ['electron/operations/jobs/planted.ts', 'ioredis'],
  ['electron/router/planted.ts', '../storage/index.js'],
  ['electron/router/planted2.ts', '../window/bridge.js'],
  ['electron/window/planted.ts', '../terminal/help.js'],
  ['electron/window/planted2.ts', '../storage/index.js'],
  ['electron/terminal/planted.ts', '../window/bridge.js'],
  ['electron/terminal/planted2.ts', 'electron'],
  ['electron/cli.ts', './main.js'],
  ['electron/main.ts', './storage/index.js'],
  ['electron/preload.ts', './data/site.js'],
  ['electron/jobs/planted3.ts', '../../test/sandbox/index.js'],
  ['renderer/contract.ts', '../electron/data/site.js'],
  ['renderer/i18n/planted.ts', '../state/session.js'],
  ['renderer/state/planted.ts', '../ui/index.js'],
  ['renderer/ui/table/planted.ts', '../../pages/users/index.js'],
  ['renderer/ui/planted.ts', '../app/router.js'],
  ['renderer/pages/users/planted.ts', '../../app/router.js'],
  ['renderer/pages/users/planted2.ts', '../../../electron/contract/users.js'],
  ['renderer/app/planted.ts', 'node:fs'],
  ['renderer/app/planted2.ts', '../gallery/example.js'],
  ['renderer/ui/planted3.ts', '../gallery/example.js'],
];

/** What each floor may import. */
const allowed: readonly (readonly [file: string, from: string])[] = [
  ['electron/data/allowed.ts', '../contract/errors.js'],
  ['electron/data/write/allowed.ts', 'mysql2/promise'],
  ['electron/domain/users/allowed.ts', '../../data/site.js'],
  ['electron/storage/hybrid/allowed.ts', '../../domain/values.js'],
  ['electron/jobs/allowed.ts', '../domain/values.js'],
  ['electron/operations/jobs/allowed.ts', '../../jobs/runner.js'],
  ['electron/operations/users/allowed.ts', '../../domain/values.js'],
  ['electron/router/allowed.ts', '../operations/context.js'],
  ['electron/window/allowed.ts', 'electron'],
  ['electron/terminal/allowed.ts', '../router/router.js'],
  ['renderer/state/allowed.ts', '../contract.js'],
  ['renderer/ui/allowed.ts', '../state/session.js'],
  ['renderer/pages/users/allowed.ts', '../../ui/index.js'],
  ['renderer/app/allowed.ts', '../pages/users/index.js'],
  ['renderer/gallery/allowed.ts', '../ui/index.js'],
];

describe('the floors of the house', () => {
  let folder = '';
  let broken: ReadonlyMap<string, readonly string[]> = new Map();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'moondesk-floors-'));
    copyFileSync(resolve(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    const plant = (file: string, text: string): void => {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    };
    for (const [file, from] of [...refused, ...allowed]) plant(file, `export { some } from '${from}';\n`);
    plant('electron/domain/circle-one.ts', "export { two } from './circle-two.js';\nexport const one = 1;\n");
    plant('electron/domain/circle-two.ts', "export { one } from './circle-one.js';\nexport const two = 2;\n");
    broken = brokenIn(folder);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(refused)('%s may not import %s', (file) => {
    expect(broken.get(file)).toContain('eslint(no-restricted-imports)');
  });

  it.each(allowed)('%s may import %s', (file) => {
    expect(broken.get(file) ?? []).not.toContain('eslint(no-restricted-imports)');
  });

  it('files do not import each other in a circle', () => {
    expect(broken.get('electron/domain/circle-one.ts')).toContain('import(no-cycle)');
  });

  it('a folder under electron/ or renderer/ is one of the floors', () => {
    expect(foldersIn('electron')).toEqual(
      ['contract', 'data', 'domain', 'jobs', 'operations', 'router', 'storage', 'terminal', 'window'].toSorted(),
    );
    expect(foldersIn('renderer')).toEqual(['app', 'gallery', 'i18n', 'pages', 'state', 'ui']);
  });

  it('no file of electron/ is imported around the fences, by import() of a path to another floor', () => {
    const files = readdirSync(resolve(root, 'electron'), { recursive: true, encoding: 'utf8' });
    const found = files
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => importsIn(file, readFileSync(resolve(root, 'electron', file), 'utf8')));
    // The terminal loads what an operation needs only when one runs.
    expect(found.toSorted()).toEqual(['cli.ts → terminal', 'cli.ts → terminal']);
    expect(importsIn('terminal/x.ts', "await import('../router/y.js')")).toEqual(['terminal/x.ts → router']);
    expect(importsIn('terminal/a/x.ts', 'import(\n  `../b/y.js`)')).toEqual([]);
  });
});

/** The import() calls of a file that lead to another floor: `cli.ts → terminal`. */
function importsIn(file: string, text: string): readonly string[] {
  const floorOf = (path: string): string => path.split('/')[0] ?? '';
  return [...text.matchAll(/\bimport\(\s*['"`](\.[^'"`]*)/g)]
    .map(([, path = '']) => floorOf(posix.normalize(`${posix.dirname(file)}/${path}`)))
    .filter((floor) => floor !== floorOf(file))
    .map((floor) => `${file} → ${floor}`);
}

function foldersIn(folder: string): string[] {
  return readdirSync(resolve(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

/** The rules that oxlint reports as broken, by file. */
function brokenIn(folder: string): Map<string, string[]> {
  let output: string;
  try {
    output = execFileSync(resolve(root, 'node_modules/.bin/oxlint'), ['--format', 'json'], {
      cwd: folder,
      encoding: 'utf8',
    });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  const { diagnostics } = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] };
  const found = new Map<string, string[]>();
  for (const { code, filename } of diagnostics) found.set(filename, [...(found.get(filename) ?? []), code]);
  return found;
}
