import type { BatchKind } from '../../../contract/cards-issue.js';
import type { CardEvent } from '../../../contract/cards-list.js';
import { isoOrNull, type Sql } from '../../../data/mysql/database.js';
import { auditedEvents, most } from './history-audit.js';

/** The data for a card's history, from the tables. Times are UTC text of the session. */
export interface StoryOf {
  readonly id: string;
  readonly hash: string;
  readonly createdAt: string | null;
  readonly expiresAt: string;
  readonly boundTo: string | null;
  readonly boundAt: string | null;
  /** True if its expiry is in the past and it was not revoked. */
  readonly expired: boolean;
  readonly record: { readonly username: string; readonly source: string; readonly created_at: string | null } | null;
  readonly batch: BatchOfCard | null;
  readonly mark: {
    readonly revoked_at: string | null;
    readonly revoked_by: string | null;
    readonly audit_id: string | number;
  } | null;
}

export interface BatchOfCard {
  readonly id: string | number;
  readonly kind: BatchKind;
  readonly operator: string;
  readonly created_at: string;
  readonly note: string | null;
  readonly channel: string | null;
  readonly audit_id: string | number | null;
}

/**
 * Everything that is known to have happened to a card, oldest first: from its row, its user's record, its batch, and
 * the audit if there is one.
 */
export async function storyOf(sql: Sql, card: StoryOf, audited: boolean): Promise<readonly CardEvent[]> {
  const { batch, record, mark } = card;
  const written = audited ? await auditedEvents(sql, { ...card, batch: batch === null ? null : String(batch.id) }) : [];
  const events: CardEvent[] = written.map(({ at, what, by, auditId, detail }) => ({ at, what, by, auditId, detail }));
  const add = (
    what: CardEvent['what'],
    at: string,
    by: string | null,
    detail: CardEvent['detail'],
    auditId: string | null = null,
  ): void => {
    const time = isoOrNull(at);
    if (time !== null) events.push({ at: time, what, by, auditId, detail });
  };

  if (batch !== null)
    add(
      batch.kind === 'import' ? 'imported' : 'issued',
      batch.created_at,
      batch.operator,
      { batch: String(batch.id), kind: batch.kind, note: batch.note, channel: batch.channel },
      batch.audit_id === null ? null : String(batch.audit_id),
    );
  if (card.createdAt !== null && (batch === null || batch.kind === 'import')) add('created', card.createdAt, null, {});
  // A record that was made by the binding was given to nobody before.
  if (record !== null && record.created_at !== null && record.created_at !== card.boundAt)
    add('assigned', record.created_at, null, { user: record.username, source: record.source });
  // The site binds without recording it. Bindings by this console are in the audit.
  if (card.boundAt !== null && !written.some((event) => event.boundAt === card.boundAt))
    add('bound', card.boundAt, card.boundTo, { user: card.boundTo });
  const revokedBy = mark === null || Number(mark.audit_id) === 0 ? null : String(mark.audit_id);
  if (mark !== null && mark.revoked_at !== null && !written.some((event) => event.auditId === revokedBy))
    add('revoked', mark.revoked_at, mark.revoked_by, {}, revokedBy);
  if (card.expired && !written.some((event) => event.what === 'expired')) add('expired', card.expiresAt, null, {});
  const rank = (event: CardEvent): number => order.indexOf(event.what);
  return events.sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || rank(a) - rank(b)).slice(-most);
}

/** The order of events with the same time. */
const order: readonly CardEvent['what'][] = [
  'created',
  'imported',
  'issued',
  'assigned',
  'exported',
  'revealed',
  'bound',
  'renewed',
  'unbound',
  'changed',
  'reissued',
  'revoked',
  'undone',
  'expired',
];
