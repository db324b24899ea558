import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import { CsvError, parse } from 'csv-parse/sync';
import {
  type ColumnsAsked,
  type GivenColumns,
  mostAsked,
  rawOf,
  refusedByHead,
  type Refused,
  type Shape,
  shapeOf,
  statedDelimiter,
} from './file-layout.js';
import type { RawLine } from './line.js';

/** The file as a whole is refused. */
export class FileRefused extends Error {
  readonly why: Refused;
  readonly line: number | null;
  /** What to show an operator who is to say what the columns hold. */
  readonly asked: ColumnsAsked | null;

  constructor(why: Refused, line: number | null = null, asked: ColumnsAsked | null = null) {
    super(why);
    this.why = why;
    this.line = line;
    this.asked = asked;
  }
}

/** A line that is not empty, with its number in the file, from one on. */
export interface Numbered {
  readonly line: number;
  readonly raw: RawLine;
}

/** A longer line contains no key. The rest of it is dropped. */
const longestLine = 10_000;
const piece = 256 * 1024;

/** What is to be read. `columns`: what the operator says about a file that does not name its columns. */
export interface Source {
  readonly path: string;
  readonly name: string;
  readonly columns?: GivenColumns;
}

/**
 * Reads a file of keys in batches of lines, one piece of the file at a time. `moved` is called with the bytes read so
 * far. Throws FileRefused if it is not such a file.
 */
export async function* linesOf(
  { path, name, columns }: Source,
  moved: (bytes: number) => void,
): AsyncGenerator<readonly Numbered[]> {
  const texts = decoded(path, await encodingOf(path), moved);
  // Read up to the first lines with content, which show the layout of the file.
  let head = '';
  let first: readonly string[] = [];
  for (let ended = false; first.length <= mostAsked && !ended && head.length <= 4 * longestLine;) {
    const next = await texts.next();
    ended = next.done === true;
    head += next.done === true ? '' : next.value;
    first = firstLines(head, ended);
  }
  if (first.length === 0) throw new FileRefused('empty');
  const stated = statedDelimiter(first[0] ?? '');
  const shape = shapeOf(stated === null ? first : first.slice(1), name, stated, columns);
  if (!('kind' in shape)) throw new FileRefused('no_key_column', null, shape);
  const whole = from(head, texts);
  yield* shape.kind === 'txt' ? plainLines(whole) : csvLines(whole, shape, stated !== null);
}

async function* from(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

/** The first lines with content, of those that are there as a whole. */
function firstLines(text: string, ended: boolean): readonly string[] {
  const head = text.slice(0, 4 * longestLine);
  const lines = head.split(/\r\n|\n|\r/);
  if (!ended && head.length <= longestLine) lines.pop();
  return lines.filter((line) => line.trim() !== '').slice(0, mostAsked + 1);
}

type Encoding = 'utf-8' | 'gb18030';

/**
 * The encoding of a file: UTF-8 if all of it is valid UTF-8, else GB18030, in which Chinese Windows writes a CSV (GBK
 * is a part of it). What is neither is found while it is read.
 */
async function encodingOf(path: string): Promise<Encoding> {
  try {
    for await (const text of decoded(path, 'utf-8', () => undefined)) void text;
    return 'utf-8';
  } catch (error) {
    if (error instanceof FileRefused && error.why === 'encoding') return 'gb18030';
    throw error;
  }
}

/** The file's text without its byte order mark. */
async function* decoded(path: string, encoding: Encoding, moved: (bytes: number) => void): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: piece }) as AsyncIterable<Buffer>) {
    if (bytes === 0) {
      const refused = refusedByHead(chunk);
      if (refused !== null) throw new FileRefused(refused);
    }
    bytes += chunk.length;
    yield decode(decoder, chunk);
    moved(bytes);
  }
  if (bytes > 0) yield decode(decoder);
}

function decode(decoder: TextDecoder, chunk?: Buffer): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    throw new FileRefused('encoding');
  }
}

/** A line exactly as it is in the file. */
interface Physical {
  readonly line: number;
  readonly text: string;
}

async function* physicalLines(texts: AsyncIterable<string>): AsyncGenerator<readonly Physical[]> {
  let line = 0;
  let rest = '';
  for await (const text of texts) {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = (lines.pop() ?? '').slice(0, longestLine);
    yield lines.map((one) => ({ line: (line += 1), text: one }));
  }
  yield [{ line: line + 1, text: rest }];
}

async function* plainLines(texts: AsyncIterable<string>): AsyncGenerator<readonly Numbered[]> {
  for await (const lines of physicalLines(texts))
    yield lines.flatMap(({ line, text }) => (text.trim() === '' ? [] : [{ line, raw: { key: text } }]));
}

/** A record with an open quote. */
interface Open {
  readonly text: string;
  readonly line: number;
  readonly lines: number;
}

/** Maximum number of characters and lines in a quoted cell. */
const longestRecord = { characters: 100_000, lines: 100 };

/**
 * Lines without quotes, in most files all lines, are split at the delimiter, which takes a tenth of a parser's time.
 * Lines with quotes go through the parser, together with the following lines while a quote is open.
 */
async function* csvLines(
  texts: AsyncIterable<string>,
  { delimiter, columns, header }: Extract<Shape, { kind: 'csv' }>,
  statesDelimiter: boolean,
): AsyncGenerator<readonly Numbered[]> {
  /** Lines before the first card: the one that states the delimiter, and the header. */
  let ahead = Number(statesDelimiter) + Number(header);
  let open = null as Open | null;
  for await (const lines of physicalLines(texts)) {
    const batch: Numbered[] = [];
    for (const { line, text } of lines) {
      if (open === null && text.trim() === '') continue;
      let cells: readonly string[] | null;
      if (open === null && !text.includes('"')) cells = text.split(delimiter);
      else {
        open =
          open === null ? { text, line, lines: 1 } : { ...open, text: `${open.text}\n${text}`, lines: open.lines + 1 };
        cells = recordOf(open.text, delimiter);
        if (cells === null) {
          if (open.text.length > longestRecord.characters || open.lines > longestRecord.lines)
            throw new FileRefused('broken_csv', open.line);
          continue;
        }
        open = null;
      }
      if (ahead > 0) ahead -= 1;
      else if (cells.some((cell) => cell.trim() !== '')) batch.push({ line, raw: rawOf(cells, columns) });
    }
    yield batch;
  }
  if (open !== null) throw new FileRefused('broken_csv', open.line);
}

/** The cells of one record with quotes; null while a quote is open. */
function recordOf(text: string, delimiter: string): readonly string[] | null {
  try {
    return parse(text, { delimiter, relax_column_count: true, relax_quotes: true })[0] ?? [];
  } catch (error) {
    if (error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED') return null;
    throw error;
  }
}
