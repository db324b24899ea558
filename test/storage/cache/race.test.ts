import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, engines, redisEndpoint, redisPrefix, type TestDatabase } from '../../sandbox/database.js';
import { race, type RaceOrder } from './race.js';
import { createNumbers } from './support.js';

describe.each(engines())('two processes on %s', (engine) => {
  let database: TestDatabase;
  let order: RaceOrder;
  beforeAll(async () => {
    database = await createDatabase(engine);
    await createNumbers(database.config);
    order = {
      mysql: { ...database.config, poolSize: 8 },
      redis: redisEndpoint(),
      prefix: redisPrefix() + engine,
      ms: 3_000,
      workers: 8,
      parts: 2,
      writes: 0.15,
      delays: 0.3,
    };
  });
  afterAll(() => database.drop());

  it('never read less than was acknowledged before', async () => {
    const { reads, writes, failures, stale } = await race({ ...order, prefix: `${order.prefix}:` }, 2);
    expect(failures).toEqual([]);
    expect(stale).toEqual([]);
    expect(reads).toBeGreaterThan(300);
    expect(writes).toBeGreaterThan(30);
  });

  it('never did so with one key that is written all the time', async () => {
    const hot = { ...order, prefix: `${order.prefix}hot:`, parts: 1, writes: 0.4, delays: 0.1 };
    const { failures, stale } = await race(hot, 3);
    expect(failures).toEqual([]);
    expect(stale).toEqual([]);
  });
});
