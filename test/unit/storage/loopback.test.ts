import { expect, test } from 'vitest';
import { isLoopback } from '../../../electron/data/mysql/loopback.js';

test.each([
  '127.0.0.1',
  '127.9.8.7',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::ffff:127.0.0.1',
  'localhost',
  'LOCALHOST',
  'localhost.',
])('%s is this machine', (host) => {
  expect(isLoopback(host)).toBe(true);
});

test.each([
  '',
  '0.0.0.0',
  '::',
  '128.0.0.1',
  '10.0.0.1',
  '::ffff:10.0.0.1',
  '127.1',
  'localhost.example',
  'notlocalhost',
  'mysql',
  'db.example',
])('%j may be another', (host) => {
  expect(isLoopback(host)).toBe(false);
});
