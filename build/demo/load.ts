import { Readable } from 'node:stream';
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';

export type Cell = string | number | null;
export type Row = readonly Cell[];

const LOAD_CHUNK = 100_000;
const BUFFER_BYTES = 256 * 1024;
const INSERT_ROWS = 1_000;

/**
 * Fills tables as fast as the server allows: with LOAD DATA LOCAL if permitted, else with multi-row INSERT. Both give
 * the same rows. LOAD DATA LOCAL turns errors into warnings, so the counts are compared.
 */
export class Loader {
  readonly #connection: Connection;
  readonly #localInfile: boolean;

  private constructor(connection: Connection, localInfile: boolean) {
    this.#connection = connection;
    this.#localInfile = localInfile;
  }

  static async open(connection: Connection, localInfile: boolean): Promise<Loader> {
    const [rows] = await connection.query<RowDataPacket[]>('SELECT @@GLOBAL.local_infile AS allowed');
    return new Loader(connection, localInfile && Number(rows[0]?.['allowed']) === 1);
  }

  get method(): 'LOAD DATA LOCAL' | 'INSERT' {
    return this.#localInfile ? 'LOAD DATA LOCAL' : 'INSERT';
  }

  /** Loads all rows and returns how many there were. */
  async load(table: string, columns: string, rows: Iterable<Row>): Promise<number> {
    const iterator = rows[Symbol.iterator]();
    const size = this.#localInfile ? LOAD_CHUNK : INSERT_ROWS;
    let total = 0;
    for (;;) {
      const chunk = new Chunk(iterator, size);
      const first = chunk.next();
      if (first.done === true) return total;
      const affected = await (this.#localInfile
        ? this.#infile(table, columns, first.value, chunk)
        : this.#insert(table, columns, first.value, chunk));
      if (affected !== chunk.taken)
        throw new Error(`${table}: sent ${chunk.taken} rows, the server kept ${affected}${await this.#why()}`);
      total += affected;
    }
  }

  async #infile(table: string, columns: string, first: Row, rest: Chunk): Promise<number> {
    const sql =
      `LOAD DATA LOCAL INFILE 'demo' INTO TABLE \`${table}\` CHARACTER SET utf8mb4 ` +
      `FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' (${columns})`;
    const [result] = await this.#connection.query<ResultSetHeader>({
      sql,
      infileStreamFactory: () => Readable.from(buffers(first, rest)),
    });
    return result.affectedRows;
  }

  async #insert(table: string, columns: string, first: Row, rest: Chunk): Promise<number> {
    const values = [first, ...rest];
    const [result] = await this.#connection.query<ResultSetHeader>(`INSERT INTO \`${table}\` (${columns}) VALUES ?`, [
      values,
    ]);
    return result.affectedRows;
  }

  async #why(): Promise<string> {
    const [warnings] = await this.#connection.query<RowDataPacket[]>('SHOW WARNINGS LIMIT 3');
    return warnings.map((warning) => `; ${String(warning['Message'])}`).join('');
  }
}

/** At most `size` rows of a longer iterator, which is left open for the next chunk. */
class Chunk implements IterableIterator<Row> {
  readonly #rows: Iterator<Row>;
  readonly #size: number;
  taken = 0;

  constructor(rows: Iterator<Row>, size: number) {
    this.#rows = rows;
    this.#size = size;
  }

  next(): IteratorResult<Row, undefined> {
    if (this.taken >= this.#size) return { done: true, value: undefined };
    const result = this.#rows.next();
    if (result.done === true) return { done: true, value: undefined };
    this.taken++;
    return { done: false, value: result.value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

function* buffers(first: Row, rest: Iterable<Row>): Generator<Buffer> {
  let text = line(first);
  for (const row of rest) {
    text += line(row);
    if (text.length < BUFFER_BYTES) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

function line(row: Row): string {
  let out = '';
  for (let i = 0; i < row.length; i++) {
    const cell = row[i];
    if (i > 0) out += '\t';
    if (cell === null || cell === undefined) out += '\\N';
    else if (typeof cell === 'number') out += cell;
    else out += escape(cell);
  }
  return `${out}\n`;
}

const SPECIAL = /[\\\t\n\r\0]/g;
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0' };

function escape(text: string): string {
  return text.replace(SPECIAL, (character) => ESCAPED[character] ?? character);
}
