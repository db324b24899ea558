import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Ends processes and removes folders when this process is gone, however it went. */
export interface Guard {
  /** From now on this process is ended with us; it gets `graceMs` to end by itself after a SIGTERM (0: SIGKILL at once). */
  add(pid: number, graceMs?: number): void;
  /** The process has ended: its number may soon belong to another. */
  remove(pid: number): void;
  /** The folder is removed with us. */
  folder(path: string): void;
  /** Does now what is still to be done, and waits for it. */
  close(): Promise<void>;
}

/** Starts a guardian: a small process that watches the pipe to this one. */
export function startGuard(): Guard {
  const script = fileURLToPath(new URL('./guardian.mjs', import.meta.url));
  // In a session of its own: neither Ctrl-C nor the end of the terminal reaches it.
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {} });
  const ended = once(child, 'exit');
  ended.catch(() => undefined);
  child.unref();
  const pipe = child.stdin;
  // A guardian that was itself killed must not take the run with it.
  pipe.on('error', () => undefined);
  if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  const tell = (...words: (string | number)[]): void => {
    pipe.write(`${words.join('\t')}\n`);
  };
  return {
    add: (pid, graceMs = 0) => tell('pid', pid, graceMs),
    remove: (pid) => tell('gone', pid),
    folder: (path) => tell('folder', path),
    async close() {
      child.ref();
      pipe.end();
      await ended;
    },
  };
}
