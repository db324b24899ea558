import type { Random } from './random.js';

/** Instants are whole seconds since the epoch, UTC: what a TIMESTAMP column holds. */
export type Seconds = number;

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;

const dates = new Map<number, string>();

export function sqlDate(at: Seconds): string {
  const day = Math.floor(at / DAY);
  let text = dates.get(day);
  if (text === undefined) {
    text = new Date(day * DAY * 1000).toISOString().slice(0, 10);
    dates.set(day, text);
  }
  return text;
}

export function sqlTime(at: Seconds): string {
  const left = at - Math.floor(at / DAY) * DAY;
  const hours = Math.floor(left / HOUR);
  const minutes = Math.floor((left % HOUR) / MINUTE);
  return `${sqlDate(at)} ${two(hours)}:${two(minutes)}:${two(left % MINUTE)}`;
}

export function iso(at: Seconds): string {
  return new Date(at * 1000).toISOString();
}

/** How busy each hour of the day is in China, from midnight. */
const BUSY = [5, 3, 2, 1, 1, 1, 2, 3, 4, 5, 6, 7, 9, 8, 7, 7, 7, 8, 10, 13, 17, 18, 15, 9] as const;
const CUMULATED: number[] = [];
BUSY.reduce((sum, weight) => {
  CUMULATED.push(sum + weight);
  return sum + weight;
}, 0);
const TOTAL = CUMULATED.at(-1) ?? 1;
const CHINA_OFFSET = 8 * HOUR;

/** Moves an instant to a plausible time of its day in China, most often the evening. */
export function eveningOf(random: Random, moment: Seconds): Seconds {
  const localDay = Math.floor((moment + CHINA_OFFSET) / DAY);
  const wanted = random.next() * TOTAL;
  let hour = CUMULATED.findIndex((sum) => wanted < sum);
  if (hour < 0) hour = 21;
  return localDay * DAY - CHINA_OFFSET + hour * HOUR + random.between(0, HOUR - 1);
}

/** The same, but always within [low, high]. */
export function eveningBetween(random: Random, low: Seconds, high: Seconds, moment: Seconds): Seconds {
  const shifted = eveningOf(random, moment);
  return shifted >= low && shifted <= high ? shifted : Math.min(Math.max(moment, low), high);
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
