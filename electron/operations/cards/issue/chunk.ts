import type { KeyFormat } from '../../../contract/cards-issue.js';
import type { CardType } from '../../../contract/cards-list.js';
import { Refusal } from '../../../contract/errors.js';
import type { Transaction } from '../../../data/mysql/database.js';
import { errorNumber } from '../../../data/mysql/errors.js';
import { keyOf } from '../../../data/write/rows.js';
import { reserve, writeRange } from '../book.js';
import { type Press, putBack, takePress } from './press.js';
import type { Written, Writing } from './stock.js';

/** What all cards of a batch have in common, as the job keeps it. */
export interface Common {
  readonly batchId: string;
  readonly format: KeyFormat;
  readonly type: CardType;
  /** UTC as MySQL has it. */
  readonly createdAt: string;
  readonly expiresAt: string;
  /** First of the ids that were reserved for the whole batch. */
  readonly first: string;
}

/** Milliseconds of writing that one chunk aims at: whoever cancels waits for no more than one. */
const aim = 350;
const [fewest, atFirst, mostRows] = [500, 2_000, 25_000];
/** How long a chunk waits for keys before it lets go of the job's row, so that cancelling stays prompt meanwhile. */
const glance = 250;

interface Ahead {
  readonly from: number;
  readonly count: number;
  readonly first: bigint;
  readonly written: Promise<Written>;
}

/** The keys of one job that runs in this process. Losing it costs nothing: what is not committed is made anew. */
export class Making {
  readonly #common: Common;
  readonly #press: Press = takePress();
  /** What was done before the first of these keys. */
  readonly #base: number;
  readonly #end: number;
  readonly #made: Promise<void>;
  #shape: Writing['shape'] | null = null;
  #size = atFirst;
  #ahead: Ahead | null = null;
  #spare: ArrayBuffer | null = null;

  constructor(common: Common, from: number, left: number) {
    this.#common = common;
    this.#base = from;
    this.#end = from + left;
    this.#made = this.#press.make(common.format, left);
    this.#made.catch(() => undefined);
  }

  /** Whether these are the keys for what is left: nobody else has gone on with the job meanwhile. */
  fits(from: number, left: number): boolean {
    return !this.#press.broken && from >= this.#base && from + left === this.#end;
  }

  /** Adds the next keys in the transaction and answers how many; none while they are still being made. */
  async chunk(tx: Transaction, from: number, left: number): Promise<number> {
    if (!(await soon(this.#made))) return 0;
    this.#shape ??= await shapeFor(tx);
    const count = Math.min(this.#ahead?.from === from ? this.#ahead.count : this.#size, left);
    const since = performance.now();
    const { first, digest } = await this.#write(tx, from, count, left);
    await writeRange(tx, this.#common.batchId, { first, cards: count, digest });
    const pace = aim / Math.max(1, performance.now() - since);
    this.#size = Math.round(Math.min(mostRows, Math.max(fewest, count * Math.min(4, pace))));
    // While the server writes on, the thread has the next rows ready.
    const more = Math.min(this.#size, left - count);
    this.#ahead = more === 0 ? null : this.#order(from + count, more, first + BigInt(count));
    return count;
  }

  end(): void {
    putBack(this.#press);
  }

  /** Writes keys until all of them are in: a key that is there already is made anew, ids that somebody has taken give way to others. */
  async #write(
    tx: Transaction,
    from: number,
    count: number,
    left: number,
  ): Promise<{ readonly first: bigint; readonly digest: string }> {
    let first = await this.#nextId(tx);
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const ready = this.#ahead;
      this.#ahead = null;
      const fits = ready?.from === from && ready.count === count && ready.first === first;
      const { written } = fits ? ready : this.#order(from, count, first);
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
      if (foreign === undefined) await this.#mend(tx, from, count);
      else first = await reserve(tx, left);
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

  #order(from: number, count: number, first: bigint): Ahead {
    const { type, createdAt, expiresAt } = this.#common;
    const tail = `'${type}','unused','${createdAt}','${expiresAt}'`;
    const writing = { shape: this.#shape ?? 'insert', tail };
    const written = this.#press.write(from - this.#base, count, first, writing, this.#spare);
    this.#spare = null;
    // Nobody may be waiting for it when the job stops.
    written.catch(() => undefined);
    return { from, count, first, written };
  }

  /** Behind the batch's last card; ranges of a batch ascend in the order of their making. */
  async #nextId(tx: Transaction): Promise<bigint> {
    const [range] = await tx.rows<{ last_id: string | number }>(
      'SELECT last_id FROM console_card_ranges WHERE batch_id = ? ORDER BY first_id DESC LIMIT 1',
      [keyOf(this.#common.batchId)],
    );
    return range === undefined ? BigInt(this.#common.first) : BigInt(range.last_id) + 1n;
  }

  /** Answers how many rows went in; fewer, where something is in the way. */
  async #send(tx: Transaction, { text, ends }: Pick<Written, 'text' | 'ends'>): Promise<number> {
    const { type, createdAt, expiresAt } = this.#common;
    if (this.#shape === 'load') {
      try {
        const { affectedRows } = await tx.load(
          `LOAD DATA LOCAL INFILE 'card keys' INTO TABLE card_keys CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ESCAPED BY '' LINES TERMINATED BY '\\n'
           (id, key_hash, plain_key) SET key_type = '${type}', status = 'unused', created_at = '${createdAt}', expires_at = '${expiresAt}'`,
          text,
        );
        return affectedRows;
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'unsupported') throw error;
        this.#shape = 'insert';
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

  async #mend(tx: Transaction, from: number, count: number): Promise<void> {
    const hashes = await this.#press.hashes(from - this.#base, count);
    const taken: string[] = [];
    for (let at = 0; at < hashes.length; at += 2_000) {
      const rows = await tx.rows<{ key_hash: string }>('SELECT key_hash FROM card_keys WHERE key_hash IN (?)', [
        hashes.slice(at, at + 2_000),
      ]);
      taken.push(...rows.map((row) => row.key_hash.toLowerCase()));
    }
    if (taken.length > 0) await this.#press.mend(from - this.#base, count, taken);
  }
}

/** True once it is done; false if it is not within a moment. */
async function soon(work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const moment = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), glance);
  });
  try {
    return await Promise.race([work.then(() => true), moment]);
  } finally {
    clearTimeout(timer);
  }
}

async function shapeFor(tx: Transaction): Promise<Writing['shape']> {
  const [row] = await tx.rows<{ on: string | number }>('SELECT @@local_infile AS `on`');
  return Number(row?.on ?? 0) === 1 ? 'load' : 'insert';
}
