import type { CardType, Expiry } from '../../../contract';
import { parseMoment } from '../../../ui/parse-date';

/** The days of each card type, as the site defines them. */
export const typeDays: Readonly<Record<CardType, number>> = { year: 365, quarter: 90, month: 30, week: 7 };

/** The maximum of a TIMESTAMP column. The server refuses a later expiry. */
const last = Date.parse('2038-01-19T00:00:00Z');
export const mostDays = 3_650;

/** The expiry in the form. */
export interface ExpiryDraft {
  readonly kind: Expiry['kind'];
  readonly days: number | null;
  /** The typed text, for example `2026-12-31 23:59`, in this machine's time zone. */
  readonly at: string;
}

export type ExpiryProblem = 'moment' | 'past' | 'late' | 'days';

/** The expiry of a draft, or what is wrong with it. Both are null while nothing is typed. */
export function readExpiry(draft: ExpiryDraft): {
  readonly expiry: Expiry | null;
  readonly problem: ExpiryProblem | null;
} {
  if (draft.kind === 'type') return { expiry: { kind: 'type' }, problem: null };
  if (draft.kind === 'days') {
    const { days } = draft;
    if (days === null) return { expiry: null, problem: null };
    const sound = Number.isInteger(days) && days >= 1 && days <= mostDays;
    return sound ? { expiry: { kind: 'days', days }, problem: null } : { expiry: null, problem: 'days' };
  }
  if (draft.at.trim() === '') return { expiry: null, problem: null };
  const moment = parseMoment(draft.at);
  if (moment === null) return { expiry: null, problem: draft.at.trim().length < 10 ? null : 'moment' };
  if (moment.getTime() <= Date.now()) return { expiry: null, problem: 'past' };
  if (moment.getTime() >= last) return { expiry: null, problem: 'late' };
  return { expiry: { kind: 'at', at: moment.toISOString() }, problem: null };
}

/** Days from now to a moment, rounded to the nearest: 30 days are not shown as 29. */
export function daysUntil(iso: string): number {
  return Math.round((Date.parse(iso) - Date.now()) / 86_400_000);
}
