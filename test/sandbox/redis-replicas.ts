import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startGuard } from '../../build/lib/guard.mjs';
import { which } from '../../build/lib/run.mjs';
import { freePort } from './ports.js';
import { type Place, type Proxy, startProxy } from './proxy.js';
import { startRedis } from './servers.js';
import type { Settings } from './sql-server.js';
import type { RedisEndpoint, RunningServer } from './types.js';

/** A server that everybody, also its replicas, reaches only through a proxy. */
export interface RedisNode {
  readonly server: RunningServer<RedisEndpoint>;
  readonly proxy: Proxy;
  /** A connection of the test's own, past the proxy. */
  readonly direct: Redis;
}

export interface RedisReplicas {
  /** What the sentinels watch: the first is the master at the start. */
  readonly nodes: readonly RedisNode[];
  readonly sentinels: readonly Place[];
  /** The node that the first sentinel names as the master. */
  master(): Promise<RedisNode>;
  /** Has the sentinels replace a healthy master. */
  failover(): Promise<void>;
  /** Starts a sentinel that knows this node alone, as on the other side of a split, and never replaces it. */
  lonelySentinel(node: RedisNode): Promise<Place>;
  stop(): Promise<void>;
}

const limitMs = 30_000;

/** Waits until something is so. */
export async function until(what: string, so: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await so())) {
    if (Date.now() > end) throw new Error(`Not within half a minute: ${what}`);
    await sleep(25);
  }
}

/** A server behind a proxy, under whose address it announces itself. */
export async function startNode(
  announced: (proxy: Proxy) => Settings,
  guard: ReturnType<typeof startGuard>,
): Promise<RedisNode> {
  const port = await freePort();
  const proxy = await startProxy({ host: '127.0.0.1', port });
  const server = await startRedis({
    guard,
    port,
    settings: { appendonly: 'no', repl_diskless_sync_delay: 0, ...announced(proxy) },
  });
  const direct = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 100, replyMapping: 'legacy' });
  direct.on('error', () => undefined);
  return { server, proxy, direct };
}

/**
 * From now on nothing that this master writes reaches its replicas, which do not notice: they are left with what they
 * have.
 */
export async function loseReplication({ proxy, direct }: RedisNode): Promise<void> {
  proxy.hold(/REPLCONF/i);
  // A replica reports each second. From then on, what it is sent is held back.
  const before = await linksOf(direct);
  await until('what the replicas are sent is held back', async () => {
    await direct.publish('anything', 'to be sent');
    return proxy.held() >= before;
  });
  await sleep(1_100);
}

async function linksOf(direct: Redis): Promise<number> {
  return Number(/^connected_slaves:(\d+)/m.exec(await direct.info('replication'))?.[1] ?? 0);
}

/** One master with replicas, and sentinels that replace a master after a second of silence. */
export async function startReplicas({ replicas = 2, sentinels = 3 } = {}): Promise<RedisReplicas> {
  const guard = startGuard();
  const announced = (proxy: Proxy): Settings => ({
    replica_announce_ip: '127.0.0.1',
    replica_announce_port: proxy.port,
  });
  const nodes = await Promise.all(Array.from({ length: replicas + 1 }, () => startNode(announced, guard)));
  const [first, ...others] = nodes;
  if (first === undefined) throw new Error('At least the master was started.');
  for (const { direct } of others) await direct.replicaof('127.0.0.1', first.proxy.port);
  await until('the replicas are in step', async () =>
    (await Promise.all(others.map(({ direct }) => direct.info('replication')))).every((text) =>
      text.includes('master_link_status:up'),
    ),
  );
  const watching = await Promise.all(
    Array.from({ length: sentinels }, () => startSentinel(first.proxy.port, Math.floor(sentinels / 2) + 1, guard)),
  );
  const asked = watching.map(({ port }) => {
    const client = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 100, replyMapping: 'legacy' });
    client.on('error', () => undefined);
    return client;
  });
  const [spokesman] = asked;
  if (spokesman === undefined) throw new Error('At least one sentinel was started.');
  const master = async (): Promise<RedisNode> => {
    const [, port] = (await spokesman.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'films')) as [string, string];
    const node = nodes.find(({ proxy }) => proxy.port === Number(port));
    if (node === undefined) throw new Error('The sentinels name a master that is none of these.');
    return node;
  };
  await until('the sentinels know each other and the replicas', async () => {
    const known = await Promise.all(
      asked.map(async (sentinel) => [
        ((await sentinel.call('SENTINEL', 'REPLICAS', 'films')) as unknown[]).length,
        ((await sentinel.call('SENTINEL', 'SENTINELS', 'films')) as unknown[]).length,
      ]),
    );
    return known.every(([followers, peers]) => followers === replicas && peers === sentinels - 1);
  });
  return {
    nodes,
    sentinels: asked.map(({ options: { port = 0 } }) => ({ host: '127.0.0.1', port })),
    master,
    failover: () =>
      until('the sentinels agree to replace the master', async () => {
        const answer = await spokesman.call('SENTINEL', 'FAILOVER', 'films').catch(String);
        return answer === 'OK';
      }),
    async lonelySentinel({ proxy }) {
      const lonely = await startSentinel(proxy.port, 99, guard);
      watching.push(lonely);
      return { host: '127.0.0.1', port: lonely.port };
    },
    async stop() {
      for (const client of [...asked, ...nodes.map(({ direct }) => direct)]) client.disconnect();
      for (const { process: child } of watching) {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
      await Promise.all(nodes.map(async ({ server, proxy }) => Promise.all([server.kill(), proxy.close()])));
      await guard.close();
    },
  };
}

async function startSentinel(
  masterPort: number,
  quorum: number,
  guard: ReturnType<typeof startGuard>,
): Promise<{ readonly port: number; readonly process: ChildProcess }> {
  const folder = await mkdtemp(join(tmpdir(), 'moondesk-sentinel-'));
  guard.folder(folder);
  const port = await freePort();
  const config = join(folder, 'sentinel.conf');
  await writeFile(
    config,
    [
      `port ${String(port)}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor films 127.0.0.1 ${String(masterPort)} ${String(quorum)}`,
      'sentinel down-after-milliseconds films 1000',
      'sentinel failover-timeout films 6000',
      'sentinel parallel-syncs films 2',
      '',
    ].join('\n'),
  );
  // If packages have it under another name, its first argument tells it what to be.
  const program = which('redis-server') ?? which('redis-check-rdb') ?? '';
  const child = spawn(program, [config, '--sentinel'], { argv0: 'redis-server', stdio: 'ignore' });
  if (child.pid !== undefined) guard.add(child.pid);
  return { port, process: child };
}
