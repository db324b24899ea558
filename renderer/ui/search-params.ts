import { parseDay } from './parse-date';

/** Parses addresses and saved views. Invalid parts are left out and never cause an error. */

/** A text of at most `most` characters. A number in the address counts as text. */
export function textOf(value: unknown, most: number): string | undefined {
  const written = typeof value === 'number' ? String(value) : value;
  return typeof written === 'string' && written.trim() !== '' && written.length <= most ? written : undefined;
}

/** A day in the operator's zone: 2026-11-23. */
export function dayOf(value: unknown): string | undefined {
  return typeof value === 'string' ? (parseDay(value) ?? undefined) : undefined;
}

/** A BIGINT id as digits. A parsed address may contain it as a number. */
export function digitsOf(value: unknown): string | undefined {
  const text = textOf(value, 20);
  return text !== undefined && /^\d+$/.test(text) ? text : undefined;
}

export function wholeOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

export function oneOf<T extends string>(allowed: readonly T[], value: unknown): T | undefined {
  return allowed.find((one) => one === value);
}

/** So many values of one part are read. */
export const mostValues = 20;

/** A few different values; a single value needs no list. */
export function severalOf<T>(value: unknown, read: (one: unknown) => T | undefined): readonly T[] | undefined {
  const list = (Array.isArray(value) ? value : [value]).flatMap((one: unknown) => read(one) ?? []);
  return list.length === 0 ? undefined : [...new Set(list)].slice(0, mostValues);
}

/** Removes undefined fields, so that an address stays short. */
export function present<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** The first moment of a day in this machine's time zone. */
export function startOfDay(day: string | undefined): string | undefined {
  return day === undefined ? undefined : instantOf(`${day}T00:00:00`);
}

/** The last moment of a day in this machine's time zone. */
export function endOfDay(day: string | undefined): string | undefined {
  return day === undefined ? undefined : instantOf(`${day}T23:59:59.999`);
}

/** In UTC, the first and the last day of all may lie in years that no instant is written with. */
function instantOf(local: string): string {
  const instant = new Date(local).toISOString();
  if (instant.startsWith('-')) return '0000-01-01T00:00:00.000Z';
  return instant.startsWith('+') ? '9999-12-31T23:59:59.999Z' : instant;
}

/** The day of a moment in this machine's time zone. */
export function dayOfDate(date: Date): string {
  return [
    date.getFullYear(),
    String(date.getMonth() + 1).padStart(2, '0'),
    String(date.getDate()).padStart(2, '0'),
  ].join('-');
}
