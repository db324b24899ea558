import { type CardType, cardTypes } from '../../../contract/cards-list.js';
import type { ReadLine } from './line.js';

/** A card of the file, in the order of hashes. Times are UTC, in MySQL's form. */
export interface StagedCard {
  readonly line: number;
  readonly hash: string;
  readonly key: string;
  readonly type: CardType;
  readonly status: 'unused' | 'expired';
  readonly created: string;
  readonly expires: string;
  readonly typeGiven: boolean;
  readonly expiresGiven: boolean;
}

const flag = { used: 1, expired: 2, typeGiven: 4, expiresGiven: 8 };

/** The valid lines of a file in little memory: about 100 bytes per line, and no objects. */
export class ParsedRows {
  #count = 0;
  #keyBytes = 0;
  #room = 0;
  #hashes = Buffer.alloc(0);
  #keys = Buffer.alloc(1 << 16);
  #ends = new Uint32Array(0);
  #lines = new Uint32Array(0);
  #created = new Uint32Array(0);
  #expires = new Uint32Array(0);
  #types = new Uint8Array(0);
  #flags = new Uint8Array(0);
  #order = new Uint32Array(0);
  #given = 0;

  add(line: number, card: ReadLine): void {
    if (this.#count === this.#room) this.#grow();
    const at = this.#count;
    this.#hashes.write(card.digest, at * 32, 'latin1');
    this.#putKey(card.key);
    this.#ends[at] = this.#keyBytes;
    this.#lines[at] = line;
    this.#created[at] = card.created;
    this.#expires[at] = card.expires;
    this.#types[at] = cardTypes.indexOf(card.type);
    this.#flags[at] =
      (card.used ? flag.used : 0) |
      (card.expired ? flag.expired : 0) |
      (card.typeGiven ? flag.typeGiven : 0) |
      (card.expiresGiven ? flag.expiresGiven : 0);
    this.#count += 1;
  }

  /**
   * Sorts by hash and removes duplicates. Of several lines with one key, the first line that says that somebody uses
   * the key is kept, or else the first line; the others are `duplicates`. Kept lines with a user are `used`. Both are
   * indexes in the order of the file. `next` returns the rest.
   */
  sortAndDedupe(): { readonly duplicates: Uint32Array; readonly used: Uint32Array; readonly cards: number } {
    const heads = new Float64Array(this.#count);
    for (let at = 0; at < this.#count; at += 1) heads[at] = this.#hashes.readUIntBE(at * 32, 6);
    const order = Uint32Array.from({ length: this.#count }, (_, at) => at).sort(
      (a, b) => (heads[a] ?? 0) - (heads[b] ?? 0) || this.#compare(a, b) || a - b,
    );
    const duplicates: number[] = [];
    const used: number[] = [];
    let kept = 0;
    for (let from = 0; from < order.length;) {
      let to = from + 1;
      while (to < order.length && this.#compare(order[from] ?? 0, order[to] ?? 0) === 0) to += 1;
      const same = order.subarray(from, to);
      const taken = same.find((at) => this.#has(at, flag.used));
      for (const at of same) if (at !== (taken ?? same[0])) duplicates.push(at);
      if (taken !== undefined) used.push(taken);
      else {
        order[kept] = same[0] ?? 0;
        kept += 1;
      }
      from = to;
    }
    this.#order = order.subarray(0, kept);
    return { duplicates: Uint32Array.from(duplicates).sort(), used: Uint32Array.from(used).sort(), cards: kept };
  }

  /** The next cards to look up and stage, at most `most`; empty after the last. */
  next(most: number): readonly StagedCard[] {
    const some = this.#order.subarray(this.#given, this.#given + most);
    this.#given += some.length;
    return Array.from(some, (at) => this.#card(at));
  }

  lineOf(at: number): number {
    return this.#lines[at] ?? 0;
  }

  keyOf(at: number): string {
    return this.#keys.toString('utf8', at === 0 ? 0 : (this.#ends[at - 1] ?? 0), this.#ends[at] ?? 0);
  }

  #card(at: number): StagedCard {
    return {
      line: this.lineOf(at),
      hash: this.#hashes.toString('hex', at * 32, at * 32 + 32),
      key: this.keyOf(at),
      type: cardTypes[this.#types[at] ?? 0] ?? 'month',
      status: this.#has(at, flag.expired) ? 'expired' : 'unused',
      created: textOf(this.#created[at] ?? 0),
      expires: textOf(this.#expires[at] ?? 0),
      typeGiven: this.#has(at, flag.typeGiven),
      expiresGiven: this.#has(at, flag.expiresGiven),
    };
  }

  #has(at: number, wanted: number): boolean {
    return ((this.#flags[at] ?? 0) & wanted) !== 0;
  }

  #compare(a: number, b: number): number {
    return this.#hashes.compare(this.#hashes, b * 32, b * 32 + 32, a * 32, a * 32 + 32);
  }

  #putKey(key: string): void {
    // A symbol has at most four bytes, and a key at most 64 symbols.
    if (this.#keyBytes + 256 > this.#keys.length) {
      const keys = Buffer.alloc(this.#keys.length * 2);
      this.#keys.copy(keys);
      this.#keys = keys;
    }
    this.#keyBytes += this.#keys.write(key, this.#keyBytes);
  }

  #grow(): void {
    this.#room = Math.max(1_024, this.#room * 2);
    const hashes = Buffer.alloc(this.#room * 32);
    this.#hashes.copy(hashes);
    this.#hashes = hashes;
    this.#ends = larger(this.#ends, this.#room);
    this.#lines = larger(this.#lines, this.#room);
    this.#created = larger(this.#created, this.#room);
    this.#expires = larger(this.#expires, this.#room);
    this.#types = Uint8Array.from({ length: this.#room }, (_, at) => this.#types[at] ?? 0);
    this.#flags = Uint8Array.from({ length: this.#room }, (_, at) => this.#flags[at] ?? 0);
  }
}

function larger(from: Uint32Array, room: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(room);
  to.set(from);
  return to;
}

const remembered = new Map<number, string>();

/** Seconds since 1970 → `2026-11-23 04:05:06`. Recent results are remembered. */
function textOf(seconds: number): string {
  const known = remembered.get(seconds);
  if (known !== undefined) return known;
  if (remembered.size >= 1_000) remembered.clear();
  const text = new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
  remembered.set(seconds, text);
  return text;
}
