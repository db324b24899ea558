// @ts-check
/**
 * The package moondesk-storage in out/storage. `npm run pack:storage` packs this folder, and `moondesk/storage` means
 * the same files inside the package moondesk.
 *
 * The code is CommonJS, and the ES module only passes it on: a process that loads both has one `Refusal`, and
 * `instanceof` holds. The types are arranged in the same way.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { inRoot, inStorage } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';
import { storageConfig } from './vite-config.mjs';

/** The entry of the types, in the folder `types`. */
const types = 'storage/index.d.ts';

/** @param {Record<string, string>} entries */
export async function buildStorage(entries) {
  const { build } = await import('vite');
  const built = await build(storageConfig(entries));
  if (!('output' in built)) throw new Error('The storage was not built once.');
  const { exports: names, imports } = built.output[0];
  await emitTypes();
  write('index.mjs', `export { ${names.toSorted().join(', ')} } from './index.js';\n`);
  write('index.d.mts', `export * from './types/${types.replace('.d.ts', '.js')}';\n`);
  write('package.json', `${JSON.stringify(manifest(imports), null, 2)}\n`);
  cpSync(inRoot('docs', 'storage-package.md'), inStorage('README.md'));
  cpSync(inRoot('docs', 'storage.md'), inStorage('storage.md'));
  cpSync(inRoot('LICENSE'), inStorage('LICENSE'));
  cpSync(inRoot('migrations'), inStorage('migrations'), { recursive: true });
}

/** @param {string} name @param {string} text */
const write = (name, text) => writeFileSync(inStorage(name), text);

/** Keeps those declarations that the entry refers to: tsc writes one for every source. */
async function emitTypes() {
  const all = mkdtempSync(inStorage('types-'));
  try {
    await run(inRoot('node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.package.json', '--outDir', all]);
    for (const file of reached(join(all, types))) cpSync(file, inStorage('types', relative(all, file)));
  } finally {
    rmSync(all, { recursive: true, force: true });
  }
}

/** @param {string} file a declaration @param {Set<string>} [found] @returns {Set<string>} it and all that it imports */
function reached(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()'(\.[^']+)\.js'/g))
    reached(join(dirname(file), `${path}.d.ts`), found);
  return found;
}

/** @param {readonly string[]} imports what the code imports @returns {object} its package.json */
function manifest(imports) {
  const { version, license, engines, dependencies } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const used = Object.entries(dependencies).filter(([name]) =>
    imports.some((id) => id === name || id.startsWith(`${name}/`)),
  );
  const required = { types: `./types/${types}`, default: './index.js' };
  return {
    name: 'moondesk-storage',
    version,
    private: true,
    description: 'The hybrid storage of MoonTV/LunaTV-family sites: MySQL keeps the truth, Redis keeps it close',
    license,
    type: 'commonjs',
    main: required.default,
    // For compilers that do not read `exports`.
    types: required.types,
    exports: {
      '.': { import: { types: './index.d.mts', default: './index.mjs' }, require: required },
      './package.json': './package.json',
    },
    engines,
    dependencies: Object.fromEntries(used),
  };
}
