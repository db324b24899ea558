import type { AuditRow } from '../../contract/audit.js';
import type { LocalizedText } from '../../contract/text.js';
import type { Sql } from '../../data/mysql/database.js';
import { keyParameter } from '../../data/write/row-writer.js';
import { readJobError, translateJobError } from '../../jobs/job-error.js';
import { maskedSql } from '../cards/rows.js';
import { type Entry, placesOf, sampleOf } from './entry.js';

const cardHash = /^[0-9a-f]{64}$/;
const batch = /^batch:(\d+)$/;

/** Whether an entry's things may be cards and batches: elsewhere a user may be called like one. */
const isOfCards = ({ operation }: Entry): boolean => operation.startsWith('cards.') || operation === 'audit.undo';

/** What people call the cards and batches that entries name by hash and id; one that no longer exists is absent. */
export interface TargetNames {
  readonly cards: ReadonlyMap<string, string>;
  readonly batches: ReadonlyMap<string, string>;
}

/** The names of everything in the samples of a page, by two look-ups. `batches`: whether the site has their table. */
export async function targetNames(sql: Sql, entries: readonly Entry[], batches: boolean): Promise<TargetNames> {
  const targets = [...new Set(entries.filter(isOfCards).flatMap(sampleOf))];
  const hashes = targets.filter((target) => cardHash.test(target));
  const ids = batches ? targets.flatMap((target) => batch.exec(target)?.[1] ?? []) : [];
  const [cards, notes] = await Promise.all([
    hashes.length === 0
      ? []
      : sql.rows<{ key_hash: string; masked: string }>(
          `SELECT c.key_hash, ${maskedSql} AS masked FROM card_keys c WHERE c.key_hash IN (?)`,
          [hashes],
        ),
    ids.length === 0
      ? []
      : sql.rows<{ id: string | number; name: string | null }>(
          "SELECT id, COALESCE(NULLIF(note, ''), NULLIF(channel, '')) AS name FROM console_card_batches WHERE id IN (?)",
          [ids.map(keyParameter)],
        ),
  ]);
  return {
    cards: new Map(cards.map((row) => [row.key_hash, row.masked])),
    batches: new Map(notes.flatMap(({ id, name }) => (name === null ? [] : [[String(id), name]]))),
  };
}

/** What an entry changed, as people call it and count it, and why it failed, in their language. */
export function shownTargets(
  entry: Entry,
  names: TargetNames,
  say: (text: LocalizedText) => string,
): Pick<AuditRow, 'amount' | 'names' | 'error'> {
  return {
    amount: amountOf(entry),
    names: sampleOf(entry).map((target) => (isOfCards(entry) ? nameOf(target, names, say) : target)),
    error: entry.error === null ? null : translateJobError(readJobError(entry.error), say),
  };
}

/** A target as people call it: a username as it is, a card by its masked key, a batch by its number and note. */
function nameOf(target: string, names: TargetNames, say: (text: LocalizedText) => string): string {
  const id = batch.exec(target)?.[1];
  if (id !== undefined) {
    const name = names.batches.get(id);
    return `${say({ zh: `批次 #${id}`, en: `batch #${id}` })}${name === undefined ? '' : ` ${name}`}`;
  }
  if (!cardHash.test(target)) return target;
  return names.cards.get(target) ?? say({ zh: '已删除的卡密', en: 'a deleted key' });
}

/**
 * How many things an entry changed. A batch that was filled or emptied stands first; what counts is its cards, or who
 * got them. Where they are not named one by one, the entry counts their rows.
 */
function amountOf(entry: Entry): number {
  const [first = ''] = sampleOf(entry);
  if (!isOfCards(entry) || !batch.test(first)) return entry.targets;
  return entry.targets > 1 ? entry.targets - 1 : Math.max(1, placesOf(entry)['database'] ?? 0);
}
