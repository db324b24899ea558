// @ts-check
/**
 * `npm run docs`: docs/storage.md, made from the doc comments of the storage. `--check` tells whether it is up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inRoot } from './lib/paths.mjs';
import { installNodeModules } from './setup/node-modules.mjs';

export const target = inRoot('docs', 'storage.md');

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await installNodeModules();
  const { storagePage } = await import('./docs/page.mjs');
  const page = storagePage();
  const fresh = readFileSync(target, { encoding: 'utf8', flag: 'a+' }) === page;
  if (process.argv.includes('--check')) process.exitCode = fresh ? 0 : 1;
  else writeFileSync(target, page);
  process.stderr.write(
    `docs: ${fresh ? 'up to date' : process.exitCode ? 'docs/storage.md is old: npm run docs' : 'written'}\n`,
  );
}
