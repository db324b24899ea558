// Makes, hashes and sorts keys, and encodes rows of them, outside of the main loop. One request at a time.
import { parentPort } from 'node:worker_threads';
import type { GeneratorRequest, GeneratorResult } from './key-generator.js';
import { KeyBuffer } from './key-buffer.js';

let buffer: KeyBuffer | null = null;

function carryOut(order: GeneratorRequest): GeneratorResult {
  if (order.what === 'clear') {
    buffer = null;
    return { what: 'clear' };
  }
  if (order.what === 'make') {
    buffer = new KeyBuffer(order.format, order.count);
    return { what: 'make' };
  }
  if (buffer === null) throw new Error('no keys were made');
  if (order.what === 'hashes') return { what: 'hashes', hashes: buffer.hashes(order.from, order.count) };
  if (order.what === 'regenerate') {
    buffer.regenerate(order.from, order.count, new Set(order.taken));
    return { what: 'regenerate' };
  }
  return { what: 'write', ...buffer.encode(order.from, order.count, order.first, order.writing, order.spare) };
}

parentPort?.on('message', (order: GeneratorRequest) => {
  const result = carryOut(order);
  parentPort?.postMessage(result, result.what === 'write' ? [result.text.buffer] : []);
});
