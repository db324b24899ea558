import type { CardType, Input, KeyFormat, UserSelection } from '../../../contract';
import { oneOf } from '../../../ui/search-params';
import { type ExpiryDraft, readExpiry } from './expiry';

export const cardTypes: readonly CardType[] = ['year', 'quarter', 'month', 'week'];
export const mostKeys = 1_000_000;

/** Whom the keys are for: nobody yet, pasted names, or all users of a saved view. */
export type AssignDraft =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'names'; readonly text: string }
  | { readonly kind: 'view'; readonly name: string | null };

/** The state of the form, complete or not. */
export interface IssueDraft {
  readonly type: CardType;
  readonly count: number | null;
  readonly format: KeyFormat['kind'];
  readonly prefix: string;
  readonly symbols: number;
  readonly group: number;
  readonly expiry: ExpiryDraft;
  readonly channel: string;
  readonly note: string;
  readonly assign: AssignDraft;
}

const storageKey = 'moondesk.issue';

const fresh: IssueDraft = {
  type: 'month',
  count: 100,
  format: 'grouped',
  prefix: '',
  symbols: 16,
  group: 4,
  expiry: { kind: 'type', days: null, at: '' },
  channel: '',
  note: '',
  assign: { kind: 'nobody' },
};

function whole(value: unknown, least: number, most: number): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : null;
}

/** The last choices on this machine. Notes and names are never stored. */
export function rememberedDraft(): IssueDraft {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}');
    const fields: Readonly<Record<string, unknown>> = typeof kept === 'object' && kept !== null ? { ...kept } : {};
    const prefix = fields['prefix'];
    const channel = fields['channel'];
    const days = whole(fields['days'], 1, 3_650);
    return {
      ...fresh,
      type: oneOf(cardTypes, fields['type']) ?? fresh.type,
      count: whole(fields['count'], 1, mostKeys) ?? fresh.count,
      format: oneOf(['grouped', 'site'] as const, fields['format']) ?? fresh.format,
      prefix: typeof prefix === 'string' && isPrefix(prefix) ? prefix : '',
      symbols: whole(fields['symbols'], 16, 31) ?? fresh.symbols,
      group: whole(fields['group'], 0, 8) ?? fresh.group,
      expiry: days === null ? fresh.expiry : { kind: 'days', days, at: '' },
      channel: typeof channel === 'string' ? channel.slice(0, 100) : '',
    };
  } catch {
    return fresh;
  }
}

export function rememberDraft(draft: IssueDraft): void {
  const { type, count, format, prefix, symbols, group, expiry, channel } = draft;
  const days = expiry.kind === 'days' ? expiry.days : null;
  localStorage.setItem(storageKey, JSON.stringify({ type, count, format, prefix, symbols, group, days, channel }));
}

export function isPrefix(text: string): boolean {
  return /^[A-Z0-9]{0,12}$/.test(text);
}

/**
 * The input of the draft; null while something is missing or wrong. `assign` contains the users; null if they are not
 * known yet.
 */
export function inputOf(draft: IssueDraft, assign: UserSelection | null): Input<'cards.issue.preview'> | null {
  const { expiry } = readExpiry(draft.expiry);
  const forUsers = draft.assign.kind !== 'nobody';
  const count = whole(draft.count, 1, mostKeys);
  if (expiry === null || (forUsers ? assign === null : count === null) || !isPrefix(draft.prefix)) return null;
  const note = draft.note.trim();
  const channel = draft.channel.trim();
  const { prefix, symbols, group } = draft;
  return {
    type: draft.type,
    ...(forUsers || count === null ? {} : { count }),
    format: draft.format === 'site' ? { kind: 'site' } : { kind: 'grouped', prefix, symbols, group },
    expiry,
    ...(note === '' ? {} : { note }),
    ...(channel === '' ? {} : { channel }),
    ...(assign === null || !forUsers ? {} : { assign }),
  };
}
