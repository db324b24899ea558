/**
 * One process of a race: reads and writes numbers through the cache with delays at every step, and prints what it saw
 * and when. The clock is the machine's monotonic one, so that the times of two processes can be compared.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RaceEvent, RaceOrder } from './race.js';
import { openCache } from './support.js';

const order = JSON.parse(process.argv[2] ?? '') as RaceOrder;
const events: RaceEvent[] = [];
const now = (): number => Number(process.hrtime.bigint() / 1_000n);
const chance = (share: number): boolean => Math.random() < share;

const opened = await openCache({
  ...order,
  pause: async () => {
    if (chance(order.delays)) await sleep(Math.random() * 8);
  },
});
const { cache, db } = opened;

interface Numbered {
  readonly n: number;
  readonly pad: string;
}

/** Every other value is heavy, so that both ways to fill are used. */
const numbered = (n: number): Numbered => ({ n, pad: 'x'.repeat((n % 2) * 2_000) });

async function loadFields(part: string): Promise<Record<string, Numbered>> {
  const rows = await db.rows<{ name: string; n: string }>('SELECT name, n FROM numbers WHERE name IN (?)', [
    [`${part}:x`, `${part}:y`],
  ]);
  return Object.fromEntries(rows.map(({ name, n }) => [name.slice(-1), numbered(Number(n))]));
}

async function read(part: string): Promise<void> {
  const began = now();
  if (chance(0.5)) {
    const value = await cache.get<Numbered>('userInfo', part, async () => {
      const [row] = await db.rows<{ n: string }>('SELECT n FROM numbers WHERE name = ?', [part]);
      return numbered(Number(row?.n ?? 0));
    });
    events.push({ what: 'read', name: part, n: value?.n ?? 0, at: began });
    return;
  }
  const field = chance(0.5) ? 'x' : 'y';
  const value = chance(0.5)
    ? await cache.field('favorites', part, field, () => loadFields(part))
    : (await cache.all('favorites', part, () => loadFields(part)))[field];
  events.push({ what: 'read', name: `${part}:${field}`, n: value?.n ?? 0, at: began });
}

async function write(part: string): Promise<void> {
  const field = chance(0.4) ? null : chance(0.5) ? 'x' : 'y';
  const name = field === null ? part : `${part}:${field}`;
  const n = await cache.write([], async (tx, touch) => {
    await tx.run('UPDATE numbers SET n = n + 1 WHERE name = ?', [name]);
    const [row] = await tx.rows<{ n: string }>('SELECT n FROM numbers WHERE name = ?', [name]);
    const next = Number(row?.n);
    touch(
      field === null
        ? { family: 'userInfo', part }
        : { family: 'favorites', part, fields: { [field]: numbered(next) } },
    );
    return next;
  });
  events.push({ what: 'written', name, n, at: now() });
}

const until = performance.now() + order.ms;
await Promise.all(
  Array.from({ length: order.workers }, async () => {
    while (performance.now() < until) {
      const part = `k${String(Math.floor(Math.random() * order.parts))}`;
      await (chance(order.writes) ? write(part) : read(part)).catch((error: unknown) => {
        events.push({ what: 'failed', name: String(error), n: 0, at: now() });
      });
    }
  }),
);
await opened.close();
process.stdout.write(JSON.stringify(events), () => process.exit());
