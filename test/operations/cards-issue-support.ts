import { expect } from 'vitest';
import type { Issued } from '../../electron/contract/cards-issue.js';
import type { Input } from '../../electron/contract/index.js';
import { digestOf } from '../../electron/operations/cards/batch-store.js';
import type { TestSite } from './helpers.js';

/** Previews an issue and starts its job. */
export async function startIssue(desk: TestSite, input: Input<'cards.issue.preview'>): Promise<Issued> {
  const { fingerprint } = await desk.call('cards.issue.preview', input);
  return desk.call('cards.issue', { ...input, fingerprint });
}

export interface Held {
  readonly id: string;
  readonly key_hash: string;
  readonly plain_key: string;
  readonly key_type: string;
  readonly status: string;
  readonly created_at: string;
  readonly expires_at: string;
}

/** The cards of a batch as they stand in the table, by their ids; checked against the book's ranges, counts and digests. */
export async function cardsOf(desk: TestSite, batchId: string): Promise<Held[]> {
  const { db } = desk.site;
  const cards: Held[] = [];
  const ranges = await db.rows<{ first_id: string; last_id: string; cards: number; digest: string }>(
    'SELECT first_id, last_id, cards, digest FROM console_card_ranges WHERE batch_id = ? ORDER BY first_id',
    [batchId],
  );
  for (const range of ranges) {
    const rows = await db.rows<Held>(
      'SELECT id, key_hash, plain_key, key_type, status, created_at, expires_at FROM card_keys WHERE id BETWEEN ? AND ? ORDER BY id',
      [BigInt(range.first_id), BigInt(range.last_id)],
    );
    expect(rows).toHaveLength(range.cards);
    expect(digestOf(rows.map((row) => row.key_hash))).toBe(range.digest);
    cards.push(...rows);
  }
  const [batch] = await db.rows<{ issued: number }>('SELECT issued FROM console_card_batches WHERE id = ?', [batchId]);
  expect(batch?.issued).toBe(cards.length);
  return cards;
}
