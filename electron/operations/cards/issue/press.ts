import type { Worker } from 'node:worker_threads';
import type { KeyFormat } from '../../../contract/cards-issue.js';
import { startWorker } from '../../../jobs/worker.js';
import type { Writing, Written } from './stock.js';

/** What the worker thread is asked to do: see `Stock`. */
export type Order =
  | { readonly what: 'make'; readonly format: KeyFormat; readonly count: number }
  | {
      readonly what: 'write';
      readonly from: number;
      readonly count: number;
      readonly first: bigint;
      readonly writing: Writing;
      readonly spare: ArrayBuffer | null;
    }
  | { readonly what: 'hashes'; readonly from: number; readonly count: number }
  | { readonly what: 'mend'; readonly from: number; readonly count: number; readonly taken: readonly string[] }
  | { readonly what: 'clear' };

export type Result =
  | { readonly what: 'make' | 'mend' | 'clear' }
  | { readonly what: 'hashes'; readonly hashes: readonly string[] }
  | ({ readonly what: 'write' } & Written);

/** How long an idle thread is kept for the next job, in milliseconds. */
const patience = 60_000;

/** A worker thread that makes keys. Orders are carried out one after another. */
export class Press {
  readonly #worker: Worker;
  readonly #waiting: { readonly resolve: (result: Result) => void; readonly reject: (error: Error) => void }[] = [];
  #broken: Error | null = null;

  constructor() {
    this.#worker = startWorker(import.meta.url, 'card-keys', null);
    this.#worker.on('message', (result: Result) => this.#waiting.shift()?.resolve(result));
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
    writing: Writing,
    spare: ArrayBuffer | null,
  ): Promise<Written> {
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

  async mend(from: number, count: number, taken: readonly string[]): Promise<void> {
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

  #order(order: Order, given: readonly ArrayBuffer[] = []): Promise<Result> {
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

let idle: { readonly press: Press; readonly timer: NodeJS.Timeout } | null = null;

/** A press for one job; give it back by `putBack`. Starting a thread takes longer than a thousand keys, so one is kept for a while. */
export function takePress(): Press {
  const kept = idle;
  idle = null;
  if (kept === null) return new Press();
  clearTimeout(kept.timer);
  return kept.press.broken ? new Press() : kept.press;
}

/** Takes a press back: kept for a minute without its keys, or ended where one is kept already. */
export function putBack(press: Press): void {
  void press.clear().catch(() => undefined);
  if (press.broken || idle !== null) {
    void press.end().catch(() => undefined);
    return;
  }
  const timer = setTimeout(() => {
    idle = null;
    void press.end().catch(() => undefined);
  }, patience);
  timer.unref();
  idle = { press, timer };
}

/** Starts a thread ahead of its job, while somebody still reads the preview. */
export function warmPress(): void {
  if (idle === null || idle.press.broken) putBack(takePress());
}
