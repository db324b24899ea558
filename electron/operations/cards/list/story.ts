import type { BatchKind } from '../../../contract/cards-issue.js';
import type { CardEvent } from '../../../contract/cards-list.js';
import type { Images } from '../../../storage/change.js';
import { isoOf, type Sql } from '../../../storage/mysql/database.js';
import { keyOf } from '../../../storage/rows.js';

/** What the story is told from, as the tables have it; times in UTC text of the session. */
export interface StoryOf {
  readonly hash: string;
  readonly createdAt: string | null;
  readonly expiresAt: string;
  readonly boundTo: string | null;
  readonly boundAt: string | null;
  /** The clock has passed its expiry, and it was not revoked. */
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

interface AuditLine {
  readonly id: string | number;
  readonly at: string;
  readonly operator: string;
  readonly operation: string;
  readonly target: string;
  readonly before_image: string | null;
  readonly after_image: string | null;
  readonly undo_of: string | number | null;
}

type What = CardEvent['what'];

/** The most that is told of one card; its latest. */
const most = 200;

const acts: Readonly<Record<string, What>> = {
  'cards.reveal': 'revealed',
  'cards.export': 'exported',
  'cards.bind': 'bound',
  'cards.unbind': 'unbound',
  'cards.renew': 'renewed',
  'cards.revoke': 'revoked',
  'cards.reissue': 'reissued',
  'cards.sweep': 'expired',
  'audit.undo': 'undone',
};

/** Everything that is known to have happened to a card, oldest first: from its row and its user's record, its batch, and the audit where there is one. */
export async function storyOf(sql: Sql, card: StoryOf, audited: boolean): Promise<readonly CardEvent[]> {
  const events = audited ? (await linesOf(sql, card)).map((line) => eventOf(line, card)) : [];
  const told = (what: What, at: string): boolean =>
    events.some((event) => event.what === what && Math.abs(Date.parse(event.at) - Date.parse(isoOf(at))) < 5_000);
  const add = (
    what: What,
    at: string,
    by: string | null,
    detail: CardEvent['detail'],
    auditId: string | null = null,
  ): void => void events.push({ at: isoOf(at), what, by, auditId, detail });

  const { batch, record, mark } = card;
  if (batch !== null)
    add(
      batch.kind === 'import' ? 'imported' : 'issued',
      batch.created_at,
      batch.operator,
      { batch: String(batch.id), kind: batch.kind, note: batch.note, channel: batch.channel },
      batch.audit_id === null ? null : String(batch.audit_id),
    );
  if (card.createdAt !== null && (batch === null || batch.kind === 'import')) add('created', card.createdAt, null, {});
  if (record !== null && record.created_at !== null)
    add('assigned', record.created_at, null, { user: record.username, source: record.source });
  // The site binds without writing it down; what this console bound is in the audit.
  if (card.boundAt !== null && !told('bound', card.boundAt) && !told('renewed', card.boundAt))
    add('bound', card.boundAt, card.boundTo, { user: card.boundTo });
  const revokedAt = mark?.revoked_at ?? null;
  if (
    mark !== null &&
    revokedAt !== null &&
    !told('revoked', revokedAt) &&
    !told('reissued', revokedAt) &&
    !told('unbound', revokedAt)
  )
    add('revoked', revokedAt, mark.revoked_by, {}, Number(mark.audit_id) === 0 ? null : String(mark.audit_id));
  if (card.expired) add('expired', card.expiresAt, null, {});
  const rank = (event: CardEvent): number => order.indexOf(event.what);
  return events.sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || rank(a) - rank(b)).slice(-most);
}

/** What comes first of things that happened in one second. */
const order: readonly What[] = [
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

/** Entries that touched the card itself, and exports of its batch. */
async function linesOf(sql: Sql, { hash, batch }: StoryOf): Promise<AuditLine[]> {
  const columns =
    'a.id, a.at, a.operator, a.operation, a.undo_of, t.target, t.before_image, t.after_image FROM console_audit_targets t JOIN console_audit a ON a.id = t.audit_id';
  const own = await sql.rows<AuditLine>(
    `SELECT ${columns} WHERE t.target = ? AND t.kind = 'card' ORDER BY t.audit_id DESC LIMIT ${String(most)}`,
    [hash],
  );
  if (batch === null) return own;
  const exports = await sql.rows<AuditLine>(
    `SELECT ${columns} WHERE t.target = ? AND t.kind = 'card' AND a.operation = 'cards.export' AND a.outcome = 'done' ORDER BY t.audit_id DESC LIMIT ${String(most)}`,
    [`batch:${String(keyOf(batch.id))}`],
  );
  return own.concat(exports);
}

function eventOf(line: AuditLine, { hash }: StoryOf): CardEvent {
  return {
    at: isoOf(line.at),
    what: acts[line.operation] ?? 'changed',
    by: line.operator,
    auditId: String(line.id),
    detail: {
      operation: line.operation,
      ...(line.undo_of === null ? {} : { undoOf: String(line.undo_of) }),
      ...(line.target === hash ? differences(imagesOf(line.before_image), imagesOf(line.after_image)) : {}),
    },
  };
}

/** Columns of the card that people read a change by. Never the key. */
const shown = { bound_to: 'user', expires_at: 'expiresAt', status: 'status', key_type: 'type' } as const;

/** The card's row before and after, where it says something: `user`, and `expiresAtBefore` beside `expiresAt`. */
function differences(before: Images, after: Images): CardEvent['detail'] {
  const [was] = before['card_keys'] ?? [];
  const [is] = after['card_keys'] ?? [];
  const detail: Record<string, string | null> = {};
  for (const [column, name] of Object.entries(shown)) {
    const [old, now] = [textOf(was?.[column]), textOf(is?.[column])];
    if (old === now) continue;
    const time = column === 'expires_at';
    if (now !== null) detail[name] = time ? isoOf(now) : now;
    if (old !== null) detail[`${name}Before`] = time ? isoOf(old) : old;
  }
  return detail;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function imagesOf(text: string | null): Images {
  return text === null ? {} : (JSON.parse(text) as Images);
}
