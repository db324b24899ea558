// @ts-check
/**
 * Debian's own packages for longer proofs, of the release that this machine has: unpacked beside the project, and not
 * installed into the system. Libraries that every machine of that release has are taken from the system.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { inDot } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';
import { hasApt } from './apt.mjs';

/**
 * @param {string} name @param {readonly string[]} packages @param {(folder: string) => void} [adapt]
 * @returns {Promise<string>}
 */
export async function unpacked(name, packages, adapt) {
  const folder = inDot('runtime', name);
  if (existsSync(join(folder, 'complete'))) return folder;
  if (!hasApt()) throw new Error(`${packages.join(', ')}: taken from Debian by apt, which is not here.`);
  const aside = `${folder}.${process.pid}`;
  mkdirSync(aside, { recursive: true });
  try {
    await run('apt-get', ['download', '-qq', ...packages], { cwd: aside, timeoutMs: 240_000 });
    for (const archive of readdirSync(aside).filter((file) => file.endsWith('.deb'))) {
      await run('dpkg-deb', ['-x', archive, '.'], { cwd: aside, timeoutMs: 60_000 });
      rmSync(join(aside, archive));
    }
    adapt?.(aside);
    writeFileSync(join(aside, 'complete'), '');
    rmSync(folder, { recursive: true, force: true });
    renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return folder;
}

/** @param {string} folder @returns {NodeJS.ProcessEnv} */
export function environmentIn(folder) {
  const arch = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const programs = ['usr/bin', 'usr/sbin'].map((part) => join(folder, part));
  return {
    ...process.env,
    PATH: [...programs, process.env.PATH ?? ''].join(delimiter),
    LD_LIBRARY_PATH: join(folder, `usr/lib/${arch}-linux-gnu`),
  };
}
