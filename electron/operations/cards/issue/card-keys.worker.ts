// Makes, hashes and sorts keys, and writes rows of them out, away from the main loop. One order at a time.
import { parentPort } from 'node:worker_threads';
import type { GeneratorRequest, GeneratorResult } from './key-generator.js';
import { KeyBuffer } from './key-buffer.js';

let stock: KeyBuffer | null = null;

function carryOut(order: GeneratorRequest): GeneratorResult {
  if (order.what === 'clear') {
    stock = null;
    return { what: 'clear' };
  }
  if (order.what === 'make') {
    stock = new KeyBuffer(order.format, order.count);
    return { what: 'make' };
  }
  if (stock === null) throw new Error('no keys were made');
  if (order.what === 'hashes') return { what: 'hashes', hashes: stock.hashes(order.from, order.count) };
  if (order.what === 'mend') {
    stock.regenerate(order.from, order.count, new Set(order.taken));
    return { what: 'mend' };
  }
  return { what: 'write', ...stock.encode(order.from, order.count, order.first, order.writing, order.spare) };
}

parentPort?.on('message', (order: GeneratorRequest) => {
  const result = carryOut(order);
  parentPort?.postMessage(result, result.what === 'write' ? [result.text.buffer] : []);
});
