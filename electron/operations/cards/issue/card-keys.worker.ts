// Makes, hashes and sorts keys, and writes rows of them out, away from the main loop. One order at a time.
import { parentPort } from 'node:worker_threads';
import type { Order, Result } from './press.js';
import { Stock } from './stock.js';

let stock: Stock | null = null;

function carryOut(order: Order): Result {
  if (order.what === 'clear') {
    stock = null;
    return { what: 'clear' };
  }
  if (order.what === 'make') {
    stock = new Stock(order.format, order.count);
    return { what: 'make' };
  }
  if (stock === null) throw new Error('no keys were made');
  if (order.what === 'hashes') return { what: 'hashes', hashes: stock.hashes(order.from, order.count) };
  if (order.what === 'mend') {
    stock.mend(order.from, order.count, new Set(order.taken));
    return { what: 'mend' };
  }
  return { what: 'write', ...stock.write(order.from, order.count, order.first, order.writing, order.spare) };
}

parentPort?.on('message', (order: Order) => {
  const result = carryOut(order);
  parentPort?.postMessage(result, result.what === 'write' ? [result.text.buffer] : []);
});
