import { startReplicated } from '../../sandbox/replicated.js';
import { become } from '../../sandbox/sql-cluster.js';
import type { Engine } from '../../sandbox/types.js';

/** A replica that is four seconds late shows a write three to eight seconds later, by the servers' own clocks. */
export async function delayedReplica(engine: Engine): Promise<Record<string, unknown>> {
  const from = performance.now();
  const servers = await startReplicated(engine);
  const up = performance.now() - from;
  try {
    const { first, second } = servers;
    await servers.say(first, 'CREATE TABLE site.things (id INT PRIMARY KEY)');
    await servers.caughtUp();
    await servers.delay(4);
    await servers.say(first, 'INSERT INTO site.things VALUES (1)');
    const written = performance.now();
    await become('the replica has it', async () => (await servers.say(second, 'SELECT id FROM site.things')) === 1);
    const late = performance.now() - written;
    // Whole seconds count: the second in which it was written may have been over.
    if (late < 3_000 || late > 8_000) throw new Error(`late by ${late.toFixed(0)} ms`);
    return { upMs: Math.round(up), lateMs: Math.round(late) };
  } finally {
    await servers.stop();
  }
}
