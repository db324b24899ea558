import { lastInstant } from '../../../data/mysql/last-instant.js';

/** Why a time is invalid: it cannot be read, or a TIMESTAMP cannot hold it (1970 to 2038-01-19). */
export type TimeFault = 'unreadable' | 'range';

const written =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const last = lastInstant / 1_000;

/** Times repeat within a file, so recent results are remembered. */
const remembered = new Map<string, number | TimeFault>();

/**
 * A time as ISO, `2026-11-23 04:05:06`, `2026/11/23`, or seconds or milliseconds since 1970 → seconds since 1970.
 * Without a zone it is UTC.
 */
export function readTime(text: string): number | TimeFault {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const time = read(text);
  const checked = typeof time === 'number' && (time < 1 || time > last) ? 'range' : time;
  if (remembered.size >= 1_000) remembered.clear();
  remembered.set(text, checked);
  return checked;
}

function read(text: string): number | TimeFault {
  if (/^\d{10}$/.test(text)) return Number(text);
  if (/^\d{13}$/.test(text)) return Math.floor(Number(text) / 1000);
  const match = written.exec(text);
  if (match === null) return 'unreadable';
  const [year, month, date, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  if (year === undefined || month === undefined || date === undefined) return 'unreadable';
  if ((hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) return 'unreadable';
  const time = Date.UTC(year, month - 1, date, hour, minute, second);
  const back = new Date(time);
  // 30 February would become 2 March.
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== date) return 'unreadable';
  return time / 1000 - offsetOf(match[7]);
}

/** Seconds that a zone is ahead of UTC. */
function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const digits = zone.replace(':', '');
  const seconds = Number(digits.slice(1, 3)) * 3600 + Number(digits.slice(3, 5)) * 60;
  return digits.startsWith('-') ? -seconds : seconds;
}
