import { asOne } from '../../data/mysql/collation.js';
import type { Sql } from '../../data/mysql/database.js';
import { tables } from '../../data/tables.js';
import { type Imaged, keyIn, textOf, worksOf } from '../../data/write/row-images.js';
import { chunked } from '../../data/write/row-writer.js';
import type { UndoRule } from '../undo-rule.js';
import { mayBind } from './owners.js';

/** The rule for an undo that restores cards or records of cards. */
export const cardsUndo: UndoRule = { conflicts: ownedMeanwhile };

/**
 * Targets whose going back would make two users look like members by one key: a card that was given to somebody else
 * while it was free, or a user's record of a card that somebody else has bound since.
 */
async function ownedMeanwhile(sql: Sql, things: readonly Imaged[], lock: boolean): Promise<ReadonlySet<string>> {
  const moved = new Set<string>();
  const records = worksOf(things, 'user_card_keys', tables.user_card_keys);
  const imaged = new Set(records.map((work) => keyIn(work, tables.user_card_keys)));
  const bound = worksOf(things, 'card_keys', tables.card_keys).filter(
    ({ before, after }) => before?.['status'] === 'used' && after !== null && after['status'] !== 'used',
  );
  for (const batch of chunked(bound, 1_000)) {
    const rows = await sql.rows<{ id: string; key_hash: string; username: string }>(
      'SELECT k.id, k.key_hash, u.username FROM user_card_keys k JOIN users u ON u.username = k.username WHERE k.key_hash IN (?)',
      [batch.map(({ before }) => textOf(before?.['key_hash']))],
    );
    const others = rows.filter((row) => !imaged.has(row.id));
    for (const { target, before } of batch) {
      const owners = others.filter((row) => row.key_hash === before?.['key_hash']).map((row) => row.username);
      if (!mayBind(owners, textOf(before?.['bound_to']))) moved.add(target);
    }
  }
  const returning = records.flatMap(({ target, before, after }) =>
    before !== null && after === null ? [{ target, before }] : [],
  );
  for (const batch of chunked(returning, 1_000)) {
    const rows = await sql.rows<{ key_hash: string; bound_to: string | null }>(
      `SELECT key_hash, bound_to FROM card_keys WHERE key_hash IN (?)${lock ? ' FOR UPDATE' : ''}`,
      [batch.map(({ before }) => textOf(before['key_hash']))],
    );
    const holders = new Map(rows.map((row) => [row.key_hash, row.bound_to]));
    for (const { target, before } of batch) {
      const holder = holders.get(textOf(before['key_hash'])) ?? null;
      const known = [before['username'], before['used_by']].some((name) => asOne(textOf(name), holder ?? ''));
      if (holder !== null && !known) moved.add(target);
    }
  }
  return moved;
}
