import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import { CsvError, parse } from 'csv-parse/sync';
import { type Columns, rawOf, refusedByHead, type Refused, shapeOf } from './file-layout.js';
import type { RawLine } from './line.js';

/** The file as a whole is refused. */
export class FileRefused extends Error {
  readonly why: Refused;
  readonly line: number | null;

  constructor(why: Refused, line: number | null = null) {
    super(why);
    this.why = why;
    this.line = line;
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

/**
 * Reads a file of keys in batches of lines, one piece of the file at a time. `moved` is called with the bytes read so
 * far. Throws FileRefused if it is not such a file.
 */
export async function* linesOf(
  path: string,
  name: string,
  moved: (bytes: number) => void,
): AsyncGenerator<readonly Numbered[]> {
  const texts = decoded(path, moved);
  // Read up to the first line with content, which shows the layout of the file.
  let head = '';
  let first: string | undefined;
  let ended = false;
  while (first === undefined && !ended) {
    const next = await texts.next();
    ended = next.done === true;
    head += next.done === true ? '' : next.value;
    first = firstLineOf(head, ended);
  }
  if (first === undefined) throw new FileRefused('empty');
  const shape = shapeOf(first, name);
  if (typeof shape === 'string') throw new FileRefused(shape);
  const whole = from(head, texts);
  yield* shape.kind === 'txt' ? plainLines(whole) : csvLines(whole, shape.delimiter, shape.columns);
}

async function* from(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

function firstLineOf(text: string, ended: boolean): string | undefined {
  const match = /^\s*([^\r\n]*\S[^\r\n]*)([\r\n])?/.exec(text.slice(0, 4 * longestLine));
  if (match?.[1] === undefined) return undefined;
  return match[2] !== undefined || ended || text.length > longestLine ? match[1] : undefined;
}

/** The file's text without its byte order mark. */
async function* decoded(path: string, moved: (bytes: number) => void): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
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
    throw new FileRefused('not_utf8');
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
  delimiter: string,
  columns: Columns,
): AsyncGenerator<readonly Numbered[]> {
  let header = true;
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
      if (header) header = false;
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
