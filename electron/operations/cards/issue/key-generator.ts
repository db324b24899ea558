import type { KeyFormat } from '../../../contract/cards-issue.js';
import { WorkerClient } from '../../../jobs/worker-client.js';
import type { RowEncoding, EncodedRows } from './key-buffer.js';

/** Requests to the worker thread: see `KeyBuffer`. */
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
  | { readonly what: 'regenerate'; readonly from: number; readonly count: number; readonly taken: readonly string[] }
  | { readonly what: 'clear' };

export type GeneratorResult =
  | { readonly what: 'make' | 'regenerate' | 'clear' }
  | { readonly what: 'hashes'; readonly hashes: readonly string[] }
  | ({ readonly what: 'write' } & EncodedRows);

/** Milliseconds for which an idle thread is kept for the next job. */
const idleMs = 60_000;

/** A worker thread that makes keys. It handles requests one after another. */
export class KeyGenerator {
  // A terminal must not wait for an idle thread.
  readonly #worker = new WorkerClient<GeneratorRequest, GeneratorResult>(import.meta.url, 'card-keys', {
    background: true,
  });

  get broken(): boolean {
    return this.#worker.broken;
  }

  async make(format: KeyFormat, count: number): Promise<void> {
    await this.#worker.ask({ what: 'make', format, count });
  }

  /**
   * `spare` is memory of rows that were already sent. Reusing it avoids garbage collection, which would block the main
   * loop.
   */
  async write(
    from: number,
    count: number,
    first: bigint,
    writing: RowEncoding,
    spare: ArrayBuffer | null,
  ): Promise<EncodedRows> {
    const result = await this.#worker.ask(
      { what: 'write', from, count, first, writing, spare },
      spare === null ? [] : [spare],
    );
    if (result.what !== 'write') throw new Error('an answer to something else');
    // Data from another thread arrives as a plain array of bytes.
    const { buffer, byteOffset, byteLength } = result.text;
    return { ...result, text: Buffer.from(buffer, byteOffset, byteLength) };
  }

  async hashes(from: number, count: number): Promise<readonly string[]> {
    const result = await this.#worker.ask({ what: 'hashes', from, count });
    return result.what === 'hashes' ? result.hashes : [];
  }

  async regenerate(from: number, count: number, taken: readonly string[]): Promise<void> {
    await this.#worker.ask({ what: 'regenerate', from, count, taken });
  }

  /** Drops the keys. */
  async clear(): Promise<void> {
    await this.#worker.ask({ what: 'clear' });
  }

  async end(): Promise<void> {
    await this.#worker.end();
  }
}

let idle: { readonly generator: KeyGenerator; readonly timer: NodeJS.Timeout } | null = null;

/**
 * A generator for one job; return it with `releaseGenerator`. Starting a thread takes longer than a thousand keys, so
 * one is kept for a while.
 */
export function acquireGenerator(): KeyGenerator {
  const kept = idle;
  idle = null;
  if (kept === null) return new KeyGenerator();
  clearTimeout(kept.timer);
  return kept.generator.broken ? new KeyGenerator() : kept.generator;
}

/** Takes a generator back. It is kept for a minute without its keys, or ended if another one is already kept. */
export function releaseGenerator(generator: KeyGenerator): void {
  void generator.clear().catch(() => undefined);
  if (generator.broken || idle !== null) {
    void generator.end().catch(() => undefined);
    return;
  }
  const timer = setTimeout(() => {
    idle = null;
    void generator.end().catch(() => undefined);
  }, idleMs);
  timer.unref();
  idle = { generator, timer };
}

/** Starts a thread before its job, while the user still reads the preview. */
export function warmUpGenerator(): void {
  if (idle === null || idle.generator.broken) releaseGenerator(acquireGenerator());
}
