import { createHash, randomUUID } from 'node:crypto';
import { type BatchKind, type KeyFormat, keyFormat } from '../../contract/cards-issue.js';
import type { CardType } from '../../contract/cards-list.js';
import { Refusal } from '../../contract/errors.js';
import type { Author, Change } from '../../data/write/audited-change.js';
import { type Parameter, type Sql, sqlTime, type Transaction } from '../../data/mysql/database.js';
import { errorNumber } from '../../data/mysql/errors.js';
import { chunked, keyParameter } from '../../data/write/row-writer.js';
import { hashOf } from './key.js';

/** Maximum number of cards that one statement adds. */
export const mostAtOnce = 2_000;

export interface NewBatch {
  readonly kind: BatchKind;
  /** null if its cards have several types. */
  readonly type: CardType | null;
  readonly wanted: number;
  readonly format?: KeyFormat;
  /** UTC, as ISO or in MySQL's form. Absent if its cards expire at different times. */
  readonly expiresAt?: string;
  readonly note?: string | null;
  readonly channel?: string | null;
}

/** Creates a batch, and records it in the audit as `batch:<id>`. `addCards` then adds cards to it. Returns its id. */
export async function createBatch(change: Change, author: Author, batch: NewBatch): Promise<string> {
  const { insertId } = await change.tx.run(
    `INSERT INTO console_card_batches (kind, key_type, wanted, format, expires_at, note, channel, operator, audit_id, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3))`,
    [
      batch.kind,
      batch.type,
      batch.wanted,
      batch.format === undefined ? null : JSON.stringify(batch.format),
      batch.expiresAt === undefined ? null : timeOf(batch.expiresAt),
      batch.note ?? null,
      batch.channel ?? null,
      author.operator,
      keyParameter(change.auditId),
    ],
  );
  change.record({ kind: 'card', target: `batch:${insertId}`, before: {}, after: {} });
  return insertId;
}

/**
 * Throws conflict if a batch was rolled back and that was not undone: its cards were not wanted, so no more are added.
 */
export async function checkNotRolledBack(sql: Sql, batchId: string): Promise<void> {
  const [rolledBack] = await sql.rows(
    `SELECT a.id FROM console_audit_targets t JOIN console_audit a ON a.id = t.audit_id
     WHERE t.target = ? AND a.operation = 'cards.batches.rollback' AND a.undone_by IS NULL LIMIT 1`,
    [`batch:${batchId}`],
  );
  if (rolledBack === undefined) return;
  throw new Refusal(
    'conflict',
    { zh: '这个批次已经回滚，任务不能继续', en: 'This batch was rolled back: the job that fills it cannot go on' },
    {
      hint: {
        zh: '先撤销回滚，或另开一个批次。',
        en: 'Undo the rollback first, or begin another batch.',
      },
    },
  );
}

export interface NewCard {
  /** The plain text, at most 64 characters. */
  readonly key: string;
  readonly type: CardType;
  /** `expired` only if `expiresAt` is in the past. */
  readonly status?: 'unused' | 'expired';
  /** UTC, as ISO or in MySQL's form. null if unknown. */
  readonly createdAt: string | null;
  readonly expiresAt: string;
}

export interface AddedCard {
  readonly id: string;
  readonly hash: string;
}

/**
 * Adds at most 2,000 cards to a batch and to its count. Their ids are consecutive, with no other cards between them.
 * Writes only `card_keys`, no record of a user. Returns ids and hashes in the given order. Throws conflict if one of
 * the keys already exists or is given twice.
 */
export async function addCards(tx: Transaction, batchId: string, cards: readonly NewCard[]): Promise<AddedCard[]> {
  if (cards.length === 0) return [];
  if (cards.length > mostAtOnce) throw new Error(`at most ${String(mostAtOnce)} cards at once`);
  const hashes = cards.map((card) => hashOf(card.key));
  const first = await reserveIds(tx, cards.length);
  // Sorted by hash, because neighbours in both indexes of the hash are then written together.
  const order = hashes.map((_, at) => at).sort((a, b) => ((hashes[a] ?? '') < (hashes[b] ?? '') ? -1 : 1));
  const added: AddedCard[] = hashes.map((hash) => ({ id: '', hash }));
  const rows = order.flatMap((at, place): Parameter[][] => {
    const card = cards[at];
    const hash = hashes[at];
    if (card === undefined || hash === undefined) return [];
    const id = first + BigInt(place);
    added[at] = { id: String(id), hash };
    const created = card.createdAt === null ? null : timeOf(card.createdAt);
    return [[id, hash, card.key, card.type, card.status ?? 'unused', created, timeOf(card.expiresAt)]];
  });
  try {
    await tx.run('INSERT INTO card_keys (id, key_hash, plain_key, key_type, status, created_at, expires_at) VALUES ?', [
      rows,
    ]);
  } catch (error) {
    throw errorNumber(error) === 1062 ? alreadyThere(error) : error;
  }
  const digest = digestOf(order.map((at) => hashes[at] ?? ''));
  await recordIdRange(tx, batchId, { first, cards: cards.length, digest });
  return added;
}

/** Records that a batch has this many more cards, with ids from `first` on. `digest` is made by `digestOf`. */
export async function recordIdRange(
  tx: Sql,
  batchId: string,
  { first, cards, digest }: { readonly first: bigint; readonly cards: number; readonly digest: string },
): Promise<void> {
  await tx.run('INSERT INTO console_card_ranges (first_id, last_id, batch_id, cards, digest) VALUES (?, ?, ?, ?, ?)', [
    first,
    first + BigInt(cards) - 1n,
    keyParameter(batchId),
    cards,
    digest,
  ]);
  await tx.run('UPDATE console_card_batches SET issued = issued + ? WHERE id = ?', [cards, keyParameter(batchId)]);
}

/** SHA-256 over the joined hashes (hex), in the order of their ids. */
export function digestOf(hashes: readonly string[]): string {
  return createHash('sha256').update(hashes.join('')).digest('hex');
}

/** The site's own cards may take this many ids between reading the counter and moving it. */
const margin = 200;
const lock = "CONCAT('moondesk-card-ids-', LEFT(SHA2(DATABASE(), 256), 32))";

/**
 * Reserves `count` consecutive ids of card_keys and returns the first. It moves the table's counter beyond them with a
 * row that is rolled back at once: InnoDB's counter does not go back. So no card whose id the table chooses gets one of
 * these ids. If somebody wrote one by hand, the PRIMARY KEY reports it. Only inside a transaction. Throws conflict if
 * the counter cannot be had.
 */
export async function reserveIds(tx: Transaction, count: number): Promise<bigint> {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    // Only one at a time: if two read the counter before either moves it, they get the same ids.
    const [got] = await tx.rows<{ got: string | number | null }>(`SELECT GET_LOCK(${lock}, 10) AS got`);
    if (Number(got?.got ?? 0) !== 1) continue;
    try {
      const first = await moveCounter(tx, count);
      const last = first + BigInt(count) - 1n;
      const [taken] = await tx.rows('SELECT id FROM card_keys WHERE id BETWEEN ? AND ? LIMIT 1', [first, last]);
      if (taken === undefined) return first;
    } finally {
      await tx.run(`DO RELEASE_LOCK(${lock})`);
    }
  }
  throw new Refusal(
    'conflict',
    { zh: '卡密表的编号一直被占用', en: 'Numbers of the table of card keys are being taken all the time' },
    { hint: { zh: '稍后再试一次。', en: 'Try again in a moment.' } },
  );
}

/** Returns the first of the ids. The rows that it inserts are rolled back. */
function moveCounter(tx: Transaction, count: number): Promise<bigint> {
  return tx.attempt(
    () => beyond(tx, count),
    () => false,
  );
}

async function beyond(tx: Sql, count: number): Promise<bigint> {
  const dummy =
    "INSERT INTO card_keys (id, key_hash, plain_key, key_type, expires_at) VALUES (?, ?, '-', 'week', UTC_TIMESTAMP())";
  const { insertId } = await tx.run(dummy, [null, `-${randomUUID()}`]);
  // Also beyond the recorded ranges: the counter of a restored or emptied table is lower than it was.
  const [range] = await tx.rows<{ last_id: string | number }>(
    'SELECT last_id FROM console_card_ranges ORDER BY first_id DESC LIMIT 1',
  );
  const booked = range === undefined ? 0n : BigInt(range.last_id);
  const counter = BigInt(insertId);
  const first = (counter > booked ? counter : booked) + BigInt(margin);
  try {
    await tx.run(dummy, [first + BigInt(count) - 1n, `-${randomUUID()}`]);
  } catch (error) {
    // Somebody wrote exactly this id by hand. The check of the range finds it.
    if (errorNumber(error) !== 1062) throw error;
  }
  return first;
}

/** Ids from `first` to `last`, both included. */
export interface IdRange {
  readonly first: string;
  readonly last: string;
}

/**
 * The id ranges of a batch in card_keys: ascending, with adjacent ranges joined. Cards that the site has deleted are
 * missing in the table.
 */
export async function rangesOf(sql: Sql, batchId: string): Promise<IdRange[]> {
  return joined(
    await sql.rows('SELECT first_id, last_id FROM console_card_ranges WHERE batch_id = ? ORDER BY first_id', [
      keyParameter(batchId),
    ]),
  );
}

/** Rows of console_card_ranges in the order of their ids, with adjacent ranges joined. */
export function joined(rows: readonly Record<'first_id' | 'last_id', string | number>[]): IdRange[] {
  const ranges: IdRange[] = [];
  for (const row of rows) {
    const [first, last] = [String(row.first_id), String(row.last_id)];
    const before = ranges[ranges.length - 1];
    if (before !== undefined && BigInt(before.last) + 1n === BigInt(first))
      ranges[ranges.length - 1] = { first: before.first, last };
    else ranges.push({ first, last });
  }
  return ranges;
}

/** The batch of each of these cards, by the card's id. Cards without a batch are missing. */
export async function batchesOfCards(sql: Sql, ids: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const some of chunked(ids, 200)) {
    // One look-up in the primary key per id: the range with the nearest first id at or below it.
    const looks = some.map(
      () =>
        '(SELECT first_id, last_id, batch_id FROM console_card_ranges WHERE first_id <= ? ORDER BY first_id DESC LIMIT 1)',
    );
    const rows = await sql.rows<{ first_id: string | number; last_id: string | number; batch_id: string | number }>(
      looks.join(' UNION '),
      some.map((id) => keyParameter(id)),
    );
    for (const id of some) {
      const at = BigInt(id);
      const range = rows.find((row) => BigInt(row.first_id) <= at && at <= BigInt(row.last_id));
      if (range !== undefined) found.set(id, String(range.batch_id));
    }
  }
  return found;
}

/** All formats of keys that were issued here, newest first, to recognise a pasted text. At most 50. */
export async function formatsOf(sql: Sql): Promise<KeyFormat[]> {
  const rows = await sql.rows<{ format: string }>(
    'SELECT format FROM console_card_batches WHERE format IS NOT NULL GROUP BY format ORDER BY MAX(id) DESC LIMIT 50',
  );
  return rows.flatMap(({ format }) => {
    const read = keyFormat.safeParse(JSON.parse(format));
    return read.success ? [read.data] : [];
  });
}

function timeOf(time: string): string {
  return time.includes('T') ? sqlTime(time) : time;
}

function alreadyThere(cause: unknown): Refusal {
  return new Refusal(
    'conflict',
    { zh: '其中有卡密已经存在', en: 'One of these card keys is there already' },
    { hint: { zh: '去掉已有的卡密再试一次。', en: 'Leave out those that are there, then try again.' }, cause },
  );
}
