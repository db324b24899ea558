import type { Worker } from 'node:worker_threads';
import { startWorker } from './worker.js';

interface Waiting {
  done(answer: unknown): void;
  failed(error: Error): void;
}

/** A worker thread that answers one message for each that it is sent, in order. */
export class WorkerClient<Question, Answer> {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #failure: Error | null = null;

  /** `name` is a `<name>.worker.ts` beside this file. */
  constructor(name: string, data: unknown) {
    this.#worker = startWorker(import.meta.url, name, data);
    this.#worker.on('message', (answer: unknown) => this.#waiting.shift()?.done(answer));
    this.#worker.on('error', (error: unknown) => {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    });
    this.#worker.on('exit', () => {
      this.#fail(new Error('The worker thread has ended'));
    });
  }

  /** Sends a question and answers what the thread made of it. Rejects with what the thread threw, also for all that still wait. */
  ask(question: Question): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      if (this.#failure !== null) {
        reject(this.#failure);
        return;
      }
      this.#waiting.push({ done: (answer) => resolve(answer as Answer), failed: reject });
      this.#worker.postMessage(question, []);
    });
  }

  /** Ends the thread wherever it is. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.failed(this.#failure);
  }
}
