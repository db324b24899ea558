import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { openRedis, type SiteRedis } from '../../electron/data/redis/client.js';
import { redisEndpoint, redisPrefix } from '../sandbox/database.js';
import { type Proxy, startProxy } from '../sandbox/proxy.js';
import { startRedisCluster } from '../sandbox/redis-cluster.js';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${redisPrefix()}${name}`);

/** Writes every key, on each node of a cluster. */
function all(client: SiteRedis): Promise<string> {
  return Promise.all(names.map((name) => client.set(name, '1', 'PX', 10_000))).then(
    () => 'ok',
    (error: unknown) => String(error),
  );
}

async function through(client: SiteRedis, proxies: readonly Proxy[], what: 'everything' | 'answers'): Promise<string> {
  ends.push(() => Promise.resolve(client.disconnect()));
  await expect.poll(() => all(client), { timeout: 10_000 }).toBe('ok');
  for (const proxy of proxies) proxy.silence(what);
  expect(await all(client)).not.toBe('ok');
  // Only writers ask for it.
  await expect.poll(() => all(client), { timeout: 20_000, interval: 200 }).toBe('ok');
  return all(client);
}

test.each(['everything', 'answers'] as const)('a Redis that falls silent is connected to anew: %s', async (what) => {
  const proxy = await startProxy(redisEndpoint());
  ends.push(() => proxy.close());
  expect(await through(openRedis({ host: proxy.host, port: proxy.port }), [proxy], what)).toBe('ok');
});

test('so are the nodes of a cluster', async () => {
  const cluster = await startRedisCluster();
  ends.push(() => cluster.stop());
  const proxies = await Promise.all(cluster.endpoints.map((endpoint) => startProxy(endpoint)));
  ends.push(() => Promise.all(proxies.map((proxy) => proxy.close())));
  // The nodes announce the proxies' addresses to clients and to each other.
  const nodes = cluster.endpoints.map(({ host, port }) => new Redis(port, host));
  ends.push(() => Promise.resolve(nodes.forEach((node) => node.disconnect())));
  await Promise.all(nodes.map((node, at) => node.config('SET', 'cluster-announce-port', String(proxies[at]?.port))));
  const told = async (): Promise<boolean> => {
    const slots = await Promise.all(nodes.map(async (node) => JSON.stringify(await node.cluster('SLOTS'))));
    return slots.every((text) => proxies.every(({ port }) => text.includes(String(port))));
  };
  await expect.poll(told, { timeout: 20_000 }).toBe(true);
  const [first] = proxies;
  if (first === undefined) throw new Error('a cluster has nodes');
  const { host, port } = first;
  expect(await through(openRedis({ host, port, cluster: proxies }), proxies, 'everything')).toBe('ok');
});
