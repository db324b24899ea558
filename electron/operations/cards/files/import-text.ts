import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { CsvError, parse } from 'csv-parse';
import { type Columns, rawOf, refusedByHead, type Refused, shapeOf } from './import-shape.js';
import type { RawLine } from './import-line.js';

/** The file as a whole is not read any further. */
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

/** Longer lines hold no key; what is beyond is not kept. */
const longestLine = 10_000;
const piece = 256 * 1024;

/**
 * Reads a file of keys in batches of lines, a piece of the file at a time. `moved` is told the bytes read so far.
 * Throws FileRefused for what is no such file.
 */
export async function* linesOf(
  path: string,
  name: string,
  moved: (bytes: number) => void,
): AsyncGenerator<readonly Numbered[]> {
  const texts = decoded(path, moved);
  // Up to the first line that holds anything: it says what the file looks like.
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

/** The file's text; its byte order mark is left out. */
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

async function* plainLines(texts: AsyncIterable<string>): AsyncGenerator<readonly Numbered[]> {
  let line = 0;
  let rest = '';
  const taken = (lines: readonly string[]): readonly Numbered[] =>
    lines.flatMap((text) => {
      line += 1;
      return text.trim() === '' ? [] : [{ line, raw: { key: text } }];
    });
  for await (const text of texts) {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = (lines.pop() ?? '').slice(0, longestLine);
    yield taken(lines);
  }
  yield taken([rest]);
}

interface Parsed {
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
}

async function* csvLines(
  texts: AsyncIterable<string>,
  delimiter: string,
  columns: Columns,
): AsyncGenerator<readonly Numbered[]> {
  const records = Readable.from(texts).compose(
    parse({
      delimiter,
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      max_record_size: 100_000,
    }),
  ) as AsyncIterable<Parsed>;
  let batch: Numbered[] = [];
  let header = true;
  try {
    for await (const { info, record } of records) {
      if (header) {
        header = false;
        continue;
      }
      batch.push({ line: info.lines, raw: rawOf(record, columns) });
      if (batch.length < 2_000) continue;
      yield batch;
      batch = [];
    }
  } catch (error) {
    if (error instanceof CsvError) throw new FileRefused('broken_csv', Number(error['lines'] ?? 0));
    throw error;
  }
  yield batch;
}
