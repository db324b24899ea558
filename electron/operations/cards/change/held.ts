import { AdminConfig, type EntryImages, sameJson } from '../../../data/write/admin-config.js';
import type { Change } from '../../../data/write/change.js';
import { databaseNow, expiryWith } from '../../../domain/cards/bind.js';
import { infoOf } from '../../../domain/cards/membership.js';
import type { Sql } from '../../../data/mysql/database.js';
import type { Site } from '../../../data/site.js';
import {
  batchEnds,
  type Card,
  cardColumns,
  type CardRecord,
  type HeldUser,
  type Mark,
  type Read,
  rowsById,
  rowsIn,
} from './rows.js';
import { HeldTable } from './table.js';

/** What to take: cards by id, and users by their stored names. */
export interface Wanted {
  readonly cards?: readonly string[];
  readonly users?: readonly string[];
}

/**
 * Cards, whoever they are bound to, all other cards of those, records, marks and the config: read once, held until the transaction ends,
 * changed in memory by the rules of rules.ts, written once. The same over a plain connection, without locks and writes, is what a preview looks at.
 * Lock order of the house: config, users, cards, records, marks.
 *
 * Each of bind, unbind, revoke … is one step and ends with `done`, which writes it into the audit under the card's hash with all that it moved:
 * the user's other cards, the records, the marks, the config entry. So an undo goes back step by step.
 */
export class Held {
  /** The server's clock, to the second. */
  readonly now: string;
  readonly cards = new HeldTable<Card>({
    table: 'card_keys',
    key: 'id',
    always: ['id', 'key_hash'],
    never: ['plain_key'],
  });
  readonly records = new HeldTable<CardRecord>({ table: 'user_card_keys', key: 'id', always: ['id'] });
  readonly marks = new HeldTable<Mark>({ table: 'console_card_marks', key: 'card_id', always: ['card_id'] });
  readonly #config: AdminConfig;
  readonly #users = new Map<string, HeldUser>();
  /** Stored name of who has a card, by its id. */
  readonly #holders = new Map<string, string>();
  readonly #cardsOf = new Map<string, Set<string>>();
  readonly #byHash = new Map<string, CardRecord['id'][]>();
  /** Stored name of whose a record is, by its id; none for a record whose user is gone. */
  readonly #owners = new Map<CardRecord['id'], string>();
  #batchEnds: ReadonlyMap<string, string> = new Map();
  #entries: EntryImages = { before: [], after: [] };

  private constructor(now: string, config: AdminConfig) {
    this.now = now;
    this.#config = config;
  }

  /** Reads, with `lock` in the order of the house and until the transaction ends. */
  static async take(sql: Sql, wanted: Wanted, lock: boolean): Promise<Held> {
    const suffix = lock ? ' FOR UPDATE' : '';
    const config = lock ? await AdminConfig.lock(sql) : await AdminConfig.read(sql);
    const ids = wanted.cards ?? [];
    const holders = await rowsById<{ username: string }>(
      sql,
      'SELECT DISTINCT u.username FROM card_keys c JOIN users u ON u.username = c.bound_to WHERE c.id IN (?)',
      ids,
    );
    const names = [...(wanted.users ?? []), ...holders.map((row) => row.username)];
    const users = await rowsIn<Read<HeldUser, 'id'>>(
      sql,
      `SELECT id, username, role, banned, created_at FROM users WHERE username IN (?) ORDER BY id${suffix}`,
      names,
    );
    const own = await rowsById<Read<Card, 'id'>>(
      sql,
      `SELECT ${cardColumns} FROM card_keys c WHERE c.id IN (?) ORDER BY c.id${suffix}`,
      ids,
    );
    const theirs = await rowsIn<Read<Card, 'id'> & { readonly holder: string }>(
      sql,
      `SELECT ${cardColumns}, u.username AS holder FROM users u JOIN card_keys c ON c.bound_to = u.username WHERE u.username IN (?) ORDER BY c.id${suffix}`,
      users.map((user) => user.username),
    );
    await config.load(users.map((user) => user.username));
    const held = new Held(await databaseNow(sql), config);
    for (const user of users) held.#users.set(user.username, { ...user, id: String(user.id) });
    for (const { holder, ...card } of theirs) {
      held.cards.hold({ ...card, id: String(card.id) });
      held.give(String(card.id), holder);
    }
    for (const card of own) held.cards.hold({ ...card, id: String(card.id) });
    await held.#takeRest(sql, suffix);
    return held;
  }

  async #takeRest(sql: Sql, suffix: string): Promise<void> {
    const cards = [...this.cards.values()];
    const hashes = cards.map((card) => card.key_hash);
    const records = await rowsIn<CardRecord>(
      sql,
      `SELECT * FROM user_card_keys WHERE key_hash IN (?) ORDER BY id${suffix}`,
      hashes,
    );
    for (const record of records) this.#holdRecord(record);
    const owners = await rowsIn<{ id: string; owner: string }>(
      sql,
      'SELECT k.id, u.username AS owner FROM user_card_keys k JOIN users u ON u.username = k.username WHERE k.key_hash IN (?)',
      hashes,
    );
    for (const { id, owner } of owners) this.#owners.set(id, owner);
    const marks = await rowsById<Read<Mark, 'card_id' | 'audit_id'>>(
      sql,
      `SELECT card_id, key_hash, revoked_at, revoked_by, reason, replaced_by, replaces, audit_id FROM console_card_marks WHERE card_id IN (?)${suffix}`,
      cards.map((card) => card.id),
    );
    for (const mark of marks)
      this.marks.hold({ ...mark, card_id: String(mark.card_id), audit_id: String(mark.audit_id) });
  }

  #holdRecord(record: CardRecord): void {
    this.records.hold(record);
    this.#byHash.set(record.key_hash, [...(this.#byHash.get(record.key_hash) ?? []), record.id]);
  }

  /** Learns when the batches of these cards say that they end; before `unbind`. */
  async learnEnds(sql: Sql, ids: readonly string[]): Promise<void> {
    this.#batchEnds = await batchEnds(sql, ids);
  }

  batchEnd(id: string): string | undefined {
    return this.#batchEnds.get(id);
  }

  user(username: string): HeldUser | undefined {
    return this.#users.get(username);
  }

  /** Who has a card; undefined for nobody, and for somebody who came to it since we looked. */
  holderOf(card: Card): HeldUser | undefined {
    const name = this.#holders.get(card.id);
    return name === undefined ? undefined : this.#users.get(name);
  }

  /** A user's cards, the one that lasts longest first, of equals the one bound last: as `cardsOf` of the storage. */
  cardsOf(username: string): Card[] {
    const found = [...(this.#cardsOf.get(username) ?? [])].flatMap((id) => this.cards.get(id) ?? []);
    return found.sort(
      (a, b) =>
        compare(b.expires_at, a.expires_at) ||
        compare(b.bound_at ?? '', a.bound_at ?? '') ||
        Number(BigInt(b.id) - BigInt(a.id)),
    );
  }

  recordsOf(card: Card): CardRecord[] {
    return (this.#byHash.get(card.key_hash) ?? []).flatMap((id) => this.records.get(id) ?? []);
  }

  /** To whom a card was given, as `users` spells them. */
  ownersOf(card: Card): string[] {
    return this.recordsOf(card).flatMap((record) => this.#owners.get(record.id) ?? []);
  }

  /** A user has a record of a card from here on. */
  addRecord(record: CardRecord): void {
    this.records.insert(record);
    this.#byHash.set(record.key_hash, [...(this.#byHash.get(record.key_hash) ?? []), record.id]);
    this.#owners.set(record.id, record.username);
  }

  /** When a user's membership ends, as their cards say; null for who never had one. */
  endOf(username: string): string | null {
    return this.cardsOf(username)[0]?.expires_at ?? null;
  }

  /** The end that a membership would have with this card; throws invalid_input where the database cannot hold it. */
  endWith(card: Pick<Card, 'created_at' | 'expires_at'>, username: string): string {
    return expiryWith(card, this.cardsOf(username)[0], this.now);
  }

  /** False where the membership would end later than the database can say. */
  fits(card: Card, username: string): boolean {
    try {
      this.endWith(card, username);
      return true;
    } catch {
      return false;
    }
  }

  /** A card is this user's from here on. */
  give(id: string, username: string): void {
    this.#holders.set(id, username);
    const ids = this.#cardsOf.get(username);
    if (ids === undefined) this.#cardsOf.set(username, new Set([id]));
    else ids.add(id);
  }

  /** A card is nobody's from here on. */
  takeFrom(id: string, username: string): void {
    this.#holders.delete(id);
    this.#cardsOf.get(username)?.delete(id);
  }

  /** Says which records are of the card with this hash. */
  fileRecords(hash: string, records: readonly CardRecord[]): void {
    this.#byHash.set(
      hash,
      records.map((record) => record.id),
    );
  }

  /** Makes the records of these cards say what the cards say, as `mirror` of the storage does. */
  mirror(cards: readonly Card[]): void {
    for (const card of cards) {
      for (const record of this.recordsOf(card)) {
        this.records.edit(record, {
          key_type: card.key_type,
          status: card.status,
          expires_at: card.expires_at,
          used_at: card.bound_at,
          used_by: card.status === 'used' ? (card.bound_to ?? record.used_by) : null,
        });
      }
    }
  }

  /** Makes a user's entry in the config say of the membership what the cards say. */
  syncEntry(user: HeldUser): void {
    const [card] = this.cardsOf(user.username);
    const info = card === undefined ? undefined : infoOf(card);
    const entry = this.#config.entry(user.username);
    if (entry === null ? info === undefined : sameJson(entry['cardKey'], info)) return;
    const owner = { username: user.username, role: user.role, createdAt: user.created_at };
    this.#entries = this.#config.edit(owner, { cardKey: info }, true);
  }

  /** Ends the step of a card: its images, and the caches that it outdates. */
  done(change: Change, { keys }: Site, card: Card): void {
    const [cards, records, marks] = [this.cards.images(), this.records.images(), this.marks.images()];
    const entries = this.#entries;
    this.#entries = { before: [], after: [] };
    change.touch({
      kind: 'card',
      target: card.key_hash,
      before: {
        card_keys: cards.before,
        user_card_keys: records.before,
        console_card_marks: marks.before,
        'config.users': entries.before,
      },
      after: {
        card_keys: cards.after,
        user_card_keys: records.after,
        console_card_marks: marks.after,
        'config.users': entries.after,
      },
    });
    const images = [...cards.before, ...cards.after];
    change.drop(images.map((row) => keys.of('cardKey', String(row['key_hash']))));
    const users = images.flatMap(({ bound_to: name }) => (typeof name === 'string' ? [name] : []));
    for (const { username } of [...entries.before, ...entries.after]) users.push(username);
    change.drop(users.map((name) => keys.of('userInfo', name)));
    if (entries.before.length + entries.after.length === 0) return;
    change.count('config', 1);
    change.drop([keys.of(this.#config.touched.family)]);
  }

  /** Writes everything; once, at the end. */
  async write(change: Change): Promise<void> {
    const rows = [
      await this.cards.write(change.tx),
      await this.records.write(change.tx),
      await this.marks.write(change.tx),
    ];
    await this.#config.save(change.tx);
    change.count(
      'database',
      rows.reduce((sum, count) => sum + count, 0),
    );
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
