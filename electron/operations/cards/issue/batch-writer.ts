import type { KeyFormat } from '../../../contract/cards-issue.js';
import type { CardType } from '../../../contract/cards-list.js';
import { Refusal } from '../../../contract/errors.js';
import type { Transaction } from '../../../data/mysql/database.js';
import { errorNumber } from '../../../data/mysql/errors.js';
import { AdaptiveChunk } from '../../../jobs/adaptive-chunk.js';
import { keyParameter } from '../../../data/write/row-writer.js';
import { reserveIds, recordIdRange } from '../batch-store.js';
import { type KeyGenerator, releaseGenerator, acquireGenerator } from './key-generator.js';
import type { EncodedRows, RowEncoding } from './key-buffer.js';

/** What all cards of a batch have in common, as the job stores it. */
export interface BatchJobInput {
  readonly batchId: string;
  readonly format: KeyFormat;
  readonly type: CardType;
  /** UTC, in MySQL's form. */
  readonly createdAt: string;
  readonly expiresAt: string;
  /** The first of the ids that were reserved for the whole batch. */
  readonly first: string;
}

const bounds = { first: 2_000, fewest: 500, most: 25_000 };
/** Milliseconds that a chunk waits for keys before it releases the job's row, so that a cancel is not delayed. */
const waitMs = 250;

interface Prefetched {
  readonly from: number;
  readonly count: number;
  readonly first: bigint;
  readonly written: Promise<EncodedRows>;
}

/** The keys of one job in this process. If they are lost, nothing else is: uncommitted keys are made again. */
export class BatchWriter {
  readonly #job: BatchJobInput;
  readonly #generator: KeyGenerator = acquireGenerator();
  /** Number of cards that were done before the first of these keys. */
  readonly #base: number;
  readonly #end: number;
  readonly #made: Promise<void>;
  #format: RowEncoding['format'] | null = null;
  readonly #chunk = new AdaptiveChunk(bounds);
  #prefetched: Prefetched | null = null;
  #spare: ArrayBuffer | null = null;

  constructor(job: BatchJobInput, from: number, left: number) {
    this.#job = job;
    this.#base = from;
    this.#end = from + left;
    this.#made = this.#generator.make(job.format, left);
    this.#made.catch(() => undefined);
  }

  /** True if these are the keys for what is left: nobody else has continued the job in the meantime. */
  fits(from: number, left: number): boolean {
    return !this.#generator.broken && from >= this.#base && from + left === this.#end;
  }

  /** Adds the next keys in the transaction and returns how many; 0 while they are still being made. */
  async chunk(tx: Transaction, from: number, left: number): Promise<number> {
    if (!(await soon(this.#made))) return 0;
    this.#format ??= await shapeFor(tx);
    const count = Math.min(this.#prefetched?.from === from ? this.#prefetched.count : this.#chunk.size, left);
    const since = performance.now();
    const { first, digest } = await this.#write(tx, from, count, left);
    await recordIdRange(tx, this.#job.batchId, { first, cards: count, digest });
    this.#chunk.took(count, performance.now() - since);
    // While the server writes, the thread prepares the next rows.
    const more = Math.min(this.#chunk.size, left - count);
    this.#prefetched = more === 0 ? null : this.#prefetch(from + count, more, first + BigInt(count));
    return count;
  }

  end(): void {
    releaseGenerator(this.#generator);
  }

  /**
   * Writes keys until all of them are stored. A key that already exists is made again. If somebody has taken the ids,
   * new ones are reserved.
   */
  async #write(
    tx: Transaction,
    from: number,
    count: number,
    left: number,
  ): Promise<{ readonly first: bigint; readonly digest: string }> {
    let first = await this.#nextId(tx);
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const ready = this.#prefetched;
      this.#prefetched = null;
      const fits = ready?.from === from && ready.count === count && ready.first === first;
      const { written } = fits ? ready : this.#prefetch(from, count, first);
      const { digest, ...rows } = await written;
      const sent = await tx.attempt(
        () => this.#send(tx, rows),
        (went) => went === count,
      );
      if (sent === count) {
        this.#spare = rows.text.buffer;
        return { first, digest };
      }
      const last = first + BigInt(count) - 1n;
      const [foreign] = await tx.rows('SELECT id FROM card_keys WHERE id BETWEEN ? AND ? LIMIT 1', [first, last]);
      if (foreign === undefined) await this.#regenerate(tx, from, count);
      else first = await reserveIds(tx, left);
    }
    throw new Refusal(
      'conflict',
      { zh: '新卡密一再与已有的卡密相撞', en: 'New keys keep meeting others that are there already' },
      {
        hint: {
          zh: '检查是否有别的程序在写卡密表，然后继续任务。',
          en: 'See what else writes to the table of card keys, then resume the job.',
        },
      },
    );
  }

  #prefetch(from: number, count: number, first: bigint): Prefetched {
    const { type, createdAt, expiresAt } = this.#job;
    const tail = `'${type}','unused','${createdAt}','${expiresAt}'`;
    const writing = { format: this.#format ?? 'insert', tail };
    const written = this.#generator.write(from - this.#base, count, first, writing, this.#spare);
    this.#spare = null;
    // If the job stops, nobody may be waiting for it.
    written.catch(() => undefined);
    return { from, count, first, written };
  }

  /** The id after the batch's last card. The ranges of a batch ascend in the order in which they were made. */
  async #nextId(tx: Transaction): Promise<bigint> {
    const [range] = await tx.rows<{ last_id: string | number }>(
      'SELECT last_id FROM console_card_ranges WHERE batch_id = ? ORDER BY first_id DESC LIMIT 1',
      [keyParameter(this.#job.batchId)],
    );
    return range === undefined ? BigInt(this.#job.first) : BigInt(range.last_id) + 1n;
  }

  /** Returns how many rows were added; fewer than sent if something is in the way. */
  async #send(tx: Transaction, { text, ends }: Pick<EncodedRows, 'text' | 'ends'>): Promise<number> {
    const { type, createdAt, expiresAt } = this.#job;
    if (this.#format === 'load') {
      try {
        const { affectedRows } = await tx.load(
          `LOAD DATA LOCAL INFILE 'card keys' INTO TABLE card_keys CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ESCAPED BY '' LINES TERMINATED BY '\\n'
           (id, key_hash, plain_key) SET key_type = '${type}', status = 'unused', created_at = '${createdAt}', expires_at = '${expiresAt}'`,
          text,
        );
        return affectedRows;
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'unsupported') throw error;
        this.#format = 'insert';
        return -1;
      }
    }
    let rows = 0;
    let from = 0;
    for (const end of ends) {
      try {
        rows += (await tx.run(text.toString('latin1', from, end))).affectedRows;
      } catch (error) {
        if (errorNumber(error) === 1062) return rows;
        throw error;
      }
      from = end;
    }
    return rows;
  }

  async #regenerate(tx: Transaction, from: number, count: number): Promise<void> {
    const hashes = await this.#generator.hashes(from - this.#base, count);
    const taken: string[] = [];
    for (let at = 0; at < hashes.length; at += 2_000) {
      const rows = await tx.rows<{ key_hash: string }>('SELECT key_hash FROM card_keys WHERE key_hash IN (?)', [
        hashes.slice(at, at + 2_000),
      ]);
      taken.push(...rows.map((row) => row.key_hash.toLowerCase()));
    }
    if (taken.length > 0) await this.#generator.regenerate(from - this.#base, count, taken);
  }
}

/** True once it is done; false if it takes too long. */
async function soon(work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const moment = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), waitMs);
  });
  try {
    return await Promise.race([work.then(() => true), moment]);
  } finally {
    clearTimeout(timer);
  }
}

async function shapeFor(tx: Transaction): Promise<RowEncoding['format']> {
  const [row] = await tx.rows<{ on: string | number }>('SELECT @@local_infile AS `on`');
  return Number(row?.on ?? 0) === 1 ? 'load' : 'insert';
}
