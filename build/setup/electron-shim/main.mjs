// @ts-check
/**
 * The default app that the pinned runtime lacks: `electron <folder>` starts the app in that folder, as the official
 * binary would. Switches of Chromium and Playwright may come before and after the folder. An ES module that waits for
 * the app: Electron is not ready before, so the app can do what has to be done earlier.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const require = createRequire(import.meta.url);

/** The official default app uses these too, although no type declaration has them. */
const inner = /** @type {typeof app & { setVersion(version: string): void, setAppPath(path: string): void }} */ (app);

/** Playwright passes its own start-up script as `-r <file>`; it must run before the app. */
/** @type {string[]} */
const preloads = [];
/** @type {string | undefined} */
let given;
let place = 0;
const args = process.argv.slice(1);
for (let at = 0; at < args.length; at++) {
  const arg = args[at] ?? '';
  if (arg === '-r' || arg === '--require') preloads.push(args[++at] ?? '');
  else if (!arg.startsWith('-')) {
    given = arg;
    place = at;
    break;
  }
}

for (const file of preloads) require(path.resolve(file));

if (given === undefined) {
  process.stderr.write('electron: name the folder of an app\n');
  app.exit(1);
} else {
  await start(path.resolve(given)).catch((error) => {
    process.stderr.write(`electron: ${error?.stack ?? error}\n`);
    app.exit(1);
  });
}

/** @param {string} folder a folder with a package.json, or a script */
async function start(folder) {
  let main = folder;
  if (statSync(folder).isDirectory()) {
    const file = path.join(folder, 'package.json');
    const manifest = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    if (manifest.productName || manifest.name) app.setName(manifest.productName ?? manifest.name);
    if (manifest.version) inner.setVersion(manifest.version);
    inner.setAppPath(folder);
    main = path.resolve(folder, manifest.main ?? 'index.js');
  }
  // The app sees the same command line as under the official binary.
  process.argv.splice(1, process.argv.length - 1, ...args.slice(place));
  await import(pathToFileURL(main).href);
}
