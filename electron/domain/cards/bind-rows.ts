import type { Transaction } from '../../data/mysql/database.js';
import { nowAsTold } from '../clock.js';
import { byLongest } from './membership.js';
import { type CardRow, cardColumns, type RecordRow, recordColumns } from './rows.js';

/** The rows a bind locks: the card, the cards its user already has, and the users' records of all of them. */
export interface BindRows {
  readonly card: CardRow;
  /** The user's cards in membership order: the one that lasts longest first. */
  readonly theirs: readonly CardRow[];
  readonly records: readonly RecordRow[];
  /** The server's clock once all of it is locked. */
  readonly now: string;
}

/** Columns of one of the joined tables, with their names in the result. */
const named = (prefix: string, columns: string): (readonly [column: string, name: string])[] =>
  columns.split(', ').map((column) => [column, `${prefix}${column}`]);
const cardNames = named('card_', cardColumns);
const recordNames = named('record_', recordColumns);

const listed = (table: string, names: typeof cardNames): string =>
  names.map(([column, name]) => `${table}.${column} AS ${name}`).join(', ');

// One half by the card's hash and one by its user, so that each finds its rows by a key: a statement locks every row it
// scans.
const half = (wanted: 0 | 1, where: string): string =>
  `(SELECT ${String(wanted)} AS wanted, UTC_TIMESTAMP() AS began, ${listed('c', cardNames)}, ${listed('r', recordNames)}
    FROM card_keys c LEFT JOIN user_card_keys r ON r.key_hash = c.key_hash WHERE c.${where} = ? FOR UPDATE)`;
const bindRows = `${half(1, 'key_hash')} UNION ALL ${half(0, 'bound_to')}`;

type JoinedRow = Readonly<Record<string, string | number | null>>;

/**
 * Locks a card, the cards of a user (whose row the caller has locked), and all records of both, in one statement. Waits
 * for records that are being written without a lock on the card. Undefined if there is no such card.
 */
export async function holdBindRows(tx: Transaction, username: string, keyHash: string): Promise<BindRows | undefined> {
  const sent = performance.now();
  const rows = await tx.prepared<JoinedRow>(bindRows, [keyHash, username]);
  const [first] = rows;
  if (first === undefined) return undefined;
  const cards = new Map<string, CardRow>();
  const records = new Map<string, RecordRow>();
  let wanted: CardRow | undefined;
  const theirs = new Set<CardRow>();
  for (const row of rows) {
    const id = String(row['card_id']);
    const card = cards.get(id) ?? (part(row, cardNames) as CardRow);
    cards.set(id, card);
    if (Number(row['wanted']) === 1) wanted = card;
    else theirs.add(card);
    if (row['record_id'] !== null) records.set(String(row['record_id']), part(row, recordNames) as RecordRow);
  }
  if (wanted === undefined) return undefined;
  return {
    card: wanted,
    theirs: [...theirs].sort(byLongest),
    records: [...records.values()],
    // Read once everything is locked: a card that expires while this waits counts as expired.
    now: await nowAsTold(tx, String(first['began']), sent),
  };
}

/** The columns of one of the joined tables. */
function part(row: JoinedRow, names: typeof cardNames): JoinedRow {
  const values: Record<string, string | number | null> = {};
  for (const [column, name] of names) values[column] = row[name] ?? null;
  return values;
}
