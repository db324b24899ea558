import { app } from 'electron';

const timeoutMs = 5_000;

/**
 * Shuts down in order: `drain` stops the jobs after their chunk and closes the site; after five seconds the console
 * exits in any case.
 */
export function shutDownInOrder(drain: () => Promise<void>): void {
  let ending = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (ending) return;
    ending = true;
    const late = new Promise<void>((resolve) => {
      setTimeout(resolve, timeoutMs);
    });
    void Promise.race([drain().catch(() => undefined), late]).then(() => app.exit(0));
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
}
