import type { CardType, Expiry } from '../../../contract';
import { parseMoment } from '../../../ui/parse-date';

/** Days that a card of a type is worth, as the site has it. */
export const typeDays: Readonly<Record<CardType, number>> = { year: 365, quarter: 90, month: 30, week: 7 };

/** TIMESTAMP columns end here; the server refuses what is later. */
const last = Date.parse('2038-01-19T00:00:00Z');
export const mostDays = 3_650;

/** When keys end, as it stands in a form. */
export interface ExpiryDraft {
  readonly kind: Expiry['kind'];
  readonly days: number | null;
  /** As typed: `2026-12-31 23:59`, in this machine's zone. */
  readonly at: string;
}

export type ExpiryProblem = 'moment' | 'past' | 'late' | 'days';

/** What a draft asks for, or what is wrong with it; both null while nothing is typed yet. */
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

/** Whole days from now to a moment, to the nearest: what was asked for as 30 days is not told as 29. */
export function daysUntil(iso: string): number {
  return Math.round((Date.parse(iso) - Date.now()) / 86_400_000);
}
