import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { sameJson } from '../../../electron/data/config/same-json.js';
import type { HybridStorage } from '../../../electron/storage/hybrid.js';
import { median, report, timed } from '../report.js';
import { mostComposed, rowsOf, type ScaleSite } from './site.js';
import { openStorage } from './storage.js';

/** Milliseconds that one side is called without a break, and how often per round. */
const sliceMs = 200;
const slices = 6;
/** Single-user writes per second of the other process. */
const writesASecond = 20;

interface Config {
  SiteConfig: { Announcement: string };
  UserConfig: { Users: Record<string, unknown>[] };
}

/** The settings without the users, if the storage has such a method. */
type Settings = (() => Promise<unknown>) | null;

function settingsOf(storage: HybridStorage): Settings {
  const ask: unknown = (storage as unknown as Record<string, unknown>)['getSiteSettings'];
  return typeof ask === 'function' ? () => (ask as () => Promise<unknown>).call(storage) : null;
}

/** What a caller may do with a result: the next caller must not see it. */
function change(config: unknown): void {
  const { SiteConfig, UserConfig } = config as Config;
  SiteConfig.Announcement = 'changed';
  const { Users } = UserConfig;
  const [, second] = Users;
  if (second === undefined) throw new Error('The config has no users');
  second['banned'] = 'changed';
  Users.splice(0, 1);
  Users.push({ username: 'changed' });
}

/**
 * Milliseconds per call of each side, called in short alternating slices, so that other load affects both: the median
 * of the rounds.
 */
async function inTurns(
  rounds: number,
  ours: () => Promise<void>,
  reference: () => Promise<void>,
  pauseMs = 0,
): Promise<{ ours: number; reference: number }> {
  const each = { ours: [] as number[], reference: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    const sums = { ours: { calls: 0, taken: 0 }, reference: { calls: 0, taken: 0 } };
    for (let slice = 0; slice < slices; slice += 1) {
      const order = slice % 2 === 0 ? (['ours', 'reference'] as const) : (['reference', 'ours'] as const);
      for (const side of order) await asked(side === 'ours' ? ours : reference, pauseMs, sums[side]);
    }
    // The first one is a warm-up.
    if (round === 0) continue;
    for (const side of ['ours', 'reference'] as const) each[side].push(sums[side].taken / sums[side].calls);
  }
  return { ours: median(each.ours), reference: median(each.reference) };
}

async function asked(ask: () => Promise<void>, pauseMs: number, sum: { calls: number; taken: number }): Promise<void> {
  const until = performance.now() + sliceMs;
  do {
    const from = performance.now();
    await ask();
    sum.taken += performance.now() - from;
    sum.calls += 1;
    // Lets other processes' messages in, even if no call waits.
    if (pauseMs > 0 || sum.calls % 50 === 0) await wait(pauseMs);
  } while (performance.now() < until);
}

/** Milliseconds of short calls, alternating between the sides: the median of all, which other load hardly affects. */
async function callByCall(
  count: number,
  ours: () => Promise<unknown>,
  reference: () => Promise<unknown>,
): Promise<{ ours: number; reference: number }> {
  const each = { ours: [] as number[], reference: [] as number[] };
  for (let call = 0; call < count; call += 1) {
    const order = call % 2 === 0 ? (['ours', 'reference'] as const) : (['reference', 'ours'] as const);
    for (const side of order) each[side].push(await timed(side === 'ours' ? ours : reference));
  }
  return { ours: median(each.ours), reference: median(each.reference) };
}

/** `scale.config.…`: the cost of `getAdminConfig` for a site, which calls it on every request. */
export async function benchConfig(sites: readonly ScaleSite[], rounds: number): Promise<void> {
  const small = sites.find(({ users }) => users >= 20_000 && users <= mostComposed);
  if (small === undefined) {
    process.stderr.write('scale.config asks a site of 20,000 to 200,000 users\n');
    return;
  }
  await hit(small, rounds);
  for (const site of sites.filter(({ users }) => users >= small.users && users <= mostComposed)) await memory(site);
  for (const site of sites.filter(({ users }) => users === 20_000 || users === 200_000)) await written(site, rounds);
}

async function hit(site: ScaleSite, rounds: number): Promise<void> {
  const storage = await openStorage(site);
  const redis = new Redis(site.config.redis.port, site.config.redis.host);
  try {
    const { document, settings } = referenceKeys(site);
    await redis.set(document, site.document);
    await redis.set(settings, site.settings);
    const parsed = async (key: string): Promise<unknown> => JSON.parse((await redis.get(key)) ?? '');
    // Both sides compare the same document.
    const [mine, other] = [await storage.getAdminConfig(), await parsed(document)];
    mustBeSame(mine, other, site);
    report({
      name: `scale.config.hit.${String(site.users)}`,
      ...(await inTurns(
        rounds,
        async () => change(await storage.getAdminConfig()),
        async () => change(await parsed(document)),
      )),
      unit: 'ms',
      better: 'lower',
      note: `${told(site)}; the answer is changed after each call; GET + JSON.parse of the document; ${String(rounds)} rounds`,
    });
    mustBeSame(await storage.getAdminConfig(), other, site);
    const alone = settingsOf(storage);
    if (alone === null) {
      process.stderr.write('This storage has no method that answers the settings alone\n');
      return;
    }
    report({
      name: `scale.config.settings.${String(site.users)}`,
      ...(await callByCall(rounds * 1_000, alone, () => parsed(settings))),
      unit: 'ms',
      better: 'lower',
      note: `${told(site)}; the settings alone, against GET + JSON.parse of them; median of ${String(rounds * 1_000)} calls of each by turns`,
    });
  } finally {
    redis.disconnect();
    await storage.close();
  }
}

/** While another process bans users and lifts the bans, one user at a time. */
async function written(site: ScaleSite, rounds: number): Promise<void> {
  const storage = await openStorage(site);
  const redis = new Redis(site.config.redis.port, site.config.redis.host);
  const rows = await rowsOf<{ username: string }>(
    site.sql,
    "SELECT username FROM users WHERE role = 'user' AND NOT COALESCE(banned, 0) ORDER BY id LIMIT 1000",
  );
  const writer = startChild('config-writer', [
    { config: site.config, names: rows.map(({ username }) => username), perSecond: writesASecond },
  ]);
  try {
    const { document } = referenceKeys(site);
    await redis.set(document, site.document);
    const ours = async (): Promise<void> => change(await storage.getAdminConfig());
    const reference = async (): Promise<void> => change(JSON.parse((await redis.get(document)) ?? ''));
    await said(writer);
    for (const [end, pauseMs, words] of [
      ['', 0, 'call upon call'],
      ['.paced', 1_000 / writesASecond, 'as many calls as writes'],
    ] as const) {
      report({
        name: `scale.config.written${end}.${String(site.users)}`,
        ...(await inTurns(rounds, ours, reference, pauseMs)),
        unit: 'ms',
        better: 'lower',
        note: `${told(site)}; mean call, ${words}, with ${String(writesASecond)} single-user writes a second wanted of another process; GET + JSON.parse of the document; ${String(rounds)} rounds`,
      });
    }
    writer.stdin?.write('end\n');
    process.stderr.write(`  written ${String(site.users)}: ${(await said(writer)).trim()}\n`);
  } finally {
    writer.kill();
    redis.disconnect();
    await storage.close();
  }
}

/** Bytes that a process keeps for the config between two calls. */
async function memory(site: ScaleSite): Promise<void> {
  const child = startChild('config-memory', [{ config: site.config }], ['--expose-gc']);
  const { held, grown } = JSON.parse(await said(child)) as { held: number; grown: number };
  child.kill();
  const bytes = Buffer.byteLength(site.document);
  report({
    name: `scale.config.memory.${String(site.users)}`,
    ours: held / 1e6,
    reference: bytes / 1e6,
    unit: 'MB',
    better: 'lower',
    note: `${told(site)}; what a process holds between calls, against the document's bytes; its resident memory grew by ${(grown / 1e6).toFixed(1)} MB`,
  });
}

function told({ mode, document }: ScaleSite): string {
  return `config in ${mode}, a document of ${(Buffer.byteLength(document) / 1e6).toFixed(1)} MB`;
}

/** The reference's keys of the document and the settings. */
function referenceKeys({ config }: ScaleSite): { document: string; settings: string } {
  return {
    document: `${config.redis.prefix ?? ''}bench:document`,
    settings: `${config.redis.prefix ?? ''}bench:settings`,
  };
}

function mustBeSame(ours: unknown, reference: unknown, { users }: ScaleSite): void {
  // MySQL's JSON sorts the settings' keys.
  if (!sameJson(ours, reference))
    throw new Error(`getAdminConfig at ${String(users)} users answers another document than the reference has`);
}

function startChild(name: string, input: readonly unknown[], flags: readonly string[] = []): ChildProcess {
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  return spawn(process.execPath, [...flags, '--import', 'tsx', file, ...input.map((one) => JSON.stringify(one))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** The next message of a child process. Throws if it exits instead. */
async function said(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The child has no voice');
  const heard = once(child.stdout, 'data').then(([data]) => String(data));
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The child process ended with ${String(code)}`);
  });
  return Promise.race([heard, ended]);
}
