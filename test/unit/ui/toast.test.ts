import { beforeEach, expect, test } from 'vitest';
import { BridgeError } from '../../../renderer/bridge.js';
import { dismissToast, toast, toastError, toastStore } from '../../../renderer/state/toast.js';

const shown = () => toastStore.get().map(({ text }) => text);

beforeEach(() => {
  for (const { id } of toastStore.get()) dismissToast(id);
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
