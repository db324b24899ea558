import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addCards,
  batchesOfCards,
  digestOf,
  formatsOf,
  createBatch,
  rangesOf,
  reserveIds,
} from '../../../electron/operations/cards/batch-store.js';
import { hashOf, makeKeys } from '../../../electron/operations/cards/key.js';
import type { Change } from '../../../electron/data/write/audited-change.js';
import { engines } from '../../sandbox/database.js';
import { author, codeOf, openTestSite, type TestSite } from '../helpers.js';

const format = { kind: 'grouped', prefix: '', symbols: 16, group: 4 } as const;

describe.each(engines())('the book of batches on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => (desk = await openTestSite(engine)));
  afterAll(() => desk.close());

  const change = async <T>(work: (change: Change) => Promise<T>): Promise<T> =>
    (await desk.change('cards.issue', work)).value;
  const open = (wanted: number): Promise<string> =>
    change((chunk) => createBatch(chunk, author, { kind: 'reissue', type: 'month', wanted, format, note: 'n' }));
  const cards = (keys: readonly string[]) =>
    keys.map((key) => ({
      key,
      type: 'month' as const,
      createdAt: '2026-01-02T03:04:05Z',
      expiresAt: '2037-01-01T00:00:00.000Z',
    }));

  test('adds cards in the order given, sorted by hash within their range, and counts them', async () => {
    const batch = await open(300);
    const keys = makeKeys(format, 300);
    const added = await change((chunk) => addCards(chunk.tx, batch, cards(keys)));
    expect(added.map((card) => card.hash)).toEqual(keys.map(hashOf));
    const rows = await desk.site.db.rows<Record<string, string>>(
      'SELECT id, key_hash, plain_key, status, created_at, expires_at FROM card_keys ORDER BY id',
    );
    expect(new Map(rows.map((row) => [row['id'], row['plain_key']]))).toEqual(
      new Map(added.map((card, at) => [card.id, keys[at]])),
    );
    expect(rows.map((row) => row['key_hash'])).toEqual(keys.map(hashOf).sort());
    expect(rows[0]).toMatchObject({
      status: 'unused',
      created_at: '2026-01-02 03:04:05',
      expires_at: '2037-01-01 00:00:00',
    });
    const [range] = await desk.site.db.rows<Record<string, string>>(
      'SELECT r.*, b.issued FROM console_card_ranges r JOIN console_card_batches b ON b.id = r.batch_id WHERE b.id = ?',
      [batch],
    );
    expect(range).toMatchObject({
      cards: 300,
      issued: 300,
      digest: digestOf(rows.map((row) => row['key_hash'] ?? '')),
    });
    expect(await rangesOf(desk.site.db, batch)).toEqual([{ first: rows[0]?.['id'], last: rows[299]?.['id'] }]);
    const ids = [...added.map((card) => card.id), '1', '999999999999'];
    const found = await batchesOfCards(desk.site.db, ids);
    expect(found.size).toBe(300);
    expect(found.get(added[7]?.id ?? '')).toBe(batch);
    expect(await formatsOf(desk.site.db)).toEqual([format]);
  });

  test('lets nobody else in between', async () => {
    const [one, other] = [await open(10), await open(10)];
    const insert = (): Promise<unknown> =>
      desk.site.db.run(
        "INSERT INTO card_keys (key_hash, plain_key, key_type, expires_at) VALUES (UUID(), 'x', 'week', UTC_TIMESTAMP())",
      );
    const work = (batch: string) => (): Promise<unknown> =>
      change((chunk) => addCards(chunk.tx, batch, cards(makeKeys(format, 5))));
    await Promise.all(
      [work(one), insert, work(other), insert, work(one), work(other), insert, insert].map((start) => start()),
    );
    for (const batch of [one, other]) {
      for (const { first, last } of await rangesOf(desk.site.db, batch)) {
        const [row] = await desk.site.db.rows<{ foreign: string }>(
          "SELECT SUM(plain_key = 'x') AS `foreign` FROM card_keys WHERE id BETWEEN ? AND ?",
          [BigInt(first), BigInt(last)],
        );
        expect(Number(row?.foreign)).toBe(0);
      }
    }
  });

  test('takes ids that nobody gets from the table, and leaves no row of its own', async () => {
    const before = await desk.site.db.rows('SELECT COUNT(*) AS n FROM card_keys');
    const first = await desk.site.db.transaction((tx) => reserveIds(tx, 1_000));
    expect(await desk.site.db.rows('SELECT COUNT(*) AS n FROM card_keys')).toEqual(before);
    const { insertId } = await desk.site.db.run(
      "INSERT INTO card_keys (key_hash, plain_key, key_type, expires_at) VALUES (UUID(), 'y', 'week', UTC_TIMESTAMP())",
    );
    expect(BigInt(insertId)).toBeGreaterThanOrEqual(first + 1_000n);
  });

  test('refuses a key that is there, and then keeps none of the others', async () => {
    const batch = await open(2);
    const [key = '', fresh = ''] = makeKeys(format, 2);
    await change((chunk) => addCards(chunk.tx, batch, cards([key])));
    expect(await codeOf(change((chunk) => addCards(chunk.tx, batch, cards([fresh, key]))))).toBe('conflict');
    expect(await desk.site.db.rows('SELECT id FROM card_keys WHERE key_hash = ?', [hashOf(fresh)])).toEqual([]);
    expect(await desk.site.db.rows('SELECT issued FROM console_card_batches WHERE id = ?', [batch])).toEqual([
      { issued: 1 },
    ]);
  });
});
