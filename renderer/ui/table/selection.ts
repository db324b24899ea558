import type { Selection } from './types';

/** Nothing chosen. */
export const noSelection: Selection = { mode: 'some', ids: new Set() };

/** Everything that matches. */
export const everything: Selection = { mode: 'all', except: new Set() };

export function isSelected(selection: Selection, id: string): boolean {
  return selection.mode === 'all' ? !selection.except.has(id) : selection.ids.has(id);
}

/** The selection with these rows chosen, or not. */
export function withRows(selection: Selection, ids: readonly string[], chosen: boolean): Selection {
  if (selection.mode === 'all') {
    const except = new Set(selection.except);
    for (const id of ids) {
      if (chosen) except.delete(id);
      else except.add(id);
    }
    return { mode: 'all', except };
  }
  const next = new Set(selection.ids);
  for (const id of ids) {
    if (chosen) next.add(id);
    else next.delete(id);
  }
  return { mode: 'some', ids: next };
}

/** How many rows are chosen; null when all are and nobody has counted them yet. */
export function selectedCount(selection: Selection, matching: number | null): number | null {
  if (selection.mode === 'some') return selection.ids.size;
  return matching === null ? null : Math.max(0, matching - selection.except.size);
}

export function isNothing(selection: Selection): boolean {
  return selection.mode === 'some' && selection.ids.size === 0;
}
