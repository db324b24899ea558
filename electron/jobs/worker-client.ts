import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type Transferable, Worker } from 'node:worker_threads';

interface Waiting {
  done(answer: unknown): void;
  failed(error: Error): void;
}

export interface WorkerOptions {
  /** What the thread finds as `workerData`; nothing unless given. */
  readonly data?: unknown;
  /** True lets the process end while the thread is still there. */
  readonly background?: boolean;
}

/** A worker thread that answers one message for each that it is sent, in order. */
export class WorkerClient<Question, Answer> {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #failure: Error | null = null;

  /** Starts `<name>.worker.ts`, which lies beside the module whose `import.meta.url` is given. */
  constructor(module: string, name: string, { data, background = false }: WorkerOptions = {}) {
    this.#worker = startWorker(module, name, data);
    this.#worker.on('message', (answer: unknown) => this.#waiting.shift()?.done(answer));
    this.#worker.on('error', (error: unknown) => {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    });
    this.#worker.on('exit', () => {
      this.#fail(new Error(`The worker thread ${name} has ended`));
    });
    // Listening holds the process again, so this comes last.
    if (background) this.#worker.unref();
  }

  /** True once the thread has failed or ended: it answers nothing more. */
  get broken(): boolean {
    return this.#failure !== null;
  }

  /**
   * Sends a question and answers what the thread made of it. `given`: memory that goes over to the thread instead of being copied. Rejects with
   * what the thread threw, also for all that still wait.
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

  /** Ends the thread wherever it is. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.failed(this.#failure);
  }
}

/** Built, all workers lie beside the app as `<name>.worker.js`; from source (tests, tools) tsx reads the TypeScript. */
function startWorker(module: string, name: string, data: unknown): Worker {
  // tsx may hang a query on the address.
  if (!new URL(module).pathname.endsWith('.ts'))
    return new Worker(new URL(`./${name}.worker.js`, module), { workerData: data });
  // Asked for by name, its CommonJS half would come, which does not work in a worker.
  const tsx = new URL('esm/api/index.mjs', pathToFileURL(createRequire(module).resolve('tsx'))).href;
  const script = new URL(`./${name}.worker.ts`, module).href;
  // Node takes no loader for a worker's first file: the first one here registers it, then goes on to ours.
  return new Worker(
    `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(script)}); })`,
    { eval: true, workerData: data },
  );
}
