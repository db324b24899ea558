import type { CardEvent } from '../../../contract/cards-list.js';
import type { Images } from '../../../data/write/audited-change.js';
import { isoOf, isoOrNull, type Sql } from '../../../data/mysql/database.js';
import { keyParameter } from '../../../data/write/row-writer.js';

/** The card whose entries are wanted. */
export interface Audited {
  readonly id: string;
  readonly hash: string;
  readonly boundTo: string | null;
  readonly batch: string | null;
}

/**
 * What the audit says about a card. `boundAt`: the time of binding that this event left in the card's row, as UTC text
 * of the session.
 */
export interface AuditEvent extends CardEvent {
  readonly boundAt: string | null;
}

interface Line {
  readonly id: string | number;
  readonly seq: number;
  readonly at: string;
  readonly operator: string;
  readonly operation: string;
  readonly undo_of: string | number | null;
  readonly target: string;
  readonly before_image: string | null;
  readonly after_image: string | null;
}

type What = CardEvent['what'];
type Row = Readonly<Record<string, unknown>>;

/** Maximum number of events of one card; the latest are kept. */
export const most = 200;

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

const lines = `SELECT a.id, t.seq, a.at, a.operator, a.operation, a.undo_of, t.target, t.before_image, t.after_image
  FROM console_audit_targets t JOIN console_audit a ON a.id = t.audit_id WHERE t.kind = 'card' AND t.target`;

/**
 * Entries that touched the card, entries that changed it while they touched another card that its current or former
 * user has today, and exports of its batch. Effects of another card's binding that was undone are not included, because
 * nothing is left of them.
 */
export async function auditedEvents(sql: Sql, card: Audited): Promise<AuditEvent[]> {
  const ask = (targets: readonly string[]): Promise<Line[]> =>
    sql.rows<Line>(`${lines} IN (?) ORDER BY t.audit_id DESC, t.seq DESC LIMIT ${String(most)}`, [targets]);
  const own = await ask([card.hash]);
  const users = new Set(card.boundTo === null ? [] : [card.boundTo]);
  for (const { before_image, after_image } of own) {
    for (const images of [imagesOf(before_image), imagesOf(after_image)]) {
      const user = textOf(rowOf(images, card)?.['bound_to']);
      if (user !== null) users.add(user);
    }
  }
  const others =
    users.size === 0
      ? []
      : await sql.rows<{ key_hash: string }>(
          'SELECT key_hash FROM card_keys WHERE bound_to IN (?) AND id <> ? ORDER BY bound_at DESC LIMIT 50',
          [[...users], keyParameter(card.id)],
        );
  const beside = others.length === 0 ? [] : await ask(others.map(({ key_hash }) => key_hash));
  // An export that lists single cards says nothing about the other cards of their batch.
  const exports =
    card.batch === null
      ? []
      : await sql.rows<Line>(
          `${lines} = ? AND a.operation = 'cards.export' AND a.outcome = 'done' AND NOT EXISTS
             (SELECT 1 FROM console_audit_targets n WHERE n.audit_id = t.audit_id AND CHAR_LENGTH(n.target) = 64)
           ORDER BY t.audit_id DESC LIMIT ${String(most)}`,
          [`batch:${card.batch}`],
        );
  return [...own, ...beside, ...exports]
    .sort((a, b) => Number(a.id) - Number(b.id) || a.seq - b.seq)
    .flatMap((line) => eventOf(line, card));
}

/** The event of a line; none if it is about another card and did not change this one. */
function eventOf(line: Line, card: Audited): AuditEvent[] {
  const [before, after] = [imagesOf(line.before_image), imagesOf(line.after_image)];
  const [was, is] = [rowOf(before, card), rowOf(after, card)];
  const mine = line.target === card.hash;
  const ofBatch = line.target.startsWith('batch:');
  if (!mine && !ofBatch && was === undefined && is === undefined) return [];
  const what = acts[line.operation] ?? 'changed';
  const bound = mine && textOf(is?.['bound_at']) !== textOf(was?.['bound_at']) ? textOf(is?.['bound_at']) : null;
  return [
    {
      at: (what === 'bound' ? isoOrNull(bound) : null) ?? isoOf(line.at),
      what:
        mine || ofBatch || what === 'undone' ? what : what === 'bound' || what === 'renewed' ? 'renewed' : 'changed',
      by: line.operator,
      auditId: String(line.id),
      boundAt: bound,
      detail: {
        operation: line.operation,
        ...(line.undo_of === null ? {} : { undoOf: String(line.undo_of) }),
        ...differences(was, is),
        ...taken(after, ofBatch ? card.batch : null),
      },
    },
  ];
}

/** Columns of the card that a change shows. Never the key. */
const shown = { bound_to: 'user', expires_at: 'expiresAt', status: 'status', key_type: 'type' } as const;

/** The card's row before and after, for columns that changed: `user`, and `expiresAtBefore` beside `expiresAt`. */
function differences(was: Row | undefined, is: Row | undefined): CardEvent['detail'] {
  const detail: Record<string, string | null> = {};
  for (const [column, name] of Object.entries(shown)) {
    const [old, now] = [textOf(was?.[column]), textOf(is?.[column])];
    if (old === now) continue;
    const time = column === 'expires_at';
    if (now !== null) detail[name] = time ? isoOrNull(now) : now;
    if (old !== null) detail[`${name}Before`] = time ? isoOrNull(old) : old;
  }
  return detail;
}

/** An export's format, and how many cards of the batch it took, which may be fewer than all. */
function taken(after: Images, batch: string | null): CardEvent['detail'] {
  const [took] = after['export'] ?? [];
  if (took === undefined) return {};
  const cards = Number(took['cards'] ?? 0);
  return { format: textOf(took['format']), cards, ...(batch === null ? {} : { batch }) };
}

function rowOf(images: Images, { id, hash }: Audited): Row | undefined {
  return images['card_keys']?.find((row) => row['key_hash'] === hash || String(row['id']) === id);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function imagesOf(text: string | null): Images {
  return text === null ? {} : (JSON.parse(text) as Images);
}
