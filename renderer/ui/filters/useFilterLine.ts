import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AddableFilter, FilterChip } from '../FilterBar';

/** One filter of a list: what it is called, what it says now, and how it is changed. */
export interface FilterKind {
  readonly id: string;
  readonly label: string;
  /** null while it is not in use. */
  readonly value: string | null;
  editor(close: () => void): ReactNode;
  clear(): void;
}

/** Chips of the filters in use, and the list to add from, for the FilterBar. */
export function useFilterLine(kinds: readonly FilterKind[]): {
  readonly chips: readonly FilterChip[];
  readonly filters: readonly AddableFilter[];
} {
  const { t } = useTranslation('filters');
  const chips = kinds.flatMap(({ id, label, value, clear }): FilterChip[] =>
    value === null ? [] : [{ id, label: t('chip', { name: label, value }), onRemove: clear }],
  );
  return { chips, filters: kinds };
}

/** “2026-07-01 to 2026-07-31”, “from …”, “until …”; null where neither day is set. */
export function daysText(t: TFunction<'filters'>, from: string | undefined, to: string | undefined): string | null {
  if (from !== undefined && to !== undefined) return t('range', { from, to });
  if (from !== undefined) return t('from', { from });
  return to === undefined ? null : t('to', { to });
}
