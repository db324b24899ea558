const units = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;

const written = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?)?$/u;

/**
 * An instant as people write it, as ISO-8601: `2026-12-01` and `2026-12-01 18:00` in this machine's zone, `+30d`,
 * `-12h`, `+2w`, `now`, or ISO-8601 with its zone. `end`: a date without a time means its last millisecond. Null for
 * anything else.
 */
export function readMoment(text: string, { now = new Date(), end = false } = {}): string | null {
  const typed = text.trim();
  if (typed === 'now' || typed === '现在') return now.toISOString();
  const [, sign, count, unit] = /^([+-])(\d{1,5})([hdw])$/.exec(typed) ?? [];
  if (unit !== undefined) {
    const step = units[unit as keyof typeof units] * Number(count);
    return new Date(now.getTime() + (sign === '-' ? -step : step)).toISOString();
  }
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(typed))
    return Number.isNaN(Date.parse(typed)) ? null : typed;
  const parts = written.exec(typed)?.slice(1);
  if (parts === undefined) return null;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = parts.map((part) => Number(part ?? 0));
  const wholeDay = parts[3] === undefined;
  const moment =
    wholeDay && end
      ? new Date(year, month - 1, day, 23, 59, 59, 999)
      : new Date(year, month - 1, day, hours, minutes, seconds);
  // The 31st of February would become the 3rd of March, and the year 26 would be 1926.
  const isDay = moment.getFullYear() === year && moment.getMonth() === month - 1 && moment.getDate() === day;
  const exists = isDay && hours < 24 && minutes < 60 && seconds < 60;
  return exists ? moment.toISOString() : null;
}
