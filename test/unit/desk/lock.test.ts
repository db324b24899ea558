import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WriteLock } from '../../../electron/operations/desk/lock.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the lock', () => {
  test('holds production from the start, and staging and development not', () => {
    const lock = new WriteLock(() => undefined);
    expect(lock.locked).toBe(true);
    lock.reset('production');
    expect(lock.locked).toBe(true);
    lock.reset('staging');
    expect(lock.locked).toBe(false);
    lock.reset('development');
    expect([lock.locked, lock.until]).toEqual([false, null]);
  });

  test('closes production again when the time is over, and says so', () => {
    const changed = vi.fn<() => void>();
    const lock = new WriteLock(changed);
    lock.reset('production');
    lock.unlock(30);
    expect(lock.locked).toBe(false);
    expect(lock.until).toBe(new Date(Date.now() + 30 * 60_000).toISOString());
    vi.advanceTimersByTime(30 * 60_000 - 1);
    expect([lock.locked, changed.mock.calls.length]).toEqual([false, 0]);
    vi.advanceTimersByTime(1);
    expect([lock.locked, lock.until, changed.mock.calls.length]).toEqual([true, null, 1]);
  });

  test('is closed by the clock where the machine slept past the end', () => {
    const lock = new WriteLock(() => undefined);
    lock.reset('production');
    lock.unlock(1);
    vi.setSystemTime(Date.now() + 61_000);
    expect([lock.locked, lock.until]).toEqual([true, null]);
  });

  test('does not carry an unlocked time into the next connection', () => {
    const lock = new WriteLock(() => undefined);
    lock.reset('production');
    lock.unlock(480);
    lock.reset('production');
    expect([lock.locked, lock.until]).toEqual([true, null]);
  });

  test('is closed by the end of a sign-in on production; what is open to all stays as it was', () => {
    const lock = new WriteLock(() => undefined);
    lock.reset('production');
    lock.unlock(480);
    lock.signInEnded();
    expect([lock.locked, lock.until]).toEqual([true, null]);
    lock.reset('staging');
    lock.signInEnded();
    expect(lock.locked).toBe(false);
    lock.lock();
    lock.signInEnded();
    expect(lock.locked).toBe(true);
  });

  test('unlocked again counts from then', () => {
    const lock = new WriteLock(() => undefined);
    lock.reset('production');
    lock.unlock(1);
    vi.advanceTimersByTime(50_000);
    lock.unlock(1);
    vi.advanceTimersByTime(50_000);
    expect(lock.locked).toBe(false);
  });
});
