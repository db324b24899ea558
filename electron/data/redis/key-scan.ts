import { Cluster, type Redis } from 'ioredis';

/** Every key that matches a pattern, page by page, on every master of a cluster. A key may occur twice. */
export async function* keysLike(redis: Redis | Cluster, pattern: string): AsyncGenerator<string[]> {
  const servers = redis instanceof Cluster ? redis.nodes('master') : [redis];
  for (const server of servers) {
    let cursor = '0';
    do {
      const [next, keys] = await server.scan(cursor, 'MATCH', pattern, 'COUNT', 1000);
      if (keys.length > 0) yield keys;
      cursor = next;
    } while (cursor !== '0');
  }
}
