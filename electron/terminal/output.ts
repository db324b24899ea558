import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { printableLines } from './printable.js';

/** The output could not be written, e.g. because the pipe was closed or the disk is full. */
export class OutputLost extends Error {
  readonly code: string;

  constructor(cause: unknown) {
    super('the output could not be written', { cause });
    this.code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  }
}

/**
 * Writes a text to standard output. process.stdout would ignore a partial write to a full disk, and would end the
 * process if the pipe is closed. Throws OutputLost.
 */
export async function writeOut(text: string): Promise<void> {
  let rest: Uint8Array = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw new OutputLost(error);
      // A slow reader.
      await wait(5);
    }
  }
}

/** Standard output is a terminal. */
export function outIsTerminal(): boolean {
  return isatty(1);
}

/** The width of standard output. */
export function outWidth(): number {
  const columns = outIsTerminal() ? process.stdout.columns : 0;
  return columns > 20 ? columns : 80;
}

/** A message on standard error; may contain text from servers. */
export function say(text: string): void {
  sayRaw(`moondesk: ${printableLines(text)}\n`);
}

/** Writes to standard error as it is. */
export function sayRaw(text: string): void {
  process.stderr.write(text);
}

/** A closed standard error must not end the process. */
export function outliveReaders(): void {
  process.stderr.on('error', () => undefined);
}
