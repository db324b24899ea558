import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { printableLines } from './printable.js';

/** The answer could not be written: the reader went away, the disk is full. */
export class OutputLost extends Error {
  readonly code: string;

  constructor(cause: unknown) {
    super('the answer could not be written', { cause });
    this.code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  }
}

/**
 * Writes all of a text to standard output. Not by process.stdout: that loses what a disk that fills up takes only half
 * of, and ends the process where a pipe is closed. Throws OutputLost.
 */
export async function writeOut(text: string): Promise<void> {
  let rest: Uint8Array = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw new OutputLost(error);
      // A reader that takes its time.
      await wait(5);
    }
  }
}

/** Standard output is a terminal, so people read it. */
export function outIsTerminal(): boolean {
  return isatty(1);
}

/** How many columns a text on standard output may have. */
export function outWidth(): number {
  const columns = outIsTerminal() ? process.stdout.columns : 0;
  return columns > 20 ? columns : 80;
}

/** A message for people, on standard error; may hold texts of servers. Whether anyone can read it changes nothing. */
export function say(text: string): void {
  sayRaw(`moondesk: ${printableLines(text)}\n`);
}

/** The same, word for word: without a name before it, and without a look at what it holds. */
export function sayRaw(text: string): void {
  process.stderr.write(text);
}

/** A reader of messages that went away must not end what is being done. */
export function outliveReaders(): void {
  process.stderr.on('error', () => undefined);
}
