import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.js';
import type { Guard } from '../../build/lib/guard.mjs';
import type { RunningServer } from './types.js';

export interface ServerPlan<E> {
  name: string;
  /** The program, its arguments, and its argv[0] and environment if they matter; asked at each start. */
  command(port: number): { program: string; args: string[]; argv0?: string; env?: NodeJS.ProcessEnv };
  endpoint(port: number): E;
  /** Asks the server in its own protocol whether it is ready. */
  ready(port: number): Promise<boolean>;
  /** Where the server's output goes. */
  logFile: string;
  guard: Guard;
  /** How long a clean shutdown may take when this process is gone; 0 if the data is thrown away. */
  graceMs: number;
  port?: number | undefined;
  /** Whether a crashed server is started again: the crash then fails only the running tests, not all later ones. */
  revive?: boolean;
}

const startLimitMs = 60_000;

/** Runs one server as planned; resolves when it is ready. */
export async function runServer<E>(plan: ServerPlan<E>): Promise<RunningServer<E>> {
  let child: ChildProcess | null = null;
  /** Servers that became ready, and those that were told to end. */
  const served = new WeakSet<ChildProcess>();
  const ending = new WeakSet<ChildProcess>();
  let port = plan.port ?? (await freePort());

  const launch = async (): Promise<void> => {
    const { program, args, argv0, env = process.env } = plan.command(port);
    const log = openSync(plan.logFile, 'a');
    // In its own group: Ctrl-C must not end a server before its users.
    const started = spawn(program, args, {
      stdio: ['ignore', log, log],
      detached: true,
      env,
      ...(argv0 ? { argv0 } : {}),
    });
    closeSync(log);
    const failed = new Promise<never>((_, reject) => started.once('error', reject));
    failed.catch(() => undefined);
    child = started;
    const { pid } = started;
    if (pid === undefined) return failed;
    plan.guard.add(pid, plan.graceMs);
    started.once('exit', (code, signal) => {
      plan.guard.remove(pid);
      if (served.has(started) && child === started && !ending.has(started)) crashed(signal ?? `code ${code}`);
    });
    const until = Date.now() + startLimitMs;
    while (!(await plan.ready(port))) {
      if (hasEnded(started)) throw new Error(`${plan.name} ended while it started.\n${tail(plan.logFile)}`);
      if (Date.now() > until) throw new Error(`${plan.name} did not serve within a minute.\n${tail(plan.logFile)}`);
      await sleep(25);
    }
    // Another server may have answered on that port, so ours could not get it.
    if (hasEnded(started)) throw new Error(`${plan.name} ended while it started.\n${tail(plan.logFile)}`);
    served.add(started);
    started.unref();
  };

  /** No one asked it to end: reports that, with the server's last log lines. */
  const crashed = (how: string): void => {
    process.stderr.write(
      `sandbox: ${plan.name} on port ${port} ended by itself (${how}).\n${tail(plan.logFile, 80)}\n`,
    );
    if (plan.revive) launch().catch((error: unknown) => process.stderr.write(`sandbox: ${String(error)}\n`));
  };

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    if (!running || hasEnded(running)) return;
    running.ref();
    ending.add(running);
    const ended = once(running, 'exit');
    running.kill(signal);
    await ended;
  };

  for (let attempt = 1; ; attempt++) {
    try {
      await launch();
      break;
    } catch (error) {
      await end('SIGKILL');
      if (plan.port !== undefined || attempt === 3 || !/in use/i.test(String(error))) throw error;
      port = await freePort();
    }
  }

  return {
    endpoint: plan.endpoint(port),
    pid: () => child?.pid ?? 0,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    start: async () => {
      if (!child || hasEnded(child)) await launch();
    },
    log: () => tail(plan.logFile),
  };
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** The last lines of a log file. */
function tail(path: string, lines = 25): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}
