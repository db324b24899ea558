import type { ReactElement } from 'react';

const grouped = new Intl.NumberFormat('en-US');

/** A whole number with thousands separators, as text. */
export function formatNumber(value: number): string {
  return grouped.format(value);
}

/** A duration, for example “14 ms” or “< 1 ms”. */
export function formatMilliseconds(value: number): string {
  return value < 1 ? '< 1 ms' : `${grouped.format(Math.round(value))} ms`;
}

/** A number with tabular digits and thousands separators. `null` is shown as a dash; an estimate starts with ≈. */
export function NumberCell({
  value,
  approximate = false,
}: {
  readonly value: number | null;
  readonly approximate?: boolean;
}): ReactElement {
  if (value === null) return <span className="md-num md-dim">—</span>;
  return (
    <span className="md-num">
      {approximate ? '≈ ' : ''}
      {grouped.format(value)}
    </span>
  );
}
