import { randomBytes } from 'node:crypto';
import { Refusal } from '../contract/errors.js';
import { errorNumber } from '../data/mysql/errors.js';
import { millisecondsOf } from '../data/mysql/column-values.js';
import { sqlTime } from '../data/mysql/database.js';
import { lastInstant } from '../data/mysql/last-instant.js';

/** UTC text of a column → milliseconds since 1970. 0, as sites have it, if there is no time. */
export function millis(text: string | null): number {
  return millisecondsOf(text) ?? 0;
}

/** As `millis`, as an object with one field; empty if there is no time. */
export function optionalMillis<K extends string>(field: K, text: string | null): { [key in K]?: number } {
  const time = millisecondsOf(text);
  return time === null ? {} : ({ [field]: time } as { [key in K]: number });
}

/**
 * Milliseconds → text for a TIMESTAMP, to the second. Throws `invalid_input` for what it cannot store: before 1970,
 * after 2038-01-19.
 */
export function timestamp(instant: number, field: string): string {
  if (!Number.isFinite(instant) || instant < 1_000 || instant > lastInstant) throw outOfRange(field);
  return sqlTime(new Date(instant));
}

/** A time that a TIMESTAMP cannot store; `field` names it. */
export function outOfRange(field: string): Refusal {
  return new Refusal(
    'invalid_input',
    { zh: '时间超出数据库能保存的范围（1970—2038）', en: 'The database cannot hold this time (1970–2038)' },
    { details: { field } },
  );
}

/** A JSON column of names, whether the driver has parsed it or not. Anything else gives an empty list. */
export function nameList(column: unknown): string[] {
  let value = column;
  if (typeof value === 'string') {
    try {
      value = JSON.parse(value);
    } catch {
      return [];
    }
  }
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
}

/** An id in the site's format: milliseconds, a dash, nine symbols. It sorts by time. */
export function newId(): string {
  return `${String(Date.now())}-${randomText('0123456789abcdefghijklmnopqrstuvwxyz', 9)}`;
}

/** Symbols drawn evenly from an alphabet of at most 256, by a secure random source. */
export function randomText(alphabet: string, length: number): string {
  // Larger bytes would draw some symbols more often than others.
  const even = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length + 8))
      if (byte < even && text.length < length) text += alphabet.charAt(byte % alphabet.length);
  }
  return text;
}

/** True for a driver's error, or a refusal made from one, with this number. */
export function isError(error: unknown, number: number): boolean {
  return errorNumber(error instanceof Refusal ? error.cause : error) === number;
}

/** A given value that cannot be stored; `field` names it. */
export function invalid(field: string, zh: string, en: string): Refusal {
  return new Refusal('invalid_input', { zh, en }, { details: { field } });
}

/** Taken, used up, or in conflict with existing data. */
export function conflict(zh: string, en: string): Refusal {
  return new Refusal('conflict', { zh, en });
}
