import type { ReactElement, ReactNode } from 'react';

export interface FilterChip {
  readonly id: string;
  /** “state: banned”. */
  readonly label: string;
  onRemove(): void;
  /** Opens the filter's editor again. */
  onEdit?(): void;
}

export interface AddableFilter {
  readonly id: string;
  readonly label: string;
  /** Its editor, shown in a popover; calls `close` when done. */
  editor(close: () => void): ReactNode;
}

export interface FilterViews {
  readonly saved: readonly string[];
  readonly current?: string;
  onApply(name: string): void;
  onSave(name: string): void;
  onRemove(name: string): void;
}

export interface FilterBarProps {
  readonly search: string;
  onSearch(search: string): void;
  readonly placeholder: string;
  readonly chips: readonly FilterChip[];
  readonly filters: readonly AddableFilter[];
  onClear(): void;
  readonly views?: FilterViews;
  /** Anything more, at the right. */
  readonly children?: ReactNode;
}

/** The filter line: search (`/`), chips of active filters, the add-filter menu (`f`), saved views. */
export function FilterBar(props: FilterBarProps): ReactElement {
  return <div className="md-filterbar">{props.children}</div>;
}
