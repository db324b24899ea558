import { hash } from 'node:crypto';
import { type CardType, cardDays, type Expiry } from '../../../contract/cards-list.js';
import { endMillis } from '../../../domain/cards/end.js';
import { lastInstant } from '../../../data/mysql/last-instant.js';
import { readTime, type TimeFault } from './time.js';

/** Why a line cannot be imported. reasons.ts has the texts. */
export type Fault =
  | 'no_key'
  | 'too_long'
  | 'too_short'
  | 'control'
  | 'invisible'
  | 'emoji'
  | 'is_hash'
  | 'formula'
  | 'mangled'
  | 'hash_mismatch'
  | 'type'
  | 'state'
  | 'created_unreadable'
  | 'created_range'
  | 'expires_unreadable'
  | 'expires_range'
  | 'order'
  | 'not_expired';

/** The fields of a line, as text. Absent columns are undefined. */
export interface RawLine {
  readonly key: string;
  readonly hash?: string | undefined;
  readonly type?: string | undefined;
  readonly state?: string | undefined;
  readonly created?: string | undefined;
  readonly expires?: string | undefined;
  readonly boundTo?: string | undefined;
}

/** A valid line. Times are seconds since 1970. */
export interface ReadLine {
  readonly key: string;
  /** SHA-256 as 32 characters, one per byte: a Buffer for each line would cost more than the hashing. */
  readonly digest: string;
  readonly type: CardType;
  readonly typeGiven: boolean;
  readonly created: number;
  readonly expires: number;
  readonly expiresGiven: boolean;
  readonly expired: boolean;
  /** The file says that somebody uses it. */
  readonly used: boolean;
}

/** Values for lines without their own. `now` is in seconds since 1970. */
export interface Defaults {
  readonly type: CardType;
  readonly expiry: Expiry;
  readonly now: number;
}

const day = 86_400;
/** The first time that a TIMESTAMP can hold. */
const firstSecond = 1;
/** The last time that a TIMESTAMP can hold. */
export const lastSecond = lastInstant / 1_000;

export const types: Readonly<Record<string, CardType>> = {
  year: 'year',
  quarter: 'quarter',
  month: 'month',
  week: 'week',
  年卡: 'year',
  季卡: 'quarter',
  月卡: 'month',
  周卡: 'week',
};

export const states: Readonly<Record<string, 'unused' | 'used' | 'expired'>> = {
  '': 'unused',
  unused: 'unused',
  used: 'used',
  expired: 'expired',
  revoked: 'expired',
  未使用: 'unused',
  已使用: 'used',
  已过期: 'expired',
  已作废: 'expired',
};

/**
 * Parses one line, or returns why it cannot. Spaces around a key are removed (no site makes such keys, and files often
 * have them), unless the hash column shows that they belong to the key.
 */
export function readLine(raw: RawLine, { type: usual, expiry, now }: Defaults): ReadLine | Fault {
  const found = keyOf(raw);
  if (typeof found === 'string') return found;
  const typeGiven = raw.type !== undefined && raw.type.trim() !== '';
  const type = typeGiven ? named(types, raw.type) : usual;
  if (type === undefined) return 'type';
  const state = raw.state === undefined ? 'unused' : named(states, raw.state);
  if (state === undefined) return 'state';
  const used = state === 'used' || (raw.boundTo ?? '').trim() !== '';
  const createdGiven = timeIn(raw.created, 'created');
  if (typeof createdGiven === 'string') return createdGiven;
  const expiresGiven = timeIn(raw.expires, 'expires');
  if (typeof expiresGiven === 'string') return expiresGiven;
  const expires =
    expiresGiven ?? Math.floor(endMillis(expiry, type, (createdGiven ?? now) * 1_000, now * 1_000) / 1_000);
  if (expires > lastSecond) return 'expires_range';
  const created = createdGiven ?? (expiresGiven === null ? now : supposed(expires, type, now));
  if (created > expires) return 'order';
  if (state === 'expired' && expires > now) return 'not_expired';
  return {
    ...found,
    type,
    typeGiven,
    created,
    expires,
    expiresGiven: expiresGiven !== null,
    expired: expires <= now,
    used,
  };
}

/**
 * When a card with only an expiry counts as created. A renewal counts the days from creation to expiry, so it is the
 * type's days before, or now if that would be in the future. Of a card that has ended nothing is supposed: creation and
 * expiry are equal, and the import leaves its creation empty.
 */
function supposed(expires: number, type: CardType, now: number): number {
  return expires <= now ? expires : Math.max(firstSecond, Math.min(now, expires - cardDays[type] * day));
}

/** The value that a text of a cell names, in either language; undefined if it names none. */
export function named<T>(names: Readonly<Record<string, T>>, text: string): T | undefined {
  const name = text.trim().toLowerCase();
  return Object.hasOwn(names, name) ? names[name] : undefined;
}

function timeIn(text: string | undefined, column: 'created' | 'expires'): number | null | Fault {
  if (text === undefined || text.trim() === '') return null;
  const time = readTime(text.trim());
  return typeof time === 'number' ? time : (`${column}_${time satisfies TimeFault}` as const);
}

// What a spreadsheet turns keys into: errors of formulas, and numbers in scientific notation.
const spreadsheetError = /^#(?:NAME\?|REF!|VALUE!|N\/A|DIV\/0!|NUM!|NULL!)$/;
const scientific = /^\d(?:[.,]\d+)?E[+-]?\d+$/i;
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/;

/**
 * What is not seen, so that nobody can type it: zero-width, soft hyphens, marks of direction, variation selectors,
 * unassigned symbols, and blanks other than the one of the keyboard and the ideographic one.
 */
const invisible =
  /[\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Variation_Selector}\u{34f}\u00a0\u115f\u1160\u1680\u2000-\u200a\u202f\u205f\u2800\u3164\uffa0]/u;
const emoji = /[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]/u;

/** A shorter key is guessed in an afternoon. */
const shortest = 4;
/** Characters that the column holds. */
const longest = 64;

/** What a CSV puts an apostrophe before, so that a spreadsheet does not run it. */
const defused = /^'[=+\-@\t\r＝＋－＠]/;

/** Matches nearly all keys: they cannot contain anything that is checked below. */
const plainKey = /^[A-Za-z][\w-]{3,62}$/;

/** The key of a line, and its hash. */
function keyOf(raw: RawLine): Pick<ReadLine, 'key' | 'digest'> | Fault {
  const wanted = raw.hash?.trim().toLowerCase() ?? '';
  const known = /^[0-9a-f]{64}$/.test(wanted);
  const key = raw.key.trim();
  if (!known && plainKey.test(key)) return { key, digest: sha256(key) };
  if (key === '') return 'no_key';
  if (key.length > longest && Array.from(key).length > longest) return 'too_long';
  if (control.test(key)) return 'control';
  if (emoji.test(key)) return 'emoji';
  if (invisible.test(key)) return 'invisible';
  if (Array.from(key).length < shortest) return 'too_short';
  if (known) {
    // Our own CSV puts an apostrophe before text that a spreadsheet would run.
    for (const text of [raw.key, key, key.startsWith("'") ? key.slice(1) : key]) {
      // With what stands around it, it may be no key that can be stored.
      if (control.test(text) || Array.from(text).length > longest) continue;
      const digest = sha256(text);
      if (Buffer.from(digest, 'latin1').toString('hex') === wanted) return { key: text, digest };
    }
    return 'hash_mismatch';
  }
  if (/^[0-9a-f]{64}$/.test(key)) return 'is_hash';
  if (spreadsheetError.test(key) || scientific.test(key)) return 'mangled';
  // A file without hashes, as the site's own CSV, cannot say whose apostrophe it is. Nearly always it is a CSV's.
  if (defused.test(key)) return { key: key.slice(1), digest: sha256(key.slice(1)) };
  if (/^[=+\-@].*[()!|]/.test(key)) return 'formula';
  return { key, digest: sha256(key) };
}

function sha256(text: string): string {
  return hash('sha256', text, 'binary');
}
