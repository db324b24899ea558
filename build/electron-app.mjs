// @ts-check
/** Launches the console's window: for `npm start`, for screenshots, and for end-to-end tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { root } from './lib/paths.mjs';
import { electronPath, electronSwitches } from './setup/electron.mjs';

/**
 * The environment without variables that would change how Electron starts.
 * @param {Record<string, string | undefined>} [more] @returns {Record<string, string>}
 */
export function cleanEnv(more = {}) {
  const { ELECTRON_RUN_AS_NODE: _node, NODE_OPTIONS: _options, ...env } = { ...process.env, ...more };
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/**
 * @param {readonly string[]} [args] @param {string} [entry] another program than the console, for Electron's main
 *   process @returns {{ executablePath: string, args: string[] }} the command that starts the console: a program and its
 *   arguments
 */
export function consoleCommand(args = [], entry = root) {
  return { executablePath: electronPath(), args: [...electronSwitches(), entry, ...args] };
}

/**
 * Opens the console under Playwright's control, by default with a profile folder that is deleted afterwards.
 * @param {{ env?: Record<string, string | undefined>, args?: string[], entry?: string, userData?: string, program?: string, timeout?: number }} [options]
 * @returns {Promise<import('playwright').ElectronApplication>}
 */
export async function launchElectron({ env, args = [], entry, userData, program, timeout = 30_000 } = {}) {
  const { _electron } = await import('playwright');
  const folder = userData ?? mkdtempSync(join(tmpdir(), 'moondesk-profile-'));
  const { executablePath: standard, args: words } = consoleCommand([`--user-data-dir=${folder}`, ...args], entry);
  const executablePath = program ?? standard;
  // Playwright holds the app back until it is attached only if it finds Electron itself; it may miss a window that
  // opens earlier.
  const found = process.platform === 'linux' && basename(executablePath) === 'electron';
  if (found) process.env.ELECTRON_OVERRIDE_DIST_PATH = dirname(executablePath);
  const app = await _electron.launch({
    ...(found ? {} : { executablePath }),
    args: words,
    env: cleanEnv(env),
    timeout,
  });
  if (userData === undefined)
    app.on('close', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return app;
}
