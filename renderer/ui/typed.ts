/**
 * What was typed, in its usual form: Chinese and Japanese keyboards write digits, letters and signs as wide as their
 * characters (`２０２６－１２－０１`), and some texts have a dash or a minus of their own (`−3`).
 */
export function usualForm(typed: string): string {
  return typed
    .normalize('NFKC')
    .replaceAll(/[‐-―−]/gu, '-')
    .trim();
}

/** `3,000`, `-12`, `２００` → a whole number; null if the text is none that JavaScript can represent. */
export function parseWhole(typed: string): number | null {
  const written = usualForm(typed);
  if (!/^-?(?:\d+|\d{1,3}(?:,\d{3})+)$/.test(written)) return null;
  const whole = Number(written.replaceAll(',', ''));
  // Without this, -0 would go into the address.
  return Number.isSafeInteger(whole) ? whole + 0 : null;
}

/** The id of a row as people write it, `115` or `#115`, as digits; null if it is none. */
export function parseId(typed: string): string | null {
  return /^#?(\d{1,20})$/.exec(usualForm(typed))?.[1] ?? null;
}
