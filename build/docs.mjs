// @ts-check
/**
 * `npm run docs`: docs/storage.md, made from the doc comments of the storage. `--check` tells whether it is up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { storagePage } from './docs/page.mjs';
import { inRoot } from './lib/paths.mjs';

export const target = inRoot('docs', 'storage.md');

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const page = storagePage();
  const fresh = readFileSync(target, { encoding: 'utf8', flag: 'a+' }) === page;
  if (process.argv.includes('--check')) process.exitCode = fresh ? 0 : 1;
  else writeFileSync(target, page);
  process.stderr.write(
    `docs: ${fresh ? 'up to date' : process.exitCode ? 'docs/storage.md is old: npm run docs' : 'written'}\n`,
  );
}
