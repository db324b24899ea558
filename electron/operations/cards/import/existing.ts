import type { CardType } from '../../../contract/cards-list.js';
import type { Database } from '../../../data/mysql/database.js';
import type { StagedCard } from './parsed-rows.js';

interface Found {
  readonly key_hash: string;
  readonly key_type: CardType;
  readonly expires_at: string;
}

const columns = 'key_hash, key_type, expires_at';

/** Looks up cards of a file in `card_keys`, in batches sorted by hash. */
export class Existing {
  readonly #db: Database;
  readonly #signal: AbortSignal;

  constructor(db: Database, signal: AbortSignal) {
    this.#db = db;
    this.#signal = signal;
  }

  /** Says for each card if it exists and, if so, if it is the same as far as the file says. */
  async judge(cards: readonly StagedCard[]): Promise<readonly ('new' | 'ended' | 'existing' | 'conflict')[]> {
    const found = new Map((await this.#find(cards)).map((row) => [row.key_hash.toLowerCase(), row]));
    return cards.map((card) => {
      const there = found.get(card.hash);
      if (there === undefined) return card.status === 'expired' ? 'ended' : 'new';
      const same =
        (!card.typeGiven || there.key_type === card.type) && (!card.expiresGiven || there.expires_at === card.expires);
      return same ? 'existing' : 'conflict';
    });
  }

  /** Reads one range of the index if it contains few other cards, else does one look-up per card. */
  async #find(cards: readonly StagedCard[]): Promise<readonly Found[]> {
    const [first, last] = [cards[0], cards.at(-1)];
    if (first === undefined || last === undefined) return [];
    const most = 4 * cards.length;
    const between = await this.#db.rows<Found>(
      `SELECT ${columns} FROM card_keys WHERE key_hash BETWEEN ? AND ? LIMIT ?`,
      [first.hash, last.hash, most + 1],
      this.#signal,
    );
    if (between.length <= most) return between;
    return this.#db.rows<Found>(
      `SELECT ${columns} FROM card_keys WHERE key_hash IN (?)`,
      [cards.map((card) => card.hash)],
      this.#signal,
    );
  }
}
