// @ts-check
/** `npm run build`: the app in out/app, rebuilt if its sources have changed. */
import { pathToFileURL } from 'node:url';
import { buildChanged } from './bundle/build.mjs';
import { seconds } from './lib/progress.mjs';

/** @returns {Promise<string>} what was done, in a few words */
export async function bundle() {
  // The production code of React and the pages, whatever the shell has set.
  process.env.NODE_ENV = 'production';
  const built = await buildChanged();
  return built.length > 0 ? built.join(', ') : 'unchanged';
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const since = performance.now();
  const what = await bundle();
  process.stderr.write(`build: ${what}, ${seconds(since)}\n`);
}
