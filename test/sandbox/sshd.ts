/**
 * A private SSH server, and keys for it. It runs without any right of root, and lets in one account: the one that it
 * runs as.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Guard, startGuard } from '../../build/lib/guard.mjs';
import { run } from '../../build/lib/run.mjs';
import { opensshRoot, sshdEnvironment } from '../../build/setup/openssh.mjs';
import { firstBytes } from './probe.js';
import { runServer } from './server-process.js';
import type { RunningServer } from './types.js';

export interface SshEndpoint {
  host: string;
  port: number;
  user: string;
  /** The fingerprint of its only host key, as ssh-keygen says it. */
  hostKey: string;
}

export interface SshServer extends RunningServer<SshEndpoint> {
  /** Kills the processes of all its connections; the server itself goes on. */
  cutConnections(): Promise<void>;
  close(): Promise<void>;
}

export interface KeyPair {
  /** Path of the private key. */
  readonly file: string;
  /** The line for authorized_keys. */
  readonly line: string;
}

/** Root would need a user of the system that only the installed package makes. */
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

export async function makeKey(folder: string, name: string, passphrase = ''): Promise<KeyPair> {
  const file = join(folder, name);
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name, '-f', file]);
  return { file, line: readFileSync(`${file}.pub`, 'utf8').trim() };
}

/** Starts one that lets these keys in. `settings` are lines for sshd_config, before the sandbox's own. */
export async function startSshd(keys: readonly KeyPair[], settings: readonly string[] = []): Promise<SshServer> {
  const guard: Guard = startGuard();
  const folder = await mkdtemp(join(tmpdir(), 'moondesk-sshd-'));
  guard.folder(folder);
  const { file: hostKeyFile } = await makeKey(folder, 'host');
  const authorized = join(folder, 'authorized_keys');
  writeFileSync(authorized, keys.map(({ line }) => `${line}\n`).join(''));
  const programs = copyPrograms(folder);
  const config = join(folder, 'sshd_config');
  writeFileSync(
    config,
    [
      ...settings,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKeyFile}`,
      'PidFile none',
      `AuthorizedKeysFile ${authorized}`,
      'StrictModes no',
      // Without it, sshd takes an account that nobody signs in to by password as locked.
      'UsePAM yes',
      'PasswordAuthentication yes',
      'LogLevel VERBOSE',
      ...programs.settings,
      '',
    ].join('\n'),
  );
  if (isRoot) for (const path of [folder, hostKeyFile, authorized, config]) chownSync(path, nobody, nobody);
  const words = await run('ssh-keygen', ['-l', '-f', `${hostKeyFile}.pub`]);
  const hostKey = /SHA256:\S+/.exec(words)?.[0] ?? '';
  const asNobody = isRoot ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : [];
  const server = await runServer<SshEndpoint>({
    name: 'sshd',
    logFile: join(folder, 'server.log'),
    guard,
    graceMs: 0,
    command: (port) => ({
      program: '/usr/bin/env',
      args: [
        `LD_LIBRARY_PATH=${sshdEnvironment()['LD_LIBRARY_PATH'] ?? ''}`,
        ...asNobody,
        programs.sshd,
        '-D',
        '-e',
        '-f',
        config,
        '-p',
        String(port),
      ],
    }),
    endpoint: (port) => ({ host: '127.0.0.1', port, user: isRoot ? 'nobody' : userInfo().username, hostKey }),
    ready: (port) => firstBytes(port, (bytes) => bytes.toString('latin1').startsWith('SSH-2.0-')),
  });
  return {
    ...server,
    cutConnections: async () => {
      for (const pid of descendantsOf(server.pid())) kill(pid);
      while (descendantsOf(server.pid()).length > 0) await sleep(10);
    },
    close: async () => {
      for (const pid of descendantsOf(server.pid())) kill(pid);
      await server.kill();
      await guard.close();
    },
  };
}

/** Its programs, where the account that it runs as can reach them. Newer ones are several. */
function copyPrograms(folder: string): { readonly sshd: string; readonly settings: readonly string[] } {
  const into = join(folder, 'bin');
  mkdirSync(into);
  const copy = (from: string, name: string): string => {
    copyFileSync(join(opensshRoot, from, name), join(into, name));
    return join(into, name);
  };
  const settings = [
    ['SshdSessionPath', 'sshd-session'],
    ['SshdAuthPath', 'sshd-auth'],
  ].flatMap(([setting = '', name = '']) =>
    existsSync(join(opensshRoot, 'usr/lib/openssh', name)) ? [`${setting} ${copy('usr/lib/openssh', name)}`] : [],
  );
  return { sshd: copy('usr/sbin', 'sshd'), settings };
}

function descendantsOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
    return children.filter((child) => child > 0).flatMap((child) => [...descendantsOf(child), child]);
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

export interface Agent {
  /** Its socket: SSH_AUTH_SOCK. */
  readonly socket: string;
  /** Gives it a key without a passphrase. */
  add(key: KeyPair): Promise<void>;
  stop(): Promise<void>;
}

/** A private SSH agent without a key. */
export async function startAgent(): Promise<Agent> {
  const guard = startGuard();
  const folder = await mkdtemp(join(tmpdir(), 'moondesk-agent-'));
  guard.folder(folder);
  const socket = join(folder, 'agent');
  const child: ChildProcess = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  if (child.pid !== undefined) guard.add(child.pid);
  while (!existsSync(socket)) {
    if (child.exitCode !== null) throw new Error('ssh-agent ended while it started.');
    await sleep(10);
  }
  return {
    socket,
    add: async ({ file }) => {
      await run('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    },
    stop: async () => {
      child.kill();
      await ended;
      await guard.close();
    },
  };
}
