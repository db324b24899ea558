import type { ReactNode } from 'react';
import { asBridgeError } from '../bridge';

export interface Toast {
  readonly id: number;
  /** When it was shown, as Date.now(). */
  readonly at: number;
  readonly tone: 'good' | 'bad' | 'plain';
  readonly text: ReactNode;
  readonly action?: { readonly label: string; run(): void };
  /** It says that a server does not answer, and goes when all of them do again. */
  readonly whileDown?: boolean;
}

/** How long a message stays at least. */
const readMilliseconds = 6_000;

let toasts: readonly Toast[] = [];
let last = 0;
const timers = new Map<number, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/**
 * Shows a short message at the bottom. Failures stay until they are closed; others disappear after six seconds in
 * which nobody is on them. One that is there already is shown once, as the newest.
 */
export function toast(text: ReactNode, options: Pick<Partial<Toast>, 'tone' | 'action' | 'whileDown'> = {}): number {
  const id = ++last;
  const tone = options.tone ?? 'plain';
  const { action, whileDown } = options;
  // The actions of two messages may differ although they say the same.
  const isSame = (one: Toast): boolean =>
    one.tone === tone && one.text === text && one.action === undefined && action === undefined;
  set([
    ...toasts.filter((one) => !isSame(one)).slice(-3),
    {
      id,
      at: Date.now(),
      tone,
      text,
      ...(action === undefined ? {} : { action }),
      ...(whileDown === undefined ? {} : { whileDown }),
    },
  ]);
  releaseToast(id);
  return id;
}

/** Keeps a message while someone is on it. */
export function holdToast(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
}

/** Nobody is on it: from now on it may disappear. */
export function releaseToast(id: number): void {
  holdToast(id);
  if (!toasts.some((one) => one.id === id && one.tone !== 'bad')) return;
  timers.set(
    id,
    setTimeout(() => dismissToast(id), readMilliseconds),
  );
}

/** Shows why a call failed; `text` replaces the error's message. */
export function toastError(error: unknown, text?: string): void {
  const { code, message } = asBridgeError(error);
  toast(typeof text === 'string' ? text : message, { tone: 'bad', whileDown: code === 'unavailable' });
}

/** Removes the messages about servers that did not answer, once they were there to be read. Call it when all do. */
export function serversAnswer(): void {
  const read = ({ whileDown, at }: Toast): boolean => whileDown === true && Date.now() - at > readMilliseconds;
  if (toasts.some(read)) set(toasts.filter((one) => !read(one)));
}

export function dismissToast(id: number): void {
  holdToast(id);
  set(toasts.filter((one) => one.id !== id));
}

/** For ToastHost only. */
export const toastStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  get: (): readonly Toast[] => toasts,
};
