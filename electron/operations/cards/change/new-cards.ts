import { type KeyFormat, keyFormat } from '../../../contract/cards-issue.js';
import type { CardType } from '../../../contract/cards-list.js';
import type { Sql, Transaction } from '../../../data/mysql/database.js';
import { addCards, batchesOfCards } from '../batch-store.js';
import { makeKeys } from '../key.js';
import type { Card } from '../../../domain/cards/rows.js';
import type { CardChanges } from './card-changes.js';
import { rowsById } from './rows.js';

/** The format of new keys if nothing else is given. */
export const usualFormat: KeyFormat = keyFormat.parse({ kind: 'grouped' });
const siteFormat: KeyFormat = { kind: 'site' };

/** A card to create. */
export interface Making {
  readonly type: CardType;
  readonly format: KeyFormat;
  /** null if it is unknown when the replaced card was created. */
  readonly createdAt: string | null;
  readonly expiresAt: string;
}

/** Creates unused cards of a batch, in the given order. The caller adopts each card in its own step. */
export async function makeCards(sql: Transaction, batchId: string, makings: readonly Making[]): Promise<Card[]> {
  const keys = makings.map(({ format }) => makeKeys(format, 1)[0] ?? '');
  const added = await addCards(
    sql,
    batchId,
    makings.map((making, at) => ({ key: keys[at] ?? '', ...making })),
  );
  return makings.flatMap((making, at): Card[] => {
    const card = added[at];
    if (card === undefined) return [];
    return [
      {
        id: card.id,
        key_hash: card.hash,
        plain_key: keys[at] ?? '',
        key_type: making.type,
        status: 'unused',
        created_at: making.createdAt,
        expires_at: making.expiresAt,
        bound_to: null,
        bound_at: null,
      },
    ];
  });
}

/** The format of cards' keys, by the card's id: the format of their batch, or else the site's own. */
export async function formatsOfCards(sql: Sql, ids: readonly string[]): Promise<(id: string) => KeyFormat> {
  const batchOf = await batchesOfCards(sql, ids);
  const rows = await rowsById<{ id: string | number; format: string | null }>(
    sql,
    'SELECT id, format FROM console_card_batches WHERE id IN (?)',
    [...batchOf.values()],
  );
  const formats = new Map<string, KeyFormat>();
  for (const row of rows) {
    const read = keyFormat.safeParse(row.format === null ? null : JSON.parse(row.format));
    if (read.success) formats.set(String(row.id), read.data);
  }
  return (id) => formats.get(batchOf.get(id) ?? '') ?? siteFormat;
}

/** The only value of a list; undefined if there are several. */
export function common<T>(values: readonly T[]): T | undefined {
  const [first] = values;
  return values.every((value) => JSON.stringify(value) === JSON.stringify(first)) ? first : undefined;
}

/** Cards with these ids, as they are now in memory. */
export function heldCards(held: CardChanges, ids: readonly string[]): Card[] {
  return ids.flatMap((id) => held.cards.get(id) ?? []);
}
