import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Refusal } from '../contract/errors.js';

/**
 * Asks for a password on the terminal without showing it; null without a terminal. Ctrl-C and Ctrl-D throw `cancelled`,
 * and so does the signal.
 */
export async function askPassword(question: string, signal?: AbortSignal): Promise<string | null> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  // Only now does the terminal show nothing that is typed: somebody may answer before this process goes on.
  process.stderr.write(question);
  // A closed readline interface never answers its question.
  const gone = new Promise<never>((_, reject) => {
    lines.once('close', () => reject(new Refusal('cancelled', { zh: '已取消', en: 'Cancelled' })));
    signal?.addEventListener('abort', () => lines.close(), { once: true });
  });
  try {
    return await Promise.race([lines.question(''), gone]);
  } finally {
    gone.catch(() => undefined);
    lines.close();
    process.stderr.write('\n');
  }
}
