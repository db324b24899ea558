import type { Redis } from 'ioredis';

/** The private part of the driver's connector that is used here; absent without sentinels. */
interface Connector {
  connectToSentinel?(...of: readonly unknown[]): Redis;
}

/**
 * Lets connections to sentinels fail without a word: the others are asked, and each is tried again. Where the driver
 * waits to be told of a failover, it would write every failed attempt to the console of the site.
 *
 * The driver has no public event for these connections; sentinel.test.ts guards this against another version of it.
 */
export function quietSentinels(client: Redis): void {
  const { connector } = client as unknown as { readonly connector: Connector };
  const connect = connector.connectToSentinel?.bind(connector);
  if (connect === undefined) return;
  connector.connectToSentinel = (...of) => {
    const sentinel = connect(...of);
    sentinel.on('error', () => undefined);
    return sentinel;
  };
}
