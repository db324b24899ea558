import { useCallback, useState } from 'react';

/** An operator's changes to the columns of one table. null means the default of the page. */
export interface ColumnPreferences {
  readonly widths: Readonly<Record<string, number>>;
  readonly hidden: readonly string[] | null;
  readonly pinned: readonly string[] | null;
}

const untouched: ColumnPreferences = { widths: {}, hidden: null, pinned: null };

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** Reads the stored preferences. Invalid data counts as no preferences, so that it cannot break the table. */
function read(key: string): ColumnPreferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return untouched;
    const { widths, hidden, pinned } = stored as Partial<Record<keyof ColumnPreferences, unknown>>;
    const sizes =
      typeof widths === 'object' && widths !== null
        ? Object.entries(widths).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
        : [];
    return {
      widths: Object.fromEntries(sizes),
      hidden: isNames(hidden) ? hidden : null,
      pinned: isNames(pinned) ? pinned : null,
    };
  } catch {
    return untouched;
  }
}

/** Widths, hidden and pinned columns of one table, stored on this machine. */
export function useColumnPreferences(name: string): {
  preferences: ColumnPreferences;
  change(change: (now: ColumnPreferences) => ColumnPreferences): void;
  reset(): void;
} {
  const key = `moondesk.table.${name}`;
  const [preferences, set] = useState(() => read(key));
  const change = useCallback(
    (edit: (now: ColumnPreferences) => ColumnPreferences) =>
      set((now) => {
        const next = edit(now);
        localStorage.setItem(key, JSON.stringify(next));
        return next;
      }),
    [key],
  );
  const reset = useCallback(() => change(() => untouched), [change]);
  return { preferences, change, reset };
}
