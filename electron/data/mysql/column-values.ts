import { Refusal } from '../../contract/errors.js';
import { isoOrNull, sqlTime } from './database.js';

/** The two parts of a record's key. */
export interface ContentKey {
  readonly source: string;
  readonly id: string;
}

/** Splits `source+id` at the first `+`, because ids may contain more. Null if there is no `+`, or nothing before it. */
export function splitKey(key: string): ContentKey | null {
  const at = key.indexOf('+');
  return at < 1 ? null : { source: key.slice(0, at), id: key.slice(at + 1) };
}

/** Like `splitKey`, but the parts must fit the columns. Throws `invalid_input`. */
export function neededKey(key: string): ContentKey {
  const parts = splitKey(key);
  if (parts === null || parts.source.length > 100 || parts.id.length > 255) {
    throw new Refusal('invalid_input', {
      zh: `内容键应为「来源+编号」，来源不超过 100 字，编号不超过 255 字：${key.slice(0, 80)}`,
      en: `A content's key is source+id, the source of up to 100 characters and the id of up to 255: ${key.slice(0, 80)}`,
    });
  }
  return parts;
}

/**
 * Text that fits its column. Labels are cut and never refused, because a viewer's progress matters more than a long
 * title.
 */
export function clipped(value: string | undefined, length: number): string | null {
  if (typeof value !== 'string') return null;
  return value.length <= length ? value : Array.from(value).slice(0, length).join('');
}

/** An address that fits its column, or null: a cut address would not work. */
export function address(value: string | undefined, length: number): string | null {
  return typeof value === 'string' && value.length <= length ? value : null;
}

const greatest = 2_147_483_647;

/**
 * A whole number that fits INT. Fractions are cut off; negative and missing numbers become 0. Throws `invalid_input` if
 * it is not a number.
 */
export function whole(value: number | null | undefined, name: string): number {
  if (value === undefined || value === null) return 0;
  if (!Number.isFinite(value)) {
    throw new Refusal('invalid_input', { zh: `${name} 不是数字`, en: `${name} is not a number` });
  }
  return Math.min(greatest, Math.max(0, Math.trunc(value)));
}

/**
 * Milliseconds → the text of a TIMESTAMP in a UTC session: whole seconds between 1970 and January 2038. If the argument
 * is missing, the current time.
 */
export function timestampOf(milliseconds: number | undefined): string {
  const given = Number.isFinite(milliseconds) ? Number(milliseconds) : Date.now();
  const seconds = Math.min(greatest, Math.max(1, Math.floor(given / 1000)));
  return sqlTime(new Date(seconds * 1000));
}

/** UTC text of a column → milliseconds since 1970; null if there is no time. */
export function millisecondsOf(text: string | null): number | null {
  const iso = isoOrNull(text);
  return iso === null ? null : Date.parse(iso);
}
