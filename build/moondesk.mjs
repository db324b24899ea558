#!/usr/bin/env node
// @ts-check
/** `npx moondesk`: the console's operations from a terminal. Standard output belongs to the operation alone. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inApp, inRoot } from './lib/paths.mjs';

const cli = inApp('cli.js');

try {
  if (existsSync(inRoot('electron'))) await refresh();
} catch (error) {
  process.stderr.write(`moondesk: it could not be built: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(70);
}

await import(pathToFileURL(cli).href);

/** In a checkout, the sources may have changed since the last build. */
async function refresh() {
  const [{ buildChanged, isFresh }, { targets }] = await Promise.all([
    import('./bundle/build.mjs'),
    import('./bundle/plan.mjs'),
  ]);
  const main = targets().find(({ name }) => name === 'main');
  if (main && !isFresh(main)) {
    process.stderr.write('moondesk: building …\n');
    await buildChanged({ only: ['main'], present: true });
  }
}
