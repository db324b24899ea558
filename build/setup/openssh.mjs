// @ts-check
/**
 * Debian's SSH server for the tests, separate from the system: unpacked into one folder, so that no service is set up
 * that would start with the machine.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inDot } from '../lib/paths.mjs';
import { Notice } from '../lib/progress.mjs';
import { attempt, run } from '../lib/run.mjs';
import { hasApt } from './apt.mjs';

/** The folder with the unpacked packages; test/sandbox starts the server from it. */
export const opensshRoot = inDot('runtime', 'openssh');

/** @returns {boolean} */
export const hasOpenssh = () => existsSync(join(opensshRoot, 'complete'));

/** Of the server's libraries, the one that a small Debian lacks. */
const packages = ['openssh-server', 'libwrap0'];

/** @returns {Promise<string | void>} */
export async function installOpenssh() {
  if (hasOpenssh()) return;
  if (process.platform !== 'linux' || !hasApt())
    throw new Notice('The SSH server is taken from Debian by apt, which is not here: its tests are skipped.');
  const aside = `${opensshRoot}.${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true });
  try {
    await download(aside);
    for (const name of readdirSync(aside).filter((name) => name.endsWith('.deb'))) {
      await run('dpkg-deb', ['--extract', join(aside, name), aside]);
      rmSync(join(aside, name));
    }
    await trySomething(aside);
    writeFileSync(join(aside, 'complete'), '');
    rmSync(opensshRoot, { recursive: true, force: true });
    renameSync(aside, opensshRoot);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    throw new Notice(
      `The SSH server could not be had; its tests are skipped. ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return 'from Debian, tests only';
}

/** @param {string} folder */
async function download(folder) {
  /** @param {string[]} args */
  const apt = (args) =>
    attempt('apt-get', ['-o', 'APT::Sandbox::User=root', '-qq', ...args], { cwd: folder, timeoutMs: 120_000 });
  // The lists may be absent, or older than the archive.
  if ((await apt(['download', ...packages])).code === 0) return;
  await apt(['update']);
  const { code, output } = await apt(['download', ...packages]);
  if (code !== 0) throw new Error(output.trim());
}

/** @param {string} folder */
async function trySomething(folder) {
  const { output } = await attempt(join(folder, 'usr/sbin/sshd'), ['-?'], { env: sshdEnvironment(folder) });
  if (!/OpenSSH_/.test(output)) throw new Error(`The unpacked server does not run: ${output.trim()}`);
}

/** @param {string} folder @returns {NodeJS.ProcessEnv} what the unpacked server runs in: its library is beside it */
export function sshdEnvironment(folder = opensshRoot) {
  const arch = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  return { ...process.env, LD_LIBRARY_PATH: join(folder, `usr/lib/${arch}-linux-gnu`) };
}
