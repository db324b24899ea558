import { createHash, hash } from 'node:crypto';
import type { KeyFormat } from '../../../contract/cards-issue.js';
import { fillKeys, widthOf } from '../key.js';

const hashBytes = 32;

/** How rows are encoded: as lines for LOAD DATA, or as INSERT statements. */
export type RowFormat = 'load' | 'insert';

/** What every card of a batch has in common, as the end of an INSERT's row: `'month','unused','…','…'`. */
export interface RowEncoding {
  readonly format: RowFormat;
  readonly tail: string;
}

/** Rows of one chunk, ready to send. */
export interface EncodedRows {
  readonly text: Buffer<ArrayBuffer>;
  /** Where each statement ends in `text`; for LOAD DATA, only the end of the text. */
  readonly ends: readonly number[];
  /** SHA-256 over the hashes (hex), in the order of the ids. */
  readonly digest: string;
}

/** Rows in one INSERT: well below the smallest max_allowed_packet in use (1 MB). */
const rowsInInsert = 3_000;
const insertHead = 'INSERT INTO card_keys (id, key_hash, plain_key, key_type, status, created_at, expires_at) VALUES ';

/**
 * New keys with their hashes, in the order of the hashes. Neighbours in the indexes of `key_hash` are then inserted
 * together, which is two to four times as fast for a million keys. Stored in flat memory: per key 32 bytes, the key's
 * own bytes, and four for its place.
 */
export class KeyBuffer {
  readonly #format: KeyFormat;
  readonly #width: number;
  readonly #keys: Buffer;
  readonly #hashes: Buffer;
  readonly #order: Uint32Array;

  constructor(format: KeyFormat, count: number) {
    this.#format = format;
    this.#width = widthOf(format);
    this.#keys = fillKeys(format, count);
    this.#hashes = Buffer.alloc(count * hashBytes);
    for (let at = 0; at < count; at += 1) this.#hashAt(at);
    this.#order = this.#sorted(count);
  }

  /**
   * Encodes `count` keys from place `from` of the order on, with ids from `first` up. Uses `spare` as memory if it is
   * large enough.
   */
  encode(
    from: number,
    count: number,
    first: bigint,
    { format, tail }: RowEncoding,
    spare: ArrayBuffer | null,
  ): EncodedRows {
    const [before, between, after] = format === 'load' ? ['', '\t', '\n'] : ['(', ",'", `,${tail})`];
    const quote = format === 'load' ? '' : "'";
    const fixed = before.length + 2 * between.length + 2 * quote.length + after.length;
    const widest = String(first + BigInt(count)).length + fixed + 2 * hashBytes + this.#width + 1;
    const most = count * widest + Math.ceil(count / rowsInInsert) * insertHead.length;
    const text = spare !== null && spare.byteLength >= most ? Buffer.from(spare) : Buffer.allocUnsafeSlow(most);
    const digest = createHash('sha256');
    const ends: number[] = [];
    let at = 0;
    for (let row = 0; row < count; row += 1) {
      const place = this.#order[from + row] ?? 0;
      const statement = row % rowsInInsert;
      if (format === 'insert') {
        if (statement === 0) {
          if (row > 0) ends.push(at);
          at += text.write(insertHead, at, 'latin1');
        } else at += text.write(',', at, 'latin1');
      }
      at += text.write(`${before}${String(first + BigInt(row))}${between}`, at, 'latin1');
      const hex = this.#hashes.toString('hex', place * hashBytes, (place + 1) * hashBytes);
      digest.update(hex, 'latin1');
      at += text.write(`${hex}${quote}${between}`, at, 'latin1');
      at += this.#keys.copy(text, at, place * this.#width, (place + 1) * this.#width);
      at += text.write(`${quote}${after}`, at, 'latin1');
    }
    ends.push(at);
    return { text: text.subarray(0, at), ends, digest: digest.digest('hex') };
  }

  /** Hashes (hex) of `count` keys from place `from` of the order on. */
  hashes(from: number, count: number): string[] {
    return Array.from({ length: count }, (_, at) => this.#hashOf(this.#order[from + at] ?? 0));
  }

  /**
   * Makes every key between these places again whose hash is in `taken`. Its place in the order stays, which hardly
   * matters.
   */
  regenerate(from: number, count: number, taken: ReadonlySet<string>): void {
    for (let at = from; at < from + count; at += 1) {
      const place = this.#order[at] ?? 0;
      if (!taken.has(this.#hashOf(place))) continue;
      fillKeys(this.#format, 1).copy(this.#keys, place * this.#width);
      this.#hashAt(place);
    }
  }

  #hashOf(place: number): string {
    return this.#hashes.toString('hex', place * hashBytes, (place + 1) * hashBytes);
  }

  #hashAt(place: number): void {
    // As text in and out: that takes a third of the time of a buffer for each hash.
    const key = this.#keys.toString('latin1', place * this.#width, (place + 1) * this.#width);
    this.#hashes.write(hash('sha256', key, 'binary'), place * hashBytes, 'latin1');
  }

  /**
   * Places sorted by the first 33 bits of their hashes. These bits and the place (20 bits) fit into a double, and
   * doubles are sorted without a callback. Equal bits keep the order in which the keys were made.
   */
  #sorted(count: number): Uint32Array {
    const mixed = new Float64Array(count);
    for (let at = 0; at < count; at += 1) {
      const high = this.#hashes.readUInt32BE(at * hashBytes) * 2 + ((this.#hashes[at * hashBytes + 4] ?? 0) >> 7);
      mixed[at] = high * 2 ** 20 + at;
    }
    mixed.sort();
    return Uint32Array.from(mixed, (value) => value % 2 ** 20);
  }
}
