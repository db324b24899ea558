/** Whether a moment lies behind us. */
export function isPast(iso: string): boolean {
  return Date.parse(iso) <= Date.now();
}
