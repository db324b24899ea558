// @ts-check
/**
 * npm runs this in a clone that it makes to install the package from git, and packs what was built. It does not run
 * in a developer's checkout: .npmrc has `ignore-scripts`, and `npm start` and `npm test` build by themselves. With
 * scripts allowed it builds what has changed, or nothing where the development dependencies are absent.
 */
import { existsSync } from 'node:fs';
import { inRoot } from './lib/paths.mjs';

if (existsSync(inRoot('node_modules', 'vite'))) {
  const { bundle } = await import('./bundle.mjs');
  process.stderr.write(`moondesk: ${await bundle()}\n`);
} else process.stderr.write('moondesk: not built, because the development dependencies are not installed.\n');
