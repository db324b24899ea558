/**
 * The symbols of grouped keys: capitals and digits without 0, 1, I and O. There are thirty-two, so one symbol is five
 * random bits.
 */
export const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

// GF(32) by x⁵ + x² + 1. Its root α = 2 is primitive: the powers of α run through all 31 values except zero.
const powers = new Uint8Array(62);
const logs = new Uint8Array(32);
for (let at = 0, value = 1; at < 31; at += 1) {
  powers[at] = value;
  powers[at + 31] = value;
  logs[value] = at;
  value = (value << 1) ^ (value >= 16 ? 0b100101 : 0);
}

/** The value of a symbol times α to the power of its place. */
function weighed(value: number, place: number): number {
  return value === 0 ? 0 : (powers[((logs[value] ?? 0) + place) % 31] ?? 0);
}

/**
 * The last symbol of a text of `length` symbols, from the values (0–31) of those before it. With it, Σ cᵢ·αⁱ = 0. One
 * wrong symbol, or any two exchanged symbols, make the sum different from zero: each of up to 31 places has its own
 * weight, and none is zero.
 */
export function checkValue(values: Uint8Array, from: number, length: number): number {
  let sum = 0;
  for (let place = 0; place < length - 1; place += 1) sum ^= weighed(values[from + place] ?? 0, place);
  return sum === 0 ? 0 : (powers[((logs[sum] ?? 0) + 31 - ((length - 1) % 31)) % 31] ?? 0);
}

/** True if a text of the alphabet's symbols ends in the correct one; false for any other text. */
export function hasValidCheckSymbol(symbols: string): boolean {
  let sum = 0;
  for (let place = 0; place < symbols.length; place += 1) {
    const value = alphabet.indexOf(symbols.charAt(place));
    if (value < 0) return false;
    sum ^= weighed(value, place);
  }
  return sum === 0;
}
