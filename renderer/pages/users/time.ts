/** True if a moment is in the past. An end that the database does not hold (a zero date) is before everything. */
export function isPast(iso: string | null): boolean {
  return iso === null || Date.parse(iso) <= Date.now();
}
