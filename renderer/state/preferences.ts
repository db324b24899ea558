import { useSyncExternalStore } from 'react';

export const rowHeights = { dense: 30, roomy: 38 } as const;
export type Density = keyof typeof rowHeights;

export interface Preferences {
  readonly density: Density;
  readonly railFolded: boolean;
}

const storageKey = 'moondesk.preferences';
const standard: Preferences = { density: 'dense', railFolded: false };
const listeners = new Set<() => void>();
let now: Preferences = read();

export function isDensity(value: unknown): value is Density {
  return value === 'dense' || value === 'roomy';
}

function read(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return standard;
    const { density, railFolded } = stored as Partial<Record<keyof Preferences, unknown>>;
    return { density: isDensity(density) ? density : standard.density, railFolded: railFolded === true };
  } catch {
    return standard;
  }
}

/** Changes one preference and stores it on this machine. */
export function setPreference<K extends keyof Preferences>(key: K, value: Preferences[K]): void {
  now = { ...now, [key]: value };
  localStorage.setItem(storageKey, JSON.stringify(now));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The operator's preferences for the window: row height, folded rail. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, () => now);
}
