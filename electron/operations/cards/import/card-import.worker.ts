import { parentPort, workerData } from 'node:worker_threads';
import type { BadLine, ImportAnswer, ImportQuestion, ImportStart } from './messages.js';
import { readLine } from './line.js';
import { ParsedRows } from './parsed-rows.js';
import { FileRefused, linesOf } from './text.js';

/**
 * Reads a file of card keys outside of the main loop: parses its lines, hashes and sorts them, and returns the
 * remaining cards in batches.
 */
const { defaults, mostLines, ...source } = workerData as ImportStart;
const port = parentPort;
if (port === null) throw new Error('This is the script of a worker thread');

/** Lines between two answers: often enough to show progress, and rare enough to cost nothing. */
const atOnce = 20_000;
const batch = 4_000;

const rows = new ParsedRows();
let lines = 0;
let bytes = 0;
/** Lines that cannot be read, in the order of the file, then the others that are not added. */
const bad: BadLine[] = [];
let told = 0;
const reading = linesOf(source, (read) => {
  bytes = read;
});

async function read(): Promise<ImportAnswer> {
  for (const until = lines + atOnce; lines < until;) {
    const next = await reading.next();
    if (next.done === true) return settle();
    for (const { line, raw } of next.value) {
      lines += 1;
      if (lines > mostLines) throw new FileRefused('too_many_lines');
      const card = readLine(raw, defaults);
      if (typeof card !== 'string') rows.add(line, card);
      else bad.push({ line, key: raw.key.trim().slice(0, 64), why: card });
    }
  }
  return { kind: 'reading', lines, bytes };
}

function settle(): ImportAnswer {
  const malformed = bad.length;
  const { duplicates, used, cards } = rows.sortAndDedupe();
  for (const at of duplicates) bad.push({ line: rows.lineOf(at), key: rows.keyOf(at), why: 'duplicate' });
  for (const at of used) bad.push({ line: rows.lineOf(at), key: rows.keyOf(at), why: 'used' });
  return { kind: 'read', summary: { lines, malformed, duplicate: duplicates.length, used: used.length, cards } };
}

function nextBad(): readonly BadLine[] {
  const next = bad.slice(told, told + batch);
  told += next.length;
  return next;
}

async function answer(question: ImportQuestion): Promise<ImportAnswer> {
  if (question === 'cards') return { kind: 'cards', cards: rows.next(batch) };
  if (question === 'bad') return { kind: 'bad', lines: nextBad() };
  try {
    return await read();
  } catch (error) {
    if (error instanceof FileRefused) return { kind: 'refused', why: error.why, line: error.line, asked: error.asked };
    throw error;
  }
}

let last: Promise<void> = Promise.resolve();
port.on('message', (question: ImportQuestion) => {
  last = last.then(async () => port.postMessage(await answer(question)));
});
