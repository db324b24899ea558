import type { Worker } from 'node:worker_threads';
import type { KeyFormat } from '../../../contract/cards-issue.js';
import { startWorker } from '../../../jobs/worker.js';
import type { RowEncoding, EncodedRows } from './key-buffer.js';

/** What the worker thread is asked to do: see `Stock`. */
export type GeneratorRequest =
  | { readonly what: 'make'; readonly format: KeyFormat; readonly count: number }
  | {
      readonly what: 'write';
      readonly from: number;
      readonly count: number;
      readonly first: bigint;
      readonly writing: RowEncoding;
      readonly spare: ArrayBuffer | null;
    }
  | { readonly what: 'hashes'; readonly from: number; readonly count: number }
  | { readonly what: 'mend'; readonly from: number; readonly count: number; readonly taken: readonly string[] }
  | { readonly what: 'clear' };

export type GeneratorResult =
  | { readonly what: 'make' | 'mend' | 'clear' }
  | { readonly what: 'hashes'; readonly hashes: readonly string[] }
  | ({ readonly what: 'write' } & EncodedRows);

/** How long an idle thread is kept for the next job, in milliseconds. */
const timeoutMs = 60_000;

/** A worker thread that makes keys. Orders are carried out one after another. */
export class KeyGenerator {
  readonly #worker: Worker;
  readonly #waiting: {
    readonly resolve: (result: GeneratorResult) => void;
    readonly reject: (error: Error) => void;
  }[] = [];
  #broken: Error | null = null;

  constructor() {
    this.#worker = startWorker(import.meta.url, 'card-keys', null);
    this.#worker.on('message', (result: GeneratorResult) => this.#waiting.shift()?.resolve(result));
    this.#worker.on('error', (error) => this.#break(error));
    this.#worker.on('exit', () => this.#break(new Error('the thread that makes keys has ended')));
    // Listening holds the process again, so this comes last: a terminal must not wait for an idle thread.
    this.#worker.unref();
  }

  get broken(): boolean {
    return this.#broken !== null;
  }

  async make(format: KeyFormat, count: number): Promise<void> {
    await this.#order({ what: 'make', format, count });
  }

  /** `spare` is memory of rows that were sent: given back, it need not be collected, which would hold up the main loop. */
  async write(
    from: number,
    count: number,
    first: bigint,
    writing: RowEncoding,
    spare: ArrayBuffer | null,
  ): Promise<EncodedRows> {
    const result = await this.#order(
      { what: 'write', from, count, first, writing, spare },
      spare === null ? [] : [spare],
    );
    if (result.what !== 'write') throw new Error('an answer to something else');
    // What crossed from the other thread is a plain array of bytes.
    const { buffer, byteOffset, byteLength } = result.text;
    return { ...result, text: Buffer.from(buffer, byteOffset, byteLength) };
  }

  async hashes(from: number, count: number): Promise<readonly string[]> {
    const result = await this.#order({ what: 'hashes', from, count });
    return result.what === 'hashes' ? result.hashes : [];
  }

  async regenerate(from: number, count: number, taken: readonly string[]): Promise<void> {
    await this.#order({ what: 'mend', from, count, taken });
  }

  /** Forgets the keys. */
  async clear(): Promise<void> {
    await this.#order({ what: 'clear' });
  }

  async end(): Promise<void> {
    if (this.#broken !== null) return;
    await this.#worker.terminate();
  }

  #order(order: GeneratorRequest, given: readonly ArrayBuffer[] = []): Promise<GeneratorResult> {
    if (this.#broken !== null) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(order, given);
    });
  }

  #break(error: Error): void {
    this.#broken ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#broken);
  }
}

let idle: { readonly press: KeyGenerator; readonly timer: NodeJS.Timeout } | null = null;

/** A press for one job; give it back by `putBack`. Starting a thread takes longer than a thousand keys, so one is kept for a while. */
export function acquireGenerator(): KeyGenerator {
  const kept = idle;
  idle = null;
  if (kept === null) return new KeyGenerator();
  clearTimeout(kept.timer);
  return kept.press.broken ? new KeyGenerator() : kept.press;
}

/** Takes a press back: kept for a minute without its keys, or ended where one is kept already. */
export function releaseGenerator(press: KeyGenerator): void {
  void press.clear().catch(() => undefined);
  if (press.broken || idle !== null) {
    void press.end().catch(() => undefined);
    return;
  }
  const timer = setTimeout(() => {
    idle = null;
    void press.end().catch(() => undefined);
  }, timeoutMs);
  timer.unref();
  idle = { press, timer };
}

/** Starts a thread ahead of its job, while somebody still reads the preview. */
export function warmUpGenerator(): void {
  if (idle === null || idle.press.broken) releaseGenerator(acquireGenerator());
}
