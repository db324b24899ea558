// @ts-check
/** The console's own process, without Playwright. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cleanEnv, consoleCommand } from '../electron-app.mjs';

/**
 * Opens the console.
 * @param {Record<string, string | undefined>} env @param {readonly string[]} args @param
 *   {import('../lib/guard.mjs').Guard} guard
 * @returns {{ ended: Promise<number>, stop: () => Promise<void> }} `ended` resolves with its exit code
 */
export function openConsole(env, args, guard) {
  const command = consoleCommand(args);
  // In its own group: Ctrl-C comes to us, and we close the window in our order.
  const child = spawn(command.executablePath, command.args, {
    env: cleanEnv(env),
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const ended = once(child, 'exit').then(([code, signal]) => {
    if (child.pid) guard.remove(child.pid);
    return signal ? 1 : Number(code);
  });
  if (child.pid) guard.add(child.pid, 5_000);
  return {
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 8_000);
      await ended.catch(() => undefined);
      clearTimeout(late);
    },
  };
}
