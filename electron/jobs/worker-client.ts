import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type Transferable, Worker } from 'node:worker_threads';

interface Waiting {
  done(answer: unknown): void;
  failed(error: Error): void;
}

export interface WorkerOptions {
  /** `workerData` of the thread; default: none. */
  readonly data?: unknown;
  /** True lets the process exit while the thread is still running. */
  readonly background?: boolean;
}

/** A worker thread that answers each message with one message, in order. */
export class WorkerClient<Question, Answer> {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #failure: Error | null = null;

  /** Starts `<name>.worker.ts`, which is next to the module whose `import.meta.url` is given. */
  constructor(module: string, name: string, { data, background = false }: WorkerOptions = {}) {
    this.#worker = startWorker(module, name, data);
    this.#worker.on('message', (answer: unknown) => this.#waiting.shift()?.done(answer));
    this.#worker.on('error', (error: unknown) => {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    });
    this.#worker.on('exit', () => {
      this.#fail(new Error(`The worker thread ${name} has ended`));
    });
    // Adding a listener refs the thread again, so this comes last.
    if (background) this.#worker.unref();
  }

  /** True once the thread has failed or ended: it answers no more messages. */
  get broken(): boolean {
    return this.#failure !== null;
  }

  /**
   * Sends a question and returns the thread's answer. `given`: memory that is transferred to the thread instead of
   * copied. Rejects with the thread's error, and so do all pending questions.
   */
  ask(question: Question, given: readonly Transferable[] = []): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      if (this.#failure !== null) {
        reject(this.#failure);
        return;
      }
      this.#waiting.push({ done: (answer) => resolve(answer as Answer), failed: reject });
      this.#worker.postMessage(question, given);
    });
  }

  /** Terminates the thread, whatever it is doing. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.failed(this.#failure);
  }
}

/**
 * In the build, all workers are next to the app as `<name>.worker.js`; from source (tests, tools) tsx loads the
 * TypeScript.
 */
function startWorker(module: string, name: string, data: unknown): Worker {
  // tsx may append a query to the address.
  if (!new URL(module).pathname.endsWith('.ts'))
    return new Worker(new URL(`./${name}.worker.js`, module), { workerData: data });
  // The package name would resolve to its CommonJS half, which does not work in a worker.
  const tsx = new URL('esm/api/index.mjs', pathToFileURL(createRequire(module).resolve('tsx'))).href;
  const script = new URL(`./${name}.worker.ts`, module).href;
  // Node applies no loader to a worker's first file: this first file registers it, then imports ours.
  return new Worker(
    `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(script)}); })`,
    { eval: true, workerData: data },
  );
}
