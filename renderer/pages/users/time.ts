/** True if a moment is in the past. */
export function isPast(iso: string): boolean {
  return Date.parse(iso) <= Date.now();
}
