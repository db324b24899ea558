import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createConnection, type Connection } from 'mysql2/promise';
import { startGuard } from '../../build/lib/guard.mjs';
import { inDot, inRoot } from '../../build/lib/paths.mjs';
import { makeKeys } from '../../electron/operations/cards/key.js';
import { createRunner } from '../../electron/data/migrations/runner.js';
import type { SiteConfig } from '../../electron/data/site.js';
import { startMariadb, startMysql, startRedis } from '../sandbox/index.js';
import { benchDesk, type BenchDesk } from './desk.js';
import { median, report, timed } from './report.js';

const format = { kind: 'grouped', prefix: '', symbols: 16, group: 4 } as const;
const [hundred, million] = [100_000, 1_000_000];
const [roundsOfHundred, roundsOfMillion] = [5, 3];
/**
 * The default buffer pool of both servers, as small sites have it: a million cards with their indexes are several times
 * as large.
 */
const bufferPool = '128M';
/** 100,000 one at a time would take minutes: each round times this many, and compares keys per second. */
const singles = 2_000;

interface Bench {
  readonly desk: BenchDesk;
  readonly connection: Connection;
  readonly folder: string;
}

/**
 * `npm run bench -- issuance`: thousands and a million of keys, against the fastest and the usual way of adding the
 * same rows.
 */
export async function run(engine: 'mariadb' | 'mysql'): Promise<void> {
  const guard = startGuard();
  const folder = inDot('bench', `issuance-${engine}-${randomUUID().slice(0, 8)}`);
  mkdirSync(folder, { recursive: true });
  const start = engine === 'mariadb' ? startMariadb : startMysql;
  const [sql, redis] = await Promise.all([
    start({ folder: `${folder}/server`, guard, settings: { innodb_buffer_pool_size: bufferPool } }),
    startRedis({ guard }),
  ]);
  const { host, port, user, password } = sql.endpoint;
  const config: SiteConfig = {
    mysql: { host, port, user, password, database: 'bench', poolSize: 8 },
    redis: { ...redis.endpoint, prefix: 'moontv:' },
  };
  const connection = await createConnection({ host, port, user, password });
  try {
    await connection.query('CREATE DATABASE bench CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci');
    await connection.query('USE bench');
    await createRunner({
      connection: () => createConnection({ host, port, user, password, database: 'bench' }),
      folder: inRoot('migrations'),
    }).apply();
    await connection.query("INSERT INTO users (username, password_hash, role) VALUES ('moonowner', '-', 'owner')");
    const desk = await benchDesk(config);
    try {
      await benchIssuance({ desk, connection, folder });
    } finally {
      await desk.close();
    }
  } finally {
    connection.destroy();
    await sql.stop();
    await redis.stop();
    await guard.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchIssuance(bench: Bench): Promise<void> {
  await writeFile(bench, hundred);
  const note = (rounds: number): string =>
    `against LOAD DATA LOCAL of as many rows, unsorted; buffer pool ${bufferPool}, ${String(rounds)} rounds`;
  // A warm-up, so that neither the first thread nor the first connection counts.
  await ours(bench, 1_000);
  const few: Round[] = [];
  const oneByOne: number[] = [];
  for (let round = 0; round < roundsOfHundred; round += 1) {
    few.push({ ours: await ours(bench, hundred), reference: await loaded(bench, hundred) });
    oneByOne.push(await rowByRow(bench));
  }
  report({ name: 'issuance.100k', ...medians(few, hundred), unit: 'keys/s', better: 'higher', note: note(few.length) });
  report({
    name: 'issuance.row-by-row',
    ours: medians(few, hundred).ours,
    reference: median(oneByOne),
    unit: 'keys/s',
    better: 'higher',
    note: `100,000 as a job; ${String(singles)} by one INSERT each, ${String(oneByOne.length)} rounds`,
  });

  await writeFile(bench, million);
  const many: Round[] = [];
  const watched: Watched[] = [];
  for (let round = 0; round < roundsOfMillion; round += 1) {
    // Garbage of the reference in this process should not be collected during our run.
    collect();
    const watch = watchProcess();
    const taken = await ours(bench, million);
    watched.push(await watch());
    const reference = await loaded(bench, million);
    many.push({ ours: taken, reference });
    process.stderr.write(
      `a million: ours ${(taken / 1_000).toFixed(1)} s, reference ${(reference / 1_000).toFixed(1)} s\n`,
    );
  }
  const times = `${String(watched.length)} times a million`;
  report({ name: 'issuance.1m', ...medians(many, million), unit: 'keys/s', better: 'higher', note: note(many.length) });
  report({
    name: 'issuance.stall',
    ours: Math.max(...watched.map(({ stall }) => stall)),
    reference: 50,
    unit: 'ms',
    better: 'lower',
    note: `longest of ${times}; the reference is the bound; an idle process beside it: ${Math.max(...watched.map(({ idle }) => idle)).toFixed(1)}`,
  });
  report({
    name: 'issuance.memory',
    ours: Math.max(...watched.map(({ peak }) => peak)),
    reference: 200,
    unit: 'MB',
    better: 'lower',
    note: `peak above the start, of ${times}; the reference is the bound`,
  });
}

/** Milliseconds of both. */
interface Round {
  readonly ours: number;
  readonly reference: number;
}

function medians(rounds: readonly Round[], count: number): Round {
  const rate = (milliseconds: readonly number[]): number => count / (median(milliseconds) / 1_000);
  return { ours: rate(rounds.map((round) => round.ours)), reference: rate(rounds.map((round) => round.reference)) };
}

/** Preview, issue, and the job to its end, as the window calls them. */
async function ours(bench: Bench, count: number): Promise<number> {
  const { desk, connection } = bench;
  await empty(bench);
  const input = { type: 'month', count, format } as const;
  const taken = await timed(async () => {
    const { fingerprint } = await desk.call('cards.issue.preview', input);
    const { jobId } = await desk.call('cards.issue', { ...input, fingerprint });
    await desk.settled(jobId);
    const [job] = await desk.site.db.rows<{ state: string; error: string | null }>(
      'SELECT state, error FROM console_jobs WHERE id = ?',
      [jobId],
    );
    if (job?.state !== 'done') throw new Error(`the job is ${job?.state ?? 'gone'}: ${job?.error ?? ''}`);
  });
  await expectRows(connection, count);
  return taken;
}

async function loaded(bench: Bench, count: number): Promise<number> {
  const { connection, folder } = bench;
  await empty(bench);
  const taken = await timed(() =>
    connection.query({
      sql: `LOAD DATA LOCAL INFILE 'keys' INTO TABLE card_keys CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' LINES TERMINATED BY '\\n'
            (key_hash, plain_key, key_type, status, created_at, expires_at)`,
      infileStreamFactory: () => createReadStream(`${folder}/${String(count)}.tsv`, { highWaterMark: 256 * 1_024 }),
    }),
  );
  await expectRows(connection, count);
  return taken;
}

/** Keys per second, made, hashed and inserted one after another, as other programs do it. */
async function rowByRow(bench: Bench): Promise<number> {
  await empty(bench);
  const taken = await timed(async () => {
    for (const key of makeKeys(format, singles))
      await bench.connection.query(
        'INSERT INTO card_keys (key_hash, plain_key, key_type, status, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
        [hashOf(key), key, 'month', 'unused', '2026-11-01 00:00:00', '2026-12-01 00:00:00'],
      );
  });
  return singles / (taken / 1_000);
}

async function empty({ connection }: Bench): Promise<void> {
  for (const table of ['card_keys', 'console_card_ranges', 'console_card_batches'])
    await connection.query(`TRUNCATE TABLE ${table}`);
}

async function expectRows(connection: Connection, count: number): Promise<void> {
  const [rows] = await connection.query('SELECT COUNT(*) AS found FROM card_keys');
  const found = Number((rows as { found: number }[])[0]?.found);
  if (found !== count) throw new Error(`${String(found)} cards instead of ${String(count)}`);
}

async function writeFile({ folder }: Bench, count: number): Promise<void> {
  const file = createWriteStream(`${folder}/${String(count)}.tsv`);
  for (let at = 0; at < count; at += 10_000) {
    const lines = makeKeys(format, 10_000).map(
      (key) => `${hashOf(key)}\t${key}\tmonth\tunused\t2026-11-01 00:00:00\t2026-12-01 00:00:00\n`,
    );
    if (!file.write(lines.join(''))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface Watched {
  readonly stall: number;
  readonly peak: number;
  /** The longest stall of an idle process at the same time: what the machine itself causes. */
  readonly idle: number;
}

const idler = `const delay = require('node:perf_hooks').monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  process.stdin.once('data', () => { process.stdout.write(String(delay.max / 1e6)); process.exit(); });`;

/**
 * Watches this process until the result is requested: the longest stall of its loop in milliseconds, and its peak
 * memory above the current level in MB.
 */
function watchProcess(): () => Promise<Watched> {
  const beside = spawn(process.execPath, ['-e', idler], { stdio: ['pipe', 'pipe', 'inherit'] });
  const from = process.memoryUsage.rss();
  let most = from;
  const look = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 50);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  return async () => {
    delay.disable();
    clearInterval(look);
    beside.stdin.write('.');
    const [idle] = (await once(beside.stdout, 'data')) as [Buffer];
    return { stall: delay.max / 1e6, peak: (most - from) / 1e6, idle: Number(idle.toString()) };
  };
}
