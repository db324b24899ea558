/** A percentage for people: "64.2%". A small part is never shown as 0 %, and an almost complete one never as 100 %. */
export function percent(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0%';
  if (part === whole) return '100%';
  const exact = (100 * part) / whole;
  if (exact < 0.1) return '< 0.1%';
  if (exact > 99.9) return '> 99.9%';
  return `${exact.toFixed(1)}%`;
}
