const two = (figure: number): string => String(figure).padStart(2, '0');

/**
 * The name of an exported file: what sets it apart from others first, then the moment in this machine's time zone, then
 * what all of its kind have in common: `batch-12-500-2026-11-30-2354-card-keys.csv`.
 */
export function exportName(apart: readonly string[], what: string, ending: string, at = new Date()): string {
  const date = `${String(at.getFullYear())}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${[...apart, date, `${two(at.getHours())}${two(at.getMinutes())}`, what].join('-')}.${ending}`;
}
