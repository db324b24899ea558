import type { Language } from '../contract';

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const relative = {
  'zh-CN': new Intl.RelativeTimeFormat('zh-CN', { numeric: 'always', style: 'short' }),
  en: new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'narrow' }),
};

/** “3 小时前”, “in 12 days”. Less than a minute counts as now. */
export function formatRelative(iso: string, language: Language, now: number = Date.now()): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000);
  if (Number.isNaN(seconds)) return iso;
  for (const [unit, size] of steps) {
    // The tolerance makes a membership that was just given for thirty days say "thirty", not "twenty-nine".
    const whole = Math.trunc(seconds / size + (seconds > 0 ? 0.05 : 0));
    if (Math.abs(seconds) >= size) return spaced(relative[language].format(whole, unit), language);
  }
  return language === 'en' ? 'just now' : '刚刚';
}

/** Intl puts no space between digits and Chinese characters; our texts do. */
function spaced(text: string, language: Language): string {
  return language === 'en' ? text : text.replace(/(\d)(?=\p{Script=Han})/gu, '$1 ');
}

const absolute = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' });

/** `2026-11-23 11:40:07 UTC+8`: local time with the zone. A dash if there is no time. */
export function formatAbsolute(iso: string | null): string {
  if (iso === null) return '—';
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return `${absolute.format(date)} ${zone(date)}`;
}

/** `2026-11-23 11:40:07`: the same without the zone, for columns of times. */
export function formatLocal(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : absolute.format(date);
}

function zone(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const sign = minutes < 0 ? '−' : '+';
  const rest = Math.abs(minutes) % 60;
  return `UTC${sign}${Math.floor(Math.abs(minutes) / 60)}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}
