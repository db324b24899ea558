import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * A worker thread that runs `<name>.worker.ts`, which lies beside the module whose `import.meta.url` is given. Built, all workers lie beside
 * the app as `<name>.worker.js`; from source (tests, tools) tsx reads the TypeScript. The caller ends it with `terminate()`.
 */
export function startWorker(module: string, name: string, data: unknown): Worker {
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
