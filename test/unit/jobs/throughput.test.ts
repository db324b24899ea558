import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Throughput } from '../../../electron/jobs/throughput.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the speed of a job is that of the last ten seconds, and none once nothing is done', () => {
  const pace = new Throughput();
  expect(pace.rate()).toBeNull();
  for (let second = 0; second < 20; second += 1) {
    vi.advanceTimersByTime(1_000);
    pace.moved(second < 10 ? 1_000 : 100);
  }
  expect(pace.rate()).toBeLessThan(250);
  expect(pace.rate()).toBeGreaterThanOrEqual(100);
  vi.advanceTimersByTime(9_000);
  expect(pace.rate()).toBeLessThan(50);
  vi.advanceTimersByTime(2_000);
  expect(pace.rate()).toBeNull();
  vi.advanceTimersByTime(1_000);
  pace.moved(500);
  expect(pace.rate()).toBeGreaterThan(0);
});
