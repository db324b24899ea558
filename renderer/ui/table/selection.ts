import type { Selection } from './types';

/** No rows are chosen. */
export const noSelection: Selection = { mode: 'some', ids: new Set() };

/** All matching rows are chosen. */
export const everything: Selection = { mode: 'all', except: new Set() };

export function isSelected(selection: Selection, id: string): boolean {
  return selection.mode === 'all' ? !selection.except.has(id) : selection.ids.has(id);
}

/** The selection after these rows were chosen or deselected. */
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

/** How many rows are chosen; null if all are and their number is not known yet. */
export function selectedCount(selection: Selection, matching: number | null): number | null {
  if (selection.mode === 'some') return selection.ids.size;
  return matching === null ? null : Math.max(0, matching - selection.except.size);
}

export function isNothing(selection: Selection): boolean {
  return selection.mode === 'some' && selection.ids.size === 0;
}
