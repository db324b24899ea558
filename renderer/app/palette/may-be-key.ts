/**
 * True for a text that is or contains a key: at least twelve letters and digits in all, with the spaces and dashes that
 * people put between them, or a word of eight or more among which is a digit. A key's hash passes as well.
 */
export function mayBeKey(text: string): boolean {
  const plain = text.normalize('NFKC').replaceAll(/[\u00ad\u200b-\u200f\u2060\ufeff]/gu, '');
  if (/^[A-Za-z0-9]{12,80}$/.test(plain.replaceAll(/[\s\p{Pd}_]/gu, ''))) return true;
  const words = plain.replaceAll(/[\p{Pd}_]/gu, '').match(/[A-Za-z0-9]{8,}/g) ?? [];
  return words.some((word) => /\d/.test(word));
}
