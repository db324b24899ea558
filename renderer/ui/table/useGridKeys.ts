import type { KeyboardEvent } from 'react';
import { useActions } from '../actions';
import { copyText } from '../copy';
import { doKeysWait, type Hotkey, useHotkeys } from '../hotkeys';
import { everything, isNothing, noSelection } from './selection';
import type { Selection } from './types';
import type { Grid } from './useGrid';

interface GridKeys<Row> {
  readonly grid: Grid<Row>;
  readonly selectable: boolean;
  readonly selection: Selection;
  onSelectionChange(selection: Selection): void;
  /** How many rows fit in the window, for Page up and Page down. */
  readonly page: number;
  cellText(row: number, column: number): string | null;
  onCopied(): void;
}

/**
 * The keys of the grid. j, k, x, Shift+arrows and Ctrl+A work anywhere on the page. Arrows, Enter and Ctrl+C work while
 * the grid has the focus.
 */
export function useGridKeys<Row>({
  grid,
  selectable,
  selection,
  onSelectionChange,
  page,
  cellText,
  onCopied,
}: GridKeys<Row>): (event: KeyboardEvent<HTMLElement>) => void {
  const { row, column } = grid.active;
  const down = () => grid.go({ row: row + 1, column });
  const up = () => grid.go({ row: row - 1, column });

  const chooseAll = () => onSelectionChange(everything);
  const chooseNone = () => onSelectionChange(noSelection);
  useActions(() => ({
    'list.all': selectable ? { run: chooseAll } : undefined,
    'list.none': isNothing(selection) ? undefined : { run: chooseNone },
  }));
  useHotkeys([
    { keys: 'j', run: down },
    { keys: 'k', run: up },
  ]);
  const choosing: readonly Hotkey[] = [
    { keys: 'x', run: () => grid.toggle(row) },
    { keys: 'shift+arrowdown', run: () => grid.go({ row: row + 1, column }, true) },
    { keys: 'shift+arrowup', run: () => grid.go({ row: row - 1, column }, true) },
    { keys: 'mod+a', run: chooseAll },
  ];
  useHotkeys(choosing, { enabled: selectable });
  useHotkeys([{ keys: 'escape', run: chooseNone }], { enabled: !isNothing(selection) });

  const moves: Readonly<Record<string, () => void>> = {
    ArrowDown: down,
    ArrowUp: up,
    ArrowRight: () => grid.go({ row, column: column + 1 }),
    ArrowLeft: () => grid.go({ row, column: column - 1 }),
    PageDown: () => grid.go({ row: row + page, column }),
    PageUp: () => grid.go({ row: row - page, column }),
    Home: () => grid.go({ row: 0, column }),
    End: () => grid.go({ row: grid.rows.length - 1, column }),
    Enter: () => grid.open(row),
    ' ': () => (selectable ? grid.toggle(row) : undefined),
  };

  return (event) => {
    if (event.target !== event.currentTarget || event.shiftKey || event.altKey || doKeysWait()) return;
    if (event.ctrlKey || event.metaKey) {
      const text =
        event.key.toLowerCase() === 'c' && window.getSelection()?.isCollapsed !== false ? cellText(row, column) : null;
      if (text !== null && copyText(text)) {
        event.preventDefault();
        onCopied();
      }
      return;
    }
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    move();
  };
}
