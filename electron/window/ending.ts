import { app } from 'electron';

const patience = 5_000;

/** Ends in order: `drain` stops the jobs after their chunk and closes the site; after five seconds the console ends in any case. */
export function endInOrder(drain: () => Promise<void>): void {
  let ending = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (ending) return;
    ending = true;
    const late = new Promise<void>((resolve) => {
      setTimeout(resolve, patience);
    });
    void Promise.race([drain().catch(() => undefined), late]).then(() => app.exit(0));
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
}
