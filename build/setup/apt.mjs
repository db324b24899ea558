// @ts-check
/** Debian's packages: which are installed, and installing the rest without starting any service. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { attempt, run, which } from '../lib/run.mjs';

/** @returns {boolean} whether this machine installs its packages by apt */
export const hasApt = () => which('apt-get') !== null && which('dpkg-query') !== null;

/** @param {readonly string[]} names @returns {Promise<Set<string>>} those of the packages that are installed */
export async function installed(names) {
  const { stdout } = await attempt('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\\n', ...names]);
  return new Set(stdout.split('\n').flatMap((line) => (line.endsWith(' installed') ? [line.split(' ')[0] ?? ''] : [])));
}

/** @returns {Promise<string[] | null>} the prefix of a command that needs root; null if root is not available */
async function asRoot() {
  if (process.getuid?.() === 0) return [];
  if (which('sudo') && (await attempt('sudo', ['-n', 'true'])).code === 0) return ['sudo', '-n'];
  return null;
}

/** @param {readonly string[]} names @returns {Promise<Set<string>>} those that this machine's sources offer */
async function offered(names) {
  const { stdout } = await attempt('apt-cache', ['policy', ...names]);
  const found = new Set();
  let current = '';
  for (const line of stdout.split('\n')) {
    if (/^\S+:$/.test(line)) current = line.slice(0, -1);
    else if (/^\s+Candidate: (?!\(none\))/.test(line)) found.add(current);
  }
  return found;
}

const policy = '/usr/sbin/policy-rc.d';

/**
 * While packages are installed, none may start a service: the sandbox starts its own servers. @param {string[]} sudo
 */
async function forbidServices(sudo) {
  if (existsSync(policy)) return async () => {};
  if (sudo.length === 0) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  else await run('sudo', ['-n', 'sh', '-c', `printf '#!/bin/sh\\nexit 101\\n' > ${policy} && chmod 755 ${policy}`]);
  return async () => {
    if (sudo.length === 0) rmSync(policy, { force: true });
    else await run('sudo', ['-n', 'rm', '-f', policy]);
  };
}

/**
 * Installs packages. Each entry lists alternative names (a library has different names in different releases).
 * @param {readonly (readonly string[])[]} wanted
 */
export async function aptInstall(wanted) {
  const sudo = await asRoot();
  if (!sudo) {
    const names = wanted.map((names) => names[0]).join(' ');
    throw new Error(
      `These packages are missing, and neither root nor a passwordless sudo is at hand:\n    sudo apt-get install ${names}`,
    );
  }
  /** @param {string[]} args @param {number} minutes */
  const apt = (args, minutes) => {
    const [command = '', ...rest] = [
      ...sudo,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-o',
      'DPkg::Lock::Timeout=120',
      ...args,
    ];
    return run(command, rest, { timeoutMs: minutes * 60_000 });
  };
  await apt(['update', '-qq'], 3);
  const candidates = await offered(wanted.flat());
  const names = wanted.map((names) => names.find((name) => candidates.has(name)) ?? names[0] ?? '');
  const allowServices = await forbidServices(sudo);
  try {
    await apt(['install', '-y', '-qq', '--no-install-recommends', ...names], 8);
  } finally {
    await allowServices();
  }
}
