import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import type { Scripts } from '../../../electron/data/cache/lua.js';
import type { DatabaseConfig } from '../../../electron/data/mysql/database.js';

export interface RaceOrder {
  readonly mysql: DatabaseConfig;
  readonly redis: { readonly host: string; readonly port: number };
  readonly prefix: string;
  readonly ms: number;
  readonly workers: number;
  /** Number of keys in the race. */
  readonly parts: number;
  /** Share of writes, and of delayed steps. */
  readonly writes: number;
  readonly delays: number;
  readonly scripts?: Partial<Scripts>;
}

/**
 * What a process saw: a number it read and when the read began, or one it wrote and when that was acknowledged
 * (microseconds).
 */
export interface RaceEvent {
  readonly what: 'read' | 'written' | 'failed';
  readonly name: string;
  readonly n: number;
  readonly at: number;
}

export interface Race {
  readonly reads: number;
  readonly writes: number;
  readonly failures: readonly string[];
  /** Reads that returned less than what had been acknowledged before they began. */
  readonly stale: readonly {
    readonly name: string;
    readonly got: number;
    readonly due: number;
    readonly late: number;
  }[];
}

/** Lets processes race, and judges what they saw. `meanwhile` may break things during the race. */
export async function race(order: RaceOrder, processes: number, meanwhile?: () => Promise<void>): Promise<Race> {
  const { host, port, user, password, database } = order.mysql;
  const connection = await createConnection({ host, port, user, password, database });
  const names = Array.from({ length: order.parts }, (_, at) => ['', ':x', ':y'].map((end) => `k${String(at)}${end}`));
  await connection.query('REPLACE INTO numbers (name, n) VALUES ?', [names.flat().map((name) => [name, 1])]);
  await connection.end();
  const racing = Promise.all(Array.from({ length: processes }, () => racer(order)));
  const [events] = await Promise.all([racing, meanwhile?.()]);
  return judge(events.flat());
}

/** Finds stale reads: `late` is how many milliseconds the acknowledgement came before the read. */
export function judge(events: readonly RaceEvent[]): Race {
  const order = events.toSorted((a, b) => a.at - b.at);
  const due = new Map<string, RaceEvent>();
  const stale: Race['stale'][number][] = [];
  for (const event of order) {
    const last = due.get(event.name);
    if (event.what === 'written' && event.n > (last?.n ?? 0)) due.set(event.name, event);
    if (event.what === 'read' && last !== undefined && event.n < last.n) {
      stale.push({ name: event.name, got: event.n, due: last.n, late: (event.at - last.at) / 1_000 });
    }
  }
  const count = (what: RaceEvent['what']): number => events.filter((event) => event.what === what).length;
  return {
    reads: count('read'),
    writes: count('written'),
    failures: events.filter((event) => event.what === 'failed').map((event) => event.name),
    stale,
  };
}

function racer(order: RaceOrder): Promise<RaceEvent[]> {
  const script = fileURLToPath(new URL('racer.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(Buffer.concat(chunks).toString()) as RaceEvent[]);
      else reject(new Error(`a racer ended with ${String(code)}`));
    });
  });
}
