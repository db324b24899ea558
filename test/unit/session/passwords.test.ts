import { createHash, scryptSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Attempts } from '../../../electron/operations/session/attempts.js';
import { hashPassword, verifyPassword } from '../../../electron/operations/session/passwords.js';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const scrypt = (text: string, salt = 'a1b2c3'): string =>
  `${salt}:${scryptSync(text, salt, 64, { N: 16_384, r: 8, p: 1 }).toString('hex')}`;

describe('a password', () => {
  test('is known by SHA-256 in hex of either case, and by scrypt', async () => {
    await expect(verifyPassword(sha('月光1'), '月光1')).resolves.toBe(true);
    await expect(verifyPassword(sha('x').toUpperCase(), 'x')).resolves.toBe(true);
    await expect(verifyPassword(scrypt('x'), 'x')).resolves.toBe(true);
    await expect(verifyPassword(hashPassword('x'), 'x')).resolves.toBe(true);
  });

  test.each([
    ['another password', sha('x')],
    ['another password under scrypt', scrypt('x')],
    ['nobody', null],
    ['an empty hash', ''],
    ['a plain password', 'y'],
    ['the decoy’s own zeroes', '0'.repeat(64)],
    ['zeroes under scrypt', `salt:${'0'.repeat(128)}`],
    ['a short hash', sha('y').slice(1)],
    ['a hash of another kind', '$2b$10$abcdefghijklmnopqrstuv'],
  ])('is not taken for %s', async (_what, stored) => {
    await expect(verifyPassword(stored, 'y')).resolves.toBe(false);
  });
});

describe('tries', () => {
  test('five are free, then each doubles the wait, and the right password ends it', () => {
    let now = 0;
    const attempts = new Attempts(() => now);
    for (let at = 0; at < 5; at += 1) attempts.begin('owner');
    const wait = (): number => {
      try {
        attempts.begin('owner');
        return 0;
      } catch (error) {
        return (error as { details: { retryAfterSeconds: number } }).details.retryAfterSeconds;
      }
    };
    const waits = [1, 2, 4, 8].map((expected) => {
      const found = wait();
      now += expected * 1000;
      attempts.begin('owner');
      return found;
    });
    expect(waits).toEqual([1, 2, 4, 8]);
    attempts.begin('somebody else');
    attempts.succeeded('owner');
    expect(wait()).toBe(0);
  });

  test('many at once gain nothing: they count before they are known', () => {
    const attempts = new Attempts(() => 0);
    const passed = Array.from({ length: 100 }, () => {
      try {
        attempts.begin('owner');
        return true;
      } catch {
        return false;
      }
    }).filter(Boolean);
    expect(passed).toHaveLength(5);
  });

  test('never wait longer than five minutes', () => {
    let now = 0;
    const attempts = new Attempts(() => now);
    for (let at = 0; at < 40; at += 1) {
      attempts.begin('owner');
      now += 300_000;
    }
    expect(() => attempts.begin('owner')).not.toThrow();
  });
});
