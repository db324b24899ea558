import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refusal } from '../../../electron/contract/errors.js';
import { createBatch, reserveIds } from '../../../electron/operations/cards/batch-store.js';
import { BatchWriter } from '../../../electron/operations/cards/issue/batch-writer.js';
import type { Transaction } from '../../../electron/data/mysql/database.js';
import { engines, redisEndpoint, redisPrefix } from '../../sandbox/database.js';
import { startMariadb, startMysql } from '../../sandbox/servers.js';
import type { RunningServer, SqlEndpoint } from '../../sandbox/types.js';
import { cardsOf, startIssue } from '../fixtures/issued.js';
import { author, migrate, openSite, openTestSite, type TestSite } from '../helpers.js';

const format = { kind: 'grouped', prefix: '', symbols: 16, group: 4 } as const;
const common = { format, type: 'month', createdAt: '2026-01-01 00:00:00', expiresAt: '2037-01-01 00:00:00' } as const;
const count = 4_000;

type Sent = Pick<Transaction, 'load' | 'run'>;

const bound = (tx: Transaction): Transaction => ({
  rows: (sql, parameters) => tx.rows(sql, parameters),
  run: (sql, parameters) => tx.run(sql, parameters),
  load: (sql, data) => tx.load(sql, data),
  attempt: (work, keeps) => tx.attempt(work, keeps),
  prepared: (sql, parameters) => tx.prepared(sql, parameters),
  runPrepared: (sql, parameters) => tx.runPrepared(sql, parameters),
});

describe.each(engines())('chunks of an issue on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => (desk = await openTestSite(engine)));
  afterAll(() => desk.close());

  /** Fills a batch chunk by chunk. `between` can replace calls between a chunk and the server. */
  async function fill(between: (tx: Transaction) => Partial<Sent>): Promise<string> {
    const { value: batchId } = await desk.change('cards.issue', (change) =>
      createBatch(change, author, { kind: 'issue', type: 'month', wanted: count, format }),
    );
    const first = String(await desk.site.db.transaction((tx) => reserveIds(tx, count)));
    const making = new BatchWriter({ ...common, batchId, first }, 0, count);
    try {
      for (let done = 0; done < count;)
        done += await desk.site.db.transaction((tx) =>
          making.chunk({ ...bound(tx), ...between(tx) }, done, count - done),
        );
    } finally {
      making.end();
    }
    return batchId;
  }

  /** Commits another card with the same hash before ours are sent. */
  async function plant(hash: string): Promise<void> {
    await desk.site.db.run(
      "INSERT INTO card_keys (key_hash, plain_key, key_type, expires_at) VALUES (?, 'planted', 'week', UTC_TIMESTAMP())",
      [hash],
    );
  }

  const hashIn = (text: string): string => /[0-9a-f]{64}/.exec(text)?.[0] ?? '';

  test('make a key anew that is there already', async () => {
    let planted = '';
    const batchId = await fill((tx) => ({
      load: async (sql, data) => {
        if (planted === '') {
          planted = hashIn(data.subarray(-200).toString());
          await plant(planted);
        }
        return tx.load(sql, data);
      },
    }));
    const cards = await cardsOf(desk, batchId);
    expect(cards).toHaveLength(count);
    const hashes = new Set(cards.map((card) => card.key_hash));
    expect(hashes.size).toBe(count);
    expect(planted).toHaveLength(64);
    expect(hashes.has(planted)).toBe(false);
  });

  test('go on by INSERT where LOAD DATA LOCAL is refused, and make keys anew there too', async () => {
    let planted = '';
    const batchId = await fill((tx) => ({
      load: () => Promise.reject(new Refusal('unsupported', { zh: '不行', en: 'No' })),
      run: async (sql, parameters) => {
        if (planted === '' && sql.startsWith('INSERT INTO card_keys')) {
          planted = hashIn(sql);
          await plant(planted);
        }
        return tx.run(sql, parameters);
      },
    }));
    const cards = await cardsOf(desk, batchId);
    expect(cards).toHaveLength(count);
    expect(planted).toHaveLength(64);
    expect(cards.some((card) => card.key_hash === planted)).toBe(false);
  });
});

describe.each(engines())('issuing on %s without local_infile', (engine) => {
  let server: RunningServer<SqlEndpoint>;
  let desk: TestSite;
  beforeAll(async () => {
    server = await (engine === 'mysql' ? startMysql : startMariadb)({ settings: { local_infile: 'OFF' } });
    const { host, port, user, password } = server.endpoint;
    const connection = await createConnection({ host, port, user, password });
    await connection.query('CREATE DATABASE site CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci');
    connection.destroy();
    const config = {
      mysql: { host, port, user, password, database: 'site' },
      redis: { ...redisEndpoint(), prefix: redisPrefix() },
    };
    await migrate(config.mysql);
    desk = await openSite(config);
  });
  afterAll(async () => {
    await desk.close();
    await server.kill();
  });

  test('goes by INSERT', async () => {
    const { jobId, batchId } = await startIssue(desk, { type: 'month', count: 20_000 });
    expect(await desk.settled(jobId)).toMatchObject({ state: 'done', done: 20_000 });
    const cards = await cardsOf(desk, batchId);
    expect(new Set(cards.map((card) => card.key_hash)).size).toBe(20_000);
  });
});
