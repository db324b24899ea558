import { type AdminConfig, sameJson } from '../../data/write/admin-config.js';
import { membershipColumns } from '../../data/config/entry-fields.js';
import type { UserCardKeyInfo } from '../../data/types.js';
import { TrackedRows } from '../tracked-rows.js';
import { EntryUnitOfWork } from '../unit-of-work.js';
import { expiryWith } from './expiry.js';
import { byLongest, infoOf } from './membership.js';
import type { Card, CardRow, Mark, RecordRow } from './rows.js';
import { recordState } from './records.js';

/** The card-related columns of a user whose row is locked. */
export interface CardHolder {
  readonly username: string;
  readonly role: string;
  readonly created_at: string | null;
}

/**
 * One change of cards, with all other cards of the users they are bound to, the users' records of them, marks and the
 * config: it happens in memory by the rules of rules.ts, and is written once. The caller reads the rows, locks them
 * until the transaction ends, and adds them (`add…`): the console many with a few statements, the site's storage those
 * of one user. Without locks and writes it serves a preview. Lock order: config, users, cards, records, marks.
 */
export class CardUnitOfWork<User extends CardHolder = CardHolder> extends EntryUnitOfWork {
  /** The server's clock, to the second: decides what is expired. */
  readonly now: string;
  readonly #images: boolean;
  readonly cards = this.track(new TrackedRows<Card>('card_keys'));
  readonly records = this.track(new TrackedRows<RecordRow>('user_card_keys'));
  readonly marks = this.track(new TrackedRows<Mark>('console_card_marks'));
  readonly #users = new Map<string, User>();
  /** Stored name of the user who has a card, by the card's id. */
  readonly #holders = new Map<string, string>();
  readonly #cardsOf = new Map<string, Set<string>>();
  /** Ids of the records of a card, by its hash. */
  readonly #byHash = new Map<string, RecordRow['id'][]>();
  /** Stored name of a record's owner, by the record's id; none for a record of a deleted user. */
  readonly #owners = new Map<RecordRow['id'], string>();
  #batchEnds: ReadonlyMap<string, string> = new Map();

  /**
   * `now`: UTC text, read from the server once the cards are locked. `images`: false if the caller needs no images of
   * the entries (`endStep`).
   */
  constructor(now: string, config: AdminConfig, images = true) {
    super(config);
    this.now = now;
    this.#images = images;
  }

  addUser(user: User): void {
    this.#users.set(user.username, user);
  }

  /** Adds a card as it was read; a known one stays unchanged. `holder`: the stored name of the user who has it. */
  addCard(card: CardRow, holder?: string): Card {
    const id = String(card.id);
    this.cards.hold({ ...card, id });
    if (holder !== undefined) this.assign(id, holder);
    return this.cards.get(id) ?? { ...card, id };
  }

  /** Adds a record as it was read. `owner`: the stored name of its user, if there is one. */
  addHeldRecord(record: RecordRow, owner: string | undefined): void {
    this.records.hold(record);
    this.#file(record);
    if (owner !== undefined) this.#owners.set(record.id, owner);
  }

  /** Sets the cards' original ends from their batches, by the card's id; call it before `unbindCard`. */
  setBatchEnds(ends: ReadonlyMap<string, string>): void {
    this.#batchEnds = ends;
  }

  batchEnd(id: string): string | undefined {
    return this.#batchEnds.get(id);
  }

  user(username: string): User | undefined {
    return this.#users.get(username);
  }

  /**
   * The user who has a card; undefined if no one has it, or if the user is not loaded because they got it only
   * afterwards.
   */
  holderOf(card: Card): User | undefined {
    const name = this.#holders.get(card.id);
    return name === undefined ? undefined : this.#users.get(name);
  }

  /** A user's cards in membership order, the one that lasts longest first. */
  cardsOf(username: string): Card[] {
    return [...(this.#cardsOf.get(username) ?? [])].flatMap((id) => this.cards.get(id) ?? []).sort(byLongest);
  }

  recordsOf(card: Card): RecordRow[] {
    return (this.#byHash.get(hashKey(card.key_hash)) ?? []).flatMap((id) => this.records.get(id) ?? []);
  }

  /** The users to whom a card was given, as spelled in `users`. */
  ownersOf(card: Card): string[] {
    return this.recordsOf(card).flatMap((record) => this.#owners.get(record.id) ?? []);
  }

  /** Adds a new record of a card for a user. */
  addRecord(record: RecordRow): void {
    this.records.insert(record);
    this.#file(record);
    this.#owners.set(record.id, record.username);
  }

  /** The membership from a user's cards, expired or not; undefined if the user never had one. */
  membershipOf(username: string): UserCardKeyInfo | undefined {
    const [card] = this.cardsOf(username);
    return card === undefined ? undefined : infoOf(card);
  }

  /** When a user's membership ends by their cards; null if the user never had one. */
  endOf(username: string): string | null {
    return this.cardsOf(username)[0]?.expires_at ?? null;
  }

  /** The end that a membership would have with this card; throws invalid_input if the database cannot store it. */
  endWith(card: Pick<Card, 'created_at' | 'expires_at'>, username: string): string {
    return expiryWith(card, this.cardsOf(username)[0], this.now);
  }

  /** False if the membership would end later than the database can store. */
  fits(card: Card, username: string): boolean {
    try {
      this.endWith(card, username);
      return true;
    } catch {
      return false;
    }
  }

  /** Gives a card to this user. */
  assign(id: string, username: string): void {
    this.#holders.set(id, username);
    const ids = this.#cardsOf.get(username);
    if (ids === undefined) this.#cardsOf.set(username, new Set([id]));
    else ids.add(id);
  }

  /** Takes a card from this user. */
  release(id: string, username: string): void {
    this.#holders.delete(id);
    this.#cardsOf.get(username)?.delete(id);
  }

  /** Sets the records of the card with this hash. */
  fileRecords(hash: string, records: readonly RecordRow[]): void {
    this.#byHash.set(
      hashKey(hash),
      records.map((record) => record.id),
    );
  }

  /** Copies the cards' values into their records. */
  mirror(cards: readonly Card[]): void {
    for (const card of cards)
      for (const record of this.recordsOf(card)) this.records.edit(record, recordState(card, record.used_by));
  }

  /** Sets the membership in a user's loaded config entry from their cards. */
  syncEntry(user: CardHolder): void {
    const [card] = this.cardsOf(user.username);
    const info = card === undefined ? undefined : infoOf(card);
    if (!this.#images && this.config.follow(user.username, membershipColumns(card), 'cardKey', info)) return;
    const entry = this.config.entry(user.username);
    // An entry that follows the cards may already have this value.
    this.config.note(user.username);
    if (entry === null ? info === undefined : sameJson(entry['cardKey'], info)) return;
    const owner = { username: user.username, role: user.role, createdAt: user.created_at };
    this.editEntry(owner, { cardKey: info }, true);
  }

  #file(record: RecordRow): void {
    const hash = hashKey(record.key_hash);
    this.#byHash.set(hash, [...(this.#byHash.get(hash) ?? []), record.id]);
  }
}

/** Hashes are hex, and the columns ignore case. */
function hashKey(hash: string): string {
  return hash.toLowerCase();
}
