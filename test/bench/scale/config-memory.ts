import { setTimeout as wait } from 'node:timers/promises';
import type { SiteConfig } from '../../../electron/data/site.js';
import { openStorage } from './storage.js';

/** Prints how many bytes this process holds for the config once no caller has a result of it. Run with --expose-gc. */
const { config } = JSON.parse(process.argv[2] ?? '') as { readonly config: SiteConfig };
const storage = await openStorage({ config });

async function used(): Promise<{ held: number; resident: number }> {
  for (let turn = 0; turn < 5; turn += 1) {
    globalThis.gc?.();
    await wait(50);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { held: heapUsed + external, resident: rss };
}

/**
 * In its own function: top-level variables of a module stay alive while it waits, and a result would be counted too.
 */
async function ask(): Promise<void> {
  const answer = await storage.getAdminConfig();
  if (JSON.stringify(answer).length < 1_000) throw new Error('There is no config');
}

const before = await used();
for (let turn = 0; turn < 5; turn += 1) await ask();
const after = await used();
process.stdout.write(JSON.stringify({ held: after.held - before.held, grown: after.resident - before.resident }));
await storage.close();
process.exit();
