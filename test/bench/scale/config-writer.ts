import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { SiteConfig } from '../../../electron/data/site.js';
import { openStorage } from './storage.js';

/** A process of the site that bans users and lifts the bans, a given number per second, until it is told to end. */
const { config, names, perSecond } = JSON.parse(process.argv[2] ?? '') as {
  readonly config: SiteConfig;
  readonly names: readonly string[];
  readonly perSecond: number;
};
const storage = await openStorage({ config });
const told = once(process.stdin, 'data').then(() => true);
const from = performance.now();
let done = 0;
let under = 0;
process.stdout.write('begun\n');
for (let ending = false; !ending;) {
  const due = ((performance.now() - from) / 1_000) * perSecond;
  // If writes are slower than the rate, they do not pile up.
  if (done + under < due && under < 4) {
    const turn = done + under;
    under += 1;
    void storage.banUser(names[turn % names.length] ?? '', Math.floor(turn / names.length) % 2 === 0).then(() => {
      under -= 1;
      done += 1;
    });
  }
  ending = await Promise.race([told, wait(5, false)]);
}
const seconds = (performance.now() - from) / 1_000;
process.stdout.write(`${String(done)} writes in ${seconds.toFixed(1)} s: ${(done / seconds).toFixed(1)} a second\n`);
await storage.close();
process.exit();
