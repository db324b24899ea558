// @ts-check
/**
 * Outlives the process that started it, as long as the clean-up takes. Its standard input tells it which processes and
 * folders belong to its parent. When that pipe closes, for any reason (including kill -9), it ends the processes and
 * removes the folders.
 *
 * Lines with words separated by tabs: `pid <n> <grace in ms>` · `gone <n>` · `folder <path>` · `keep <path>`
 */
import { readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** @type {Map<number, number>} process → how long it may take to exit by itself; in the order in which to end them */
const pids = new Map();
/** @type {Set<string>} */
const folders = new Set();

/** @param {number} pid */
function alive(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    // A zombie whose parent is gone accepts signals, but does not run.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has exited by itself.
  }
}

/** @param {number} pid @param {number} limit */
async function waitFor(pid, limit) {
  const until = Date.now() + limit;
  while (alive(pid) && Date.now() < until) await sleep(20);
}

async function cleanUp() {
  await Promise.all(
    [...pids].map(async ([pid, grace]) => {
      if (grace > 0) {
        send(pid, 'SIGTERM');
        await waitFor(pid, grace);
      }
      if (alive(pid)) send(pid, 'SIGKILL');
      await waitFor(pid, 5_000);
    }),
  );
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGHUP'])) process.on(signal, () => {});

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [word, value = '', rest = '0'] = line.split('\t');
    if (word === 'pid') pids.set(Number(value), Number(rest));
    else if (word === 'gone') pids.delete(Number(value));
    else if (word === 'folder') folders.add(value);
    else if (word === 'keep') folders.delete(value);
  })
  .on('close', () => {
    void cleanUp().then(() => process.exit(0));
  });
