/**
 * Connections fall silent without being closed while new ones work, ten times during each kind of work, on one engine.
 * One line each: `soak silent-connections <engine> run=<n> kind=<kind> silent=<what> outcome=<ok or code> settled=<ms>
 * green=<ms> used=<connections>`. Fails if something is not settled within its limit, a lamp is not green within 30 s,
 * or the pool is not whole.
 */
import { createConnection } from 'mysql2/promise';
import { startSandbox } from '../sandbox/index.js';
import { kinds, openSilentWorld, type Silenced } from './silent-world.js';

/** Milliseconds: the limit of a call plus its grace; a job runs as long as it has work, in chunks. */
const limits = { list: 18_000, write: 18_000, job: 60_000, 'sign-in': 18_000, 'storage read': 18_000 };
const greenWithin = 30_000;

export async function run({ engine }: { engine?: string }, runs = 10): Promise<void> {
  const sandbox = await startSandbox();
  const server = engine === 'mysql' ? sandbox.mysql : sandbox.mariadb;
  if (server === null) throw new Error('MySQL does not run here.');
  const { host, port, user, password } = server.endpoint;
  const database = 'soak_silent';
  const connection = await createConnection({ host, port, user, password });
  await connection.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  await connection.end();
  const world = await openSilentWorld({ host, port, user, password, database }, sandbox.redis.endpoint);
  let failures = 0;
  try {
    for (let at = 1; at <= runs; at += 1) {
      for (const kind of kinds) {
        const what = at % 2 === 0 ? 'answers' : 'everything';
        const seen = await world.silence(kind, what);
        const wrong = faultOf(seen, limits[kind]);
        if (wrong !== null) failures += 1;
        process.stdout.write(
          `soak silent-connections ${engine} run=${String(at)} kind=${kind} silent=${what} outcome=${seen.outcome} settled=${String(seen.settled)} green=${String(seen.green)} used=${String(seen.used)}${wrong === null ? '' : ` FAILED: ${wrong}`}\n`,
        );
      }
    }
  } finally {
    await world.close();
    await sandbox.stop();
  }
  if (failures > 0) throw new Error(`${String(failures)} of ${String(runs * kinds.length)} were not as promised.`);
}

function faultOf({ settled, green, used }: Silenced, limit: number): string | null {
  if (settled > limit) return `settled after ${String(limit)} ms`;
  if (green > greenWithin) return 'green too late';
  return used === 0 ? null : 'the pool is not whole';
}
