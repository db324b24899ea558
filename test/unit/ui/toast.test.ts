import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BridgeError } from '../../../renderer/bridge.js';
import { dismissToast, holdToast, releaseToast, toast, toastError, toastStore } from '../../../renderer/state/toast.js';

const shown = () => toastStore.get().map(({ text }) => text);

beforeEach(() => {
  for (const { id } of toastStore.get()) dismissToast(id);
});

afterEach(() => {
  vi.useRealTimers();
});

test('the same failure is shown once while it is there, as the newest', () => {
  const refused = () => toastError(new BridgeError('forbidden', 'refused'));
  refused();
  refused();
  expect(shown()).toEqual(['refused']);
  toast('another', { tone: 'bad' });
  refused();
  expect(shown()).toEqual(['another', 'refused']);
  for (const { id } of toastStore.get()) dismissToast(id);
  refused();
  expect(shown()).toEqual(['refused']);
});

test('what is no failure, and what can start something, stays beside it', () => {
  toast('done', { tone: 'bad' });
  toast('done');
  toast('done', { tone: 'bad', action: { label: 'first', run: () => undefined } });
  toast('done', { tone: 'bad', action: { label: 'second', run: () => undefined } });
  expect(toastStore.get().map(({ action }) => action?.label)).toEqual([undefined, undefined, 'first', 'second']);
});

test('one that somebody is on stays, and goes six seconds after they have left; a failure stays all the same', () => {
  vi.useFakeTimers();
  const [done, failed] = [toast('done'), toast('failed', { tone: 'bad' })];
  holdToast(done);
  holdToast(failed);
  vi.advanceTimersByTime(60_000);
  expect(shown()).toEqual(['done', 'failed']);
  releaseToast(done);
  releaseToast(failed);
  vi.advanceTimersByTime(5_000);
  expect(shown()).toEqual(['done', 'failed']);
  vi.advanceTimersByTime(2_000);
  expect(shown()).toEqual(['failed']);
  vi.advanceTimersByTime(60_000);
  expect(shown()).toEqual(['failed']);
});
