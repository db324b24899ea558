#!/usr/bin/env node
// @ts-check
/**
 * `npx moondesk-console`: opens the window of an installed moondesk. Electron is not among its dependencies, because
 * terminals and sites do not need it. What follows goes to Electron.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { root } from './lib/paths.mjs';

const child = spawn(electron(), [root, ...process.argv.slice(2)], { env: environment(), stdio: 'inherit' });
// The console closes its connections and jobs in order, and this process waits for it.
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
// Ctrl-C goes to both.
process.on('SIGINT', () => undefined);
child.on('error', (error) => give(`Electron could not be started: ${error.message}`));
child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));

/** @returns {string} its executable */
function electron() {
  if (process.env.ELECTRON_PATH) return process.env.ELECTRON_PATH;
  const require = createRequire(import.meta.url);
  try {
    require.resolve('electron');
  } catch {
    const { peerDependencies } = require('../package.json');
    return give(`Electron is missing. Install it beside moondesk: npm install electron@${peerDependencies.electron}`);
  }
  try {
    // The package downloads its binary at the first start.
    return require('electron');
  } catch (error) {
    return give(error instanceof Error ? error.message : String(error));
  }
}

/** @returns {NodeJS.ProcessEnv} without what would change how Electron starts */
function environment() {
  const { ELECTRON_RUN_AS_NODE: _node, NODE_OPTIONS: _options, ...env } = process.env;
  return env;
}

/** @param {string} message @returns {never} */
function give(message) {
  process.stderr.write(`moondesk-console: ${message}\n`);
  process.exit(69);
}
