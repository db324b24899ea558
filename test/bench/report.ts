/** The median of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The figure that `share` of all figures do not exceed. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Milliseconds that some work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

export interface Result {
  readonly name: string;
  readonly ours: number;
  readonly reference: number;
  readonly unit: string;
  /** Above 1 if ours is better. */
  readonly better: 'lower' | 'higher';
  readonly note?: string;
}

/** Prints a benchmark's one result line. */
export function report({ name, ours, reference, unit, better, note }: Result): void {
  const ratio = better === 'lower' ? reference / ours : ours / reference;
  const digits = (figure: number): string => (figure >= 100 ? figure.toFixed(0) : figure.toPrecision(3));
  process.stdout.write(
    `bench ${name} ours=${digits(ours)} reference=${digits(reference)} unit=${unit} ratio=${digits(ratio)}${note === undefined ? '' : ` # ${note}`}\n`,
  );
}
