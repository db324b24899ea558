#!/usr/bin/env node
// @ts-check
/** `npx moondesk`: the console's operations from a terminal. Standard output is only for the operation. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inApp, inRoot } from './lib/paths.mjs';

const cli = inApp('cli.js');
/** An installed package has no sources. */
const checkout = existsSync(inRoot('electron'));

try {
  if (checkout) await refresh();
} catch (error) {
  fail(`it could not be built: ${error instanceof Error ? error.message : String(error)}`);
}
if (!existsSync(cli))
  fail('it was installed from git without its `prepare` script. Allow scripts, or install the packed file.');

if (checkout) await chooseDemo();
await import(pathToFileURL(cli).href);

/**
 * In a checkout where `npm start` serves the demo and no other connection is named, uses the demo with its owner's
 * account.
 */
async function chooseDemo() {
  const named = process.argv.some((word) => /^(-c|--connection)/.test(word));
  if (named || process.env.MYSQL_HOST) return;
  const [{ demoEnv, servedDemo }, { demoOwner }] = await Promise.all([
    import('./start/served-demo.mjs'),
    import('./lib/demo-owner.mjs'),
  ]);
  const servers = await servedDemo();
  if (!servers) return;
  for (const [name, value] of Object.entries(demoEnv(servers))) process.env[name] = value;
  if (process.argv.some((word) => /^--as(?:=|$)/.test(word))) return;
  process.env.MOONDESK_OPERATOR ??= demoOwner.username;
  process.env.MOONDESK_PASSWORD ??= demoOwner.password;
}

/** In a checkout, the sources may have changed since the last build. */
async function refresh() {
  const [{ buildChanged, isFresh }, { targets }] = await Promise.all([
    import('./bundle/build.mjs'),
    import('./bundle/plan.mjs'),
  ]);
  const main = targets().find(({ name }) => name === 'main');
  // Without development dependencies, the last build is used.
  if (existsSync(cli) && !existsSync(inRoot('node_modules', 'vite'))) return;
  if (main && !isFresh(main)) {
    process.stderr.write('moondesk: building …\n');
    await buildChanged({ only: ['main'], present: true });
  }
}

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`moondesk: ${message}\n`);
  process.exit(70);
}
