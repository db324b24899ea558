// @ts-check
/** A virtual display that picks a free number itself. */
import { spawn } from 'node:child_process';
import { which } from '../lib/run.mjs';

/** @returns {boolean} whether this machine can show windows already */
export const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/**
 * Starts one virtual display. It ends with `stop()`; if this process is killed, the given watchdog ends it.
 * @param {{ size?: string }} [options] @returns {Promise<{ display: string, pid: number, stop: () => Promise<void> }>}
 */
export function startXvfb({ size = '1920x1200x24' } = {}) {
  const program = which('Xvfb');
  if (!program) throw new Error('There is no display, and Xvfb is not installed.');
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp', '-noreset'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      // Its own group: Ctrl-C in the terminal must not end the display before the window on it.
      detached: true,
    });
    const ended = new Promise((done) => child.once('exit', done));
    child.once('error', reject);
    child.once('exit', () => reject(new Error('Xvfb ended before it had a display.')));
    const stop = async () => {
      child.ref();
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    };
    let text = '';
    const pipe = /** @type {import('node:stream').Readable} */ (child.stdio[3]);
    pipe.setEncoding('utf8').on('data', (part) => {
      text += part;
      if (text.endsWith('\n')) resolve({ display: `:${text.trim()}`, pid: child.pid ?? 0, stop });
    });
    child.unref();
  });
}
