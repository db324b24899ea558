import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Breaker } from '../../../electron/data/cache/breaker.js';

describe('the breaker of the cache', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => vi.useRealTimers());

  const fail = (breaker: Breaker, times: number): void => {
    for (let at = 0; at < times; at += 1) breaker.failed();
  };

  test('opens after five failures in a row, and lets nobody through then', () => {
    const breaker = new Breaker();
    fail(breaker, 4);
    breaker.succeeded();
    fail(breaker, 4);
    expect([breaker.open, breaker.admits()]).toEqual([false, true]);
    fail(breaker, 1);
    expect([breaker.open, breaker.admits()]).toEqual([true, false]);
  });

  test('lets one at a time try after half a second, and after twice as long each time that one failed', () => {
    const breaker = new Breaker();
    fail(breaker, 5);
    for (const pause of [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
      vi.advanceTimersByTime(pause - 1);
      expect(breaker.admits()).toBe(false);
      vi.advanceTimersByTime(1);
      expect([breaker.admits(), breaker.admits()]).toEqual([true, false]);
      fail(breaker, 1);
    }
  });

  test('is as new once a try has succeeded', () => {
    const breaker = new Breaker();
    fail(breaker, 5);
    vi.advanceTimersByTime(500);
    expect(breaker.admits()).toBe(true);
    breaker.succeeded();
    expect([breaker.open, breaker.admits(), breaker.admits()]).toEqual([false, true, true]);
    fail(breaker, 5);
    vi.advanceTimersByTime(500);
    expect([breaker.admits(), breaker.admits()]).toEqual([true, false]);
  });
});
