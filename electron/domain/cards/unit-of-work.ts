import { type AdminConfig, sameJson } from '../../data/write/admin-config.js';
import { membershipColumns } from '../../data/config/entry-fields.js';
import type { UserCardKeyInfo } from '../../data/types.js';
import { TrackedRows } from '../tracked-rows.js';
import { UnitOfWork } from '../unit-of-work.js';
import { expiryWith } from './expiry.js';
import { byLongest, infoOf } from './membership.js';
import type { Card, CardRow, Mark, RecordRow } from './rows.js';
import { recordState } from './records.js';

/** A user whose row is held, as far as cards concern them. */
export interface CardHolder {
  readonly username: string;
  readonly role: string;
  readonly created_at: string | null;
}

/**
 * Cards, whoever they are bound to, all other cards of those, the users' records of them, marks and the config, while they change: in memory, by
 * the rules of rules.ts, written once. Whoever makes one has read them, holds them until the transaction ends, and puts them in (`add…`):
 * the console many with a few statements, the site's storage those of one user. Without locks and writes it is what a preview looks at.
 * Lock order of the house: config, users, cards, records, marks.
 */
export class CardUnitOfWork<User extends CardHolder = CardHolder> extends UnitOfWork {
  /** The server's clock, to the second: what is over at this moment. */
  readonly now: string;
  readonly #images: boolean;
  readonly cards = this.track(new TrackedRows<Card>('card_keys'));
  readonly records = this.track(new TrackedRows<RecordRow>('user_card_keys'));
  readonly marks = this.track(new TrackedRows<Mark>('console_card_marks'));
  readonly #users = new Map<string, User>();
  /** Stored name of who has a card, by its id. */
  readonly #holders = new Map<string, string>();
  readonly #cardsOf = new Map<string, Set<string>>();
  /** Ids of the records of a card, by its hash. */
  readonly #byHash = new Map<string, RecordRow['id'][]>();
  /** Stored name of whose a record is, by its id; none for a record whose user is gone. */
  readonly #owners = new Map<RecordRow['id'], string>();
  #batchEnds: ReadonlyMap<string, string> = new Map();

  /** `now`: UTC text, asked of the server once the cards are held. `images`: false for who asks for none of the entries' (`endStep`). */
  constructor(now: string, config: AdminConfig, images = true) {
    super(config);
    this.now = now;
    this.#images = images;
  }

  addUser(user: User): void {
    this.#users.set(user.username, user);
  }

  /** Takes a card in as it was read; one that is known already stays as it is. `holder`: the stored name of who has it. */
  addCard(card: CardRow, holder?: string): Card {
    const id = String(card.id);
    this.cards.hold({ ...card, id });
    if (holder !== undefined) this.assign(id, holder);
    return this.cards.get(id) ?? { ...card, id };
  }

  /** Takes a record in as it was read. `owner`: the stored name of its user, if there is one. */
  addHeldRecord(record: RecordRow, owner: string | undefined): void {
    this.records.hold(record);
    this.#file(record);
    if (owner !== undefined) this.#owners.set(record.id, owner);
  }

  /** Says when the batches of cards say that these end, by the card's id; before `unbindCard`. */
  setBatchEnds(ends: ReadonlyMap<string, string>): void {
    this.#batchEnds = ends;
  }

  batchEnd(id: string): string | undefined {
    return this.#batchEnds.get(id);
  }

  user(username: string): User | undefined {
    return this.#users.get(username);
  }

  /** Who has a card; undefined for nobody, and for somebody who came to it since we looked. */
  holderOf(card: Card): User | undefined {
    const name = this.#holders.get(card.id);
    return name === undefined ? undefined : this.#users.get(name);
  }

  /** A user's cards, the one that lasts longest first. */
  cardsOf(username: string): Card[] {
    return [...(this.#cardsOf.get(username) ?? [])].flatMap((id) => this.cards.get(id) ?? []).sort(byLongest);
  }

  recordsOf(card: Card): RecordRow[] {
    return (this.#byHash.get(hashKey(card.key_hash)) ?? []).flatMap((id) => this.records.get(id) ?? []);
  }

  /** To whom a card was given, as `users` spells them. */
  ownersOf(card: Card): string[] {
    return this.recordsOf(card).flatMap((record) => this.#owners.get(record.id) ?? []);
  }

  /** A user has a record of a card from here on. */
  addRecord(record: RecordRow): void {
    this.records.insert(record);
    this.#file(record);
    this.#owners.set(record.id, record.username);
  }

  /** The membership that a user's cards make, expired or not; undefined for who never had one. */
  membershipOf(username: string): UserCardKeyInfo | undefined {
    const [card] = this.cardsOf(username);
    return card === undefined ? undefined : infoOf(card);
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
  assign(id: string, username: string): void {
    this.#holders.set(id, username);
    const ids = this.#cardsOf.get(username);
    if (ids === undefined) this.#cardsOf.set(username, new Set([id]));
    else ids.add(id);
  }

  /** A card is nobody's from here on. */
  release(id: string, username: string): void {
    this.#holders.delete(id);
    this.#cardsOf.get(username)?.delete(id);
  }

  /** Says which records are of the card with this hash. */
  fileRecords(hash: string, records: readonly RecordRow[]): void {
    this.#byHash.set(
      hashKey(hash),
      records.map((record) => record.id),
    );
  }

  /** Makes the records of these cards say what the cards say. */
  mirror(cards: readonly Card[]): void {
    for (const card of cards)
      for (const record of this.recordsOf(card)) this.records.edit(record, recordState(card, record.used_by));
  }

  /** Makes a user's entry in the config, which is loaded, say of the membership what the cards say. */
  syncEntry(user: CardHolder): void {
    const [card] = this.cardsOf(user.username);
    const info = card === undefined ? undefined : infoOf(card);
    if (!this.#images && this.config.follow(user.username, membershipColumns(card), 'cardKey', info)) return;
    const entry = this.config.entry(user.username);
    // Where the entry follows the cards by itself it may say so already.
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

/** Hashes are hex, and the columns take both cases for one. */
function hashKey(hash: string): string {
  return hash.toLowerCase();
}
