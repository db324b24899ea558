import { randomFillSync } from 'node:crypto';
import type { KeyFormat } from '../../contract/cards-issue.js';
import { Refusal } from '../../contract/errors.js';
import { alphabet, hasValidCheckSymbol, checkValue } from './check-symbol.js';

export { hashOf } from '../../domain/cards/rows.js';

/** Maximum number of characters in `card_keys.plain_key`. */
const longestKey = 64;
const siteSymbols = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const siteLength = 16;

/** The layout of a format's keys. All keys have the same width, in ASCII. */
interface Layout {
  /** One key whose random places are blank. */
  readonly blank: Buffer;
  /** The places of its symbols; the check symbol is last. */
  readonly places: readonly number[];
  readonly checked: boolean;
}

function layoutOf(format: KeyFormat): Layout {
  if (format.kind === 'site')
    return {
      blank: Buffer.alloc(siteLength, ' '),
      places: Array.from({ length: siteLength }, (_, at) => at),
      checked: false,
    };
  const { prefix, symbols, group } = format;
  let text = prefix === '' || group === 0 ? prefix : `${prefix}-`;
  const places: number[] = [];
  for (let at = 0; at < symbols; at += 1) {
    if (group > 0 && at > 0 && at % group === 0) text += '-';
    places.push(text.length);
    text += ' ';
  }
  return { blank: Buffer.from(text, 'latin1'), places, checked: true };
}

/** Width of every key of a format, in bytes and in characters. */
export function widthOf(format: KeyFormat): number {
  return layoutOf(format).blank.length;
}

/** Bits of a key of this format that cannot be guessed. */
export function bitsOf(format: KeyFormat): number {
  return format.kind === 'site' ? Math.floor(siteLength * Math.log2(siteSymbols.length)) : (format.symbols - 1) * 5;
}

/** Refuses a format whose keys do not fit the site's column. Throws invalid_input. */
export function checkFormat(format: KeyFormat): void {
  const width = widthOf(format);
  if (width <= longestKey) return;
  throw new Refusal(
    'invalid_input',
    {
      zh: `卡密连同前缀与分隔符共 ${String(width)} 个字符，超过 64 个`,
      en: `With prefix and separators a key has ${String(width)} characters; 64 is the most`,
    },
    {
      hint: { zh: '缩短前缀，或每组放更多字符。', en: 'Shorten the prefix, or put more symbols in a group.' },
      details: { field: 'format', width },
    },
  );
}

/**
 * Keys as ASCII bytes, one after another, `widthOf(format)` bytes each. All keys are equally likely; the random numbers
 * come from the operating system.
 */
export function fillKeys(format: KeyFormat, count: number): Buffer<ArrayBuffer> {
  const { blank, places, checked } = layoutOf(format);
  const width = blank.length;
  const keys = Buffer.alloc(count * width);
  const symbols = Buffer.from(checked ? alphabet : siteSymbols, 'latin1');
  const random = symbolSource(symbols.length);
  const values = new Uint8Array(places.length);
  const drawn = checked ? places.length - 1 : places.length;
  for (let key = 0; key < count; key += 1) {
    const at = key * width;
    blank.copy(keys, at);
    for (let place = 0; place < drawn; place += 1) values[place] = random();
    if (checked) values[drawn] = checkValue(values, 0, places.length);
    for (let place = 0; place < places.length; place += 1)
      keys[at + (places[place] ?? 0)] = symbols[values[place] ?? 0] ?? 0;
  }
  return keys;
}

/**
 * Numbers below `size` (32 or 62), all equally likely: bits beyond the next power of two are cut off, and numbers that
 * are still too large are drawn again.
 */
function symbolSource(size: number): () => number {
  const pool = new Uint8Array(65_536);
  const bits = size <= 32 ? 31 : 63;
  let at = pool.length;
  return () => {
    for (;;) {
      if (at === pool.length) {
        randomFillSync(pool);
        at = 0;
      }
      const value = (pool[at] ?? 0) & bits;
      at += 1;
      if (value < size) return value;
    }
  };
}

/** New keys of a format. The database decides whether one exists already. */
export function makeKeys(format: KeyFormat, count: number): string[] {
  const width = widthOf(format);
  const text = fillKeys(format, count).toString('latin1');
  return Array.from({ length: count }, (_, at) => text.slice(at * width, (at + 1) * width));
}

/** What a pasted text may mean. */
export interface Reading {
  /** Texts whose hashes to look for, the most likely first. */
  readonly candidates: readonly { readonly key: string; readonly how: 'exact' | 'mended' }[];
  /** The hash in lower case, if the text itself is a hash. */
  readonly hash: string | null;
  /** It has the shape of one of the formats, but its check symbol does not match: there is a typing error. */
  readonly wrongCheck: boolean;
}

const blanks = /[\s\u00ad\u200b-\u200f\u2060\ufeff]+/gu;
const dashes = /[\p{Pd}\u2212\u00af\u02d7\u30fc\uff0d_]+/gu;

/**
 * Reads a pasted text. Spaces, lower case, missing or foreign dashes, full-width letters and a missing prefix are
 * corrected if a format says what must be there. Symbols are never guessed: 0, 1, I and O are not in the alphabet.
 */
export function readKey(text: string, formats: readonly KeyFormat[]): Reading {
  const typed = text.trim();
  const found = new Map<string, 'exact' | 'mended'>();
  if (typed !== '' && Array.from(typed).length <= longestKey) found.set(typed, 'exact');
  const plain = asPlain(typed, '');
  const compact = plain.replaceAll('-', '');
  const mend = (key: string): void => {
    if (key !== '' && key.length <= longestKey && !found.has(key)) found.set(key, 'mended');
  };
  let wrongCheck = false;
  for (const format of formats) {
    if (format.kind === 'site') continue;
    const symbols = symbolsIn(compact.toUpperCase(), format);
    if (symbols === null) continue;
    if (hasValidCheckSymbol(symbols)) mend(laidOut(symbols, format));
    else wrongCheck = true;
  }
  // The site's own keys: upper and lower case differ, and there are no dashes.
  if (/^[A-Za-z0-9]{16}$/.test(compact)) mend(compact);
  mend(plain);
  return {
    candidates: [...found].map(([key, how]) => ({ key, how })),
    hash: /^[0-9a-f]{64}$/i.test(compact) ? compact.toLowerCase() : null,
    wrongCheck,
  };
}

/** A text in the letters and dashes that keys are written in; blanks, also unseen ones, become `blank`. */
export function asPlain(text: string, blank: '' | ' '): string {
  return text.normalize('NFKC').replace(blanks, blank).replace(dashes, '-');
}

/** The key of a format that letters and digits without dashes are; null if they are none. */
export function laidOutKey(compact: string, format: KeyFormat): string | null {
  if (format.kind === 'site') return null;
  const symbols = symbolsIn(compact.toUpperCase(), format);
  return symbols !== null && hasValidCheckSymbol(symbols) ? laidOut(symbols, format) : null;
}

/** Most symbols of a beginning that are compared, and fewest that are enough. */
const beginning = { most: 8, fewest: 4 };

/**
 * A key is found by a beginning only if so many symbols follow: four are shown, one of which may be a check symbol, and
 * the other eight are too many to be tried.
 */
export const leastBehind = 12;

/** A beginning of keys. `widths`: it is looked for only in keys of so many characters. */
export interface KeyBeginning {
  readonly text: string;
  readonly widths?: readonly number[];
}

/** Keys of sixteen symbols without a prefix: the site's own, and imported ones in groups of four. */
const bareWidths = [siteLength, siteLength + 3];

/**
 * Beginnings of keys that a text may be, at most eight symbols behind the prefix, and fewer of short keys. No more are
 * compared, because whoever could ask symbol by symbol would read a whole key that way, unrecorded.
 */
export function beginningsOf(text: string, formats: readonly KeyFormat[]): readonly KeyBeginning[] {
  const plain = asPlain(text, '');
  if (!/^[A-Za-z0-9-]{6,64}$/.test(plain)) return [];
  const compact = plain.replaceAll('-', '');
  const found = new Set<string>();
  let prefixed = false;
  for (const format of formats) {
    if (format.kind === 'site') continue;
    const { prefix } = format;
    const typed = compact.toUpperCase();
    const hasPrefix = prefix !== '' && alike(typed.slice(0, prefix.length), prefix);
    prefixed ||= hasPrefix;
    const symbols = typed
      .slice(hasPrefix ? prefix.length : 0)
      .slice(0, Math.min(beginning.most, format.symbols - leastBehind));
    if (symbols.length < beginning.fewest || !Array.from(symbols).every((symbol) => alphabet.includes(symbol)))
      continue;
    found.add(laidOut(symbols, format).split(' ')[0] ?? '');
  }
  // Behind a known prefix, so few characters would be hardly more than it.
  if (!prefixed) found.add(plain.slice(0, beginning.most));
  return [
    ...[...found].map((one) => ({ text: one.replace(/-+$/, '') })),
    { text: compact.slice(0, siteLength - leastBehind), widths: bareWidths },
  ];
}

/** The symbols of a text without dashes, with or without the prefix; null if it has another shape. */
function symbolsIn(compact: string, { prefix, symbols }: Extract<KeyFormat, { kind: 'grouped' }>): string | null {
  const rest =
    compact.length === symbols
      ? compact
      : compact.length === prefix.length + symbols && alike(compact.slice(0, prefix.length), prefix)
        ? compact.slice(prefix.length)
        : null;
  return rest !== null && Array.from(rest).every((symbol) => alphabet.includes(symbol)) ? rest : null;
}

/** The prefix is known, so letters that look alike may be exchanged in it. */
function alike(typed: string, prefix: string): boolean {
  const fold = (part: string): string => part.replaceAll('O', '0').replaceAll('I', '1');
  return fold(typed) === fold(prefix);
}

function laidOut(symbols: string, format: KeyFormat): string {
  const { blank, places } = layoutOf(format);
  const key = Buffer.from(blank);
  for (const [at, place] of places.slice(0, symbols.length).entries()) key[place] = symbols.charCodeAt(at);
  const head = format.kind === 'grouped' ? format.prefix : '';
  return head + key.toString('latin1').slice(head.length);
}
