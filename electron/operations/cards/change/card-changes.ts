import { AdminConfig } from '../../../data/write/admin-config.js';
import type { Change } from '../../../data/write/audited-change.js';
import { databaseNow } from '../../../domain/clock.js';
import type { Card, CardRow, Mark, RecordRow } from '../../../domain/cards/rows.js';
import { type CardHolder, CardUnitOfWork } from '../../../domain/cards/unit-of-work.js';
import type { Sql } from '../../../data/mysql/database.js';
import type { Site } from '../../../data/site.js';
import { recordStep } from '../../kit/record-step.js';
import { batchEnds, cardColumns, type Read, rowsById, rowsIn } from './rows.js';

/** A user whose row is locked. */
export interface LockedCardUser extends CardHolder {
  readonly id: string;
  readonly banned: number | null;
}

/** What to load: cards by id, and users by their stored names. */
export interface WantedRows {
  readonly cards?: readonly string[];
  readonly users?: readonly string[];
}

/**
 * The console's unit of work for cards. It loads many cards and users with a few statements, locks them in the lock
 * order of data/write/admin-config.ts, and makes images for the audit. A preview uses it on a plain connection, without
 * locks and writes.
 *
 * Each bind, unbind, revoke … is one step and ends with `recordStep`, which writes it into the audit under the card's
 * hash with everything that it changed: the user's other cards, the records, the marks, the config entry. So an undo
 * goes back step by step.
 */
export class CardChanges extends CardUnitOfWork<LockedCardUser> {
  /** Reads the rows. With `lock` they are locked in that order until the transaction ends. */
  static async load(sql: Sql, wanted: WantedRows, lock: boolean): Promise<CardChanges> {
    const suffix = lock ? ' FOR UPDATE' : '';
    const config = lock ? await AdminConfig.lock(sql) : await AdminConfig.read(sql);
    const ids = wanted.cards ?? [];
    const holders = await rowsById<{ username: string }>(
      sql,
      'SELECT DISTINCT u.username FROM card_keys c JOIN users u ON u.username = c.bound_to WHERE c.id IN (?)',
      ids,
    );
    const names = [...(wanted.users ?? []), ...holders.map((row) => row.username)];
    const users = await rowsIn<Read<LockedCardUser, 'id'>>(
      sql,
      `SELECT id, username, role, banned, created_at FROM users WHERE username IN (?) ORDER BY id${suffix}`,
      names,
    );
    const own = await rowsById<CardRow>(
      sql,
      `SELECT ${cardColumns} FROM card_keys c WHERE c.id IN (?) ORDER BY c.id${suffix}`,
      ids,
    );
    const theirs = await rowsIn<CardRow & { readonly holder: string }>(
      sql,
      `SELECT ${cardColumns}, u.username AS holder FROM users u JOIN card_keys c ON c.bound_to = u.username WHERE u.username IN (?) ORDER BY c.id${suffix}`,
      users.map((user) => user.username),
    );
    await config.load(users.map((user) => user.username));
    const held = new CardChanges(await databaseNow(sql), config);
    for (const user of users) held.addUser({ ...user, id: String(user.id) });
    for (const { holder, ...card } of theirs) held.addCard(card, holder);
    for (const card of own) held.addCard(card);
    await held.#loadRest(sql, suffix);
    return held;
  }

  async #loadRest(sql: Sql, suffix: string): Promise<void> {
    const cards = [...this.cards.values()];
    const hashes = cards.map((card) => card.key_hash);
    const records = await rowsIn<RecordRow>(
      sql,
      `SELECT * FROM user_card_keys WHERE key_hash IN (?) ORDER BY id${suffix}`,
      hashes,
    );
    const owners = await rowsIn<{ id: string; owner: string }>(
      sql,
      'SELECT k.id, u.username AS owner FROM user_card_keys k JOIN users u ON u.username = k.username WHERE k.key_hash IN (?)',
      hashes,
    );
    const ownerOf = new Map(owners.map(({ id, owner }) => [id, owner]));
    for (const record of records) this.addHeldRecord(record, ownerOf.get(record.id));
    const marks = await rowsById<Read<Mark, 'card_id' | 'audit_id'>>(
      sql,
      `SELECT card_id, key_hash, revoked_at, revoked_by, reason, replaced_by, replaces, audit_id FROM console_card_marks WHERE card_id IN (?)${suffix}`,
      cards.map((card) => card.id),
    );
    for (const mark of marks)
      this.marks.hold({ ...mark, card_id: String(mark.card_id), audit_id: String(mark.audit_id) });
  }

  /** Loads the expiries that the batches of these cards have. Call it before `unbindCard`. */
  async loadBatchEnds(sql: Sql, ids: readonly string[]): Promise<void> {
    this.setBatchEnds(await batchEnds(sql, ids));
  }

  /** Ends the step of a card: its images, and the caches that are now out of date. */
  recordStep(change: Change, { keys }: Site, card: Card): void {
    recordStep(change, keys, this, 'card', card.key_hash);
  }

  /** Writes everything, once, at the end. */
  async write(change: Change): Promise<void> {
    const rows = await this.writeRows(change.tx);
    await this.config.save(change.tx);
    change.tally('database', rows);
  }
}
