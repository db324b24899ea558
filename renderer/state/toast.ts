import type { ReactNode } from 'react';

export interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad' | 'plain';
  readonly text: ReactNode;
  readonly action?: { readonly label: string; run(): void };
}

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Shows a short message at the bottom. Failures stay until they are closed; others disappear after six seconds. */
export function toast(
  text: ReactNode,
  options: { readonly tone?: Toast['tone']; readonly action?: Toast['action'] } = {},
): number {
  const id = ++last;
  const tone = options.tone ?? 'plain';
  set([...toasts.slice(-3), { id, tone, text, ...(options.action === undefined ? {} : { action: options.action }) }]);
  if (tone !== 'bad') setTimeout(() => dismissToast(id), 6_000);
  return id;
}

export function dismissToast(id: number): void {
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
