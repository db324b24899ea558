// @ts-check
/** Ends processes and removes folders when this process is gone, for whatever reason. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** @typedef {import('./guard.d.mts').Guard} Guard */

/** Starts a watchdog: a small process that watches the pipe to this one. @returns {Guard} */
export function startGuard() {
  const script = fileURLToPath(new URL('./process-watchdog.mjs', import.meta.url));
  // In its own session: neither Ctrl-C nor the end of the terminal reaches it.
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {} });
  const ended = once(child, 'exit');
  ended.catch(() => undefined);
  child.unref();
  const pipe = child.stdin;
  // A watchdog that was itself killed must not end the run.
  pipe.on('error', () => undefined);
  if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  /** @param {(string | number)[]} words */
  const tell = (...words) => {
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
