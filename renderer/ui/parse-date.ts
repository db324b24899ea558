import { usualForm } from './typed';

/**
 * Parses days and moments as people type them, in this machine's time zone. Chromium's own date fields follow the
 * language of the system, not that of the console.
 */

const separators = /[\s./\-年月日]+/u;

/** `2026-7-1`, `2026/07/01`, `20260701`, `2026年7月1日` → `2026-07-01`; null if the text is not a day. */
export function parseDay(text: string): string | null {
  const written = usualForm(text);
  const parts = /^\d{8}$/.test(written)
    ? [written.slice(0, 4), written.slice(4, 6), written.slice(6)]
    : written.replace(/日$/u, '').split(separators);
  const [year = '', month = '', day = '', more] = parts;
  if (more !== undefined || !/^\d{4}$/.test(year) || !/^\d\d?$/.test(month) || !/^\d\d?$/.test(day)) return null;
  const known = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const date = new Date(`${known}T00:00:00Z`);
  // Without this check, the 31st of February would become the 3rd of March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(known) ? known : null;
}

/** `2026-07-01 18:30`, or a day alone for its first moment; null if the text is not a moment. */
export function parseMoment(text: string): Date | null {
  const [, written = '', hours = '0', minutes = '0'] = /^(.*?)(?:[T\s]+(\d\d?):(\d\d))?$/u.exec(usualForm(text)) ?? [];
  const day = parseDay(written);
  if (day === null || Number(hours) > 23 || Number(minutes) > 59) return null;
  return new Date(`${day}T${hours.padStart(2, '0')}:${minutes.padStart(2, '0')}:00`);
}
