import { randomUUID } from 'node:crypto';
import { Refusal } from '../contract/errors.js';
import type { Job } from '../contract/jobs.js';
import { Throughput } from './throughput.js';
import { codeOfJobError, type JobError, jobErrorOf, type Translate, translateJobError } from './job-error.js';

/** How such work reports its progress. */
export interface EphemeralProgress {
  total(count: number): void;
  moved(count: number): void;
  file(path: string): void;
}

/** Work that lives only in this process: an export, or reading a file. */
export class EphemeralJob implements EphemeralProgress {
  readonly id = randomUUID();
  readonly #operation: string;
  readonly operator: string;
  readonly #changed: () => void;
  readonly #abort = new AbortController();
  readonly #pace = new Throughput();
  readonly #startedAt = new Date().toISOString();
  #state: Job['state'] = 'running';
  #total = 0;
  #done = 0;
  #error: JobError | null = null;
  #file: string | null = null;
  #finishedAt: string | null = null;

  constructor(operation: string, operator: string, changed: () => void) {
    this.#operation = operation;
    this.operator = operator;
    this.#changed = changed;
  }

  /** The path of the whole file; null until the work is done, or if it makes none. */
  get path(): string | null {
    return this.#state === 'done' ? this.#file : null;
  }

  get ended(): boolean {
    return this.#state !== 'running';
  }

  total(count: number): void {
    this.#total = count;
  }

  moved(count: number): void {
    this.#done += count;
    this.#pace.moved(count);
  }

  file(path: string): void {
    this.#file = path;
  }

  cancel(): void {
    this.#abort.abort(new Refusal('cancelled', { zh: '已取消', en: 'Cancelled' }));
  }

  async run(work: (job: EphemeralProgress, signal: AbortSignal) => Promise<void>, ending: AbortSignal): Promise<void> {
    const beat = setInterval(this.#changed, 500);
    try {
      await work(this, AbortSignal.any([this.#abort.signal, ending]));
      this.#state = 'done';
    } catch (error) {
      this.#state = this.#abort.signal.aborted ? 'cancelled' : 'failed';
      this.#error = jobErrorOf(error);
    } finally {
      clearInterval(beat);
      this.#finishedAt = new Date().toISOString();
      this.#changed();
    }
  }

  view(label: (operation: string) => string, say: Translate): Job {
    const rate = this.#state === 'running' ? this.#pace.rate() : null;
    return {
      id: this.id,
      operation: this.#operation,
      label: label(this.#operation),
      operator: this.operator,
      state: this.#state,
      total: Math.max(this.#total, this.#done),
      done: this.#done,
      skipped: 0,
      failed: 0,
      rate,
      secondsLeft: rate === null || rate === 0 ? null : Math.ceil(Math.max(0, this.#total - this.#done) / rate),
      canPause: false,
      canResume: false,
      startedAt: this.#startedAt,
      finishedAt: this.#finishedAt,
      error: this.#error === null ? null : translateJobError(this.#error, say),
      code: this.#error === null ? null : codeOfJobError(this.#error),
      audits: [],
      file: this.#file,
    };
  }
}
