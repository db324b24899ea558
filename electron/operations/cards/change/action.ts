import type { Mode } from '../../../data/config/state.js';
import type { CardSelection } from '../../../contract/cards-list.js';
import type { EffectsSql, PreviewRow, SkipReason } from '../../../contract/common.js';
import type { Author, Change } from '../../../data/write/audited-change.js';
import { isoOf, isoOrNull, type Sql } from '../../../data/mysql/database.js';
import { keyParameter } from '../../../data/write/row-writer.js';
import type { Site } from '../../../data/site.js';
import type { Asking, BulkChange, NewBulkJob } from '../../kit/bulk.js';
import { intentOf } from '../../kit/fingerprint.js';
import {
  freeze,
  type Eligibility,
  rowsWith,
  type Scope,
  skippedGroups,
  unchangedSinceFreeze,
  type Subject,
  survey,
} from '../../kit/selection-survey.js';
import { type Part, part } from '../../../data/mysql/sql.js';
import { maskedSql, maskKey } from '../rows.js';
import { resolveCards } from '../selection.js';
import type { Card, RecordRow } from '../../../domain/cards/rows.js';
import { unbindCard } from '../../../domain/cards/rules.js';
import { CardChanges } from './card-changes.js';

type Skip = Extract<
  SkipReason,
  'owner' | 'higher_role' | 'already_so' | 'card_used' | 'card_not_bound' | 'card_expired' | 'card_revoked'
>;

const byId = 'FROM card_keys c LEFT JOIN console_card_marks m ON m.card_id = c.id WHERE c.id IN (?)';

/** Cards `c` with their mark `m`, as the subject of bulk changes. */
const cards: Subject<Skip> = {
  identity: 'c.id, c.status',
  name: 'c.id',
  skips: ['owner', 'higher_role', 'already_so', 'card_used', 'card_not_bound', 'card_expired', 'card_revoked'],
};

/** What a preview shows of a card besides its id and status. */
const state =
  "c.key_type, COALESCE(c.created_at, ''), c.expires_at, COALESCE(c.bound_to, ''), COALESCE(m.revoked_at, '')";

/** The users to whom an unused card was given. */
export const givenTo =
  "COALESCE((SELECT GROUP_CONCAT(g.username ORDER BY g.id SEPARATOR '|') FROM user_card_keys g WHERE g.key_hash = c.key_hash), '')";

/**
 * What a preview tells about a card: whose it is, and which end changes. Of a bound card that is the end of its user's
 * membership (null: none), because that is what the user will have; `ownEnd` is the end of the card itself afterwards.
 */
export type Outlook =
  | { readonly user: string | null; readonly of: 'card'; readonly after: string }
  | {
      readonly user: string;
      readonly of: 'membership';
      readonly before: string | null;
      readonly after: string | null;
      readonly ownEnd: string;
    };

/** What unbinding a card would do to its user, tried in memory; null if nobody has the card. */
export function unbound(held: CardChanges, id: string, toStock: boolean): Outlook | null {
  // Read again: the previous card may have been of the same stack.
  const card = held.cards.get(id);
  const user = card && held.holderOf(card);
  if (card === undefined || user === undefined) return null;
  const before = held.endOf(user.username);
  const free = unbindCard(held, card, user, toStock);
  return { user: user.username, of: 'membership', before, after: held.endOf(user.username), ownEnd: free.expires_at };
}

/** What an action needs: its change, and the locked rows. */
export interface CardWork<Input> {
  readonly held: CardChanges;
  readonly change: Change;
  readonly site: Site;
  readonly author: Author;
  readonly input: Input;
}

/** One bulk change of cards. */
export interface CardAction<Input> {
  readonly operation: string;
  /** Number of cards in one transaction of a job. */
  readonly chunk: number;
  /** SQL over `c` and `m` that gives `changed` or a reason to skip. */
  verdict(input: Input, asking: Asking): Part;
  /** What its preview shows of a card besides `state`, which all previews show. */
  readonly state?: string;
  /** SQL over `c`, summed over the cards that change, by the name of the effect. */
  readonly effects: EffectsSql;
  statements(input: Input, mode: Mode): readonly string[];
  check?(input: Input): void;
  /** Pieces `FROM card_keys c LEFT JOIN console_card_marks m …`. If absent, those of the input's selection. */
  scope?(): Scope;
  /** What would happen to these cards, tried in memory. */
  look(held: CardChanges, sql: Sql, input: Input, shown: readonly Card[]): Promise<readonly (Outlook | null)[]>;
  /** Does it to cards that are locked and judged, step by step. `held.write` follows. */
  apply(work: CardWork<Input>, ids: readonly string[]): Promise<void>;
  start?(job: NewBulkJob<Input>, create: (input: unknown) => Promise<string>): Promise<string>;
  /** See BulkChange. */
  mayGoOn?(sql: Sql, input: Input): Promise<void>;
}

/** Only an owner may take away a card of an owner. Only that admin or an owner may take away a card of an admin. */
export function protectedHolder(asking: Asking): Part {
  if (asking.role === 'owner') return part('');
  const role = '(SELECT h.role FROM users h WHERE h.username = c.bound_to)';
  return part(
    `WHEN ${role} = 'owner' THEN 'owner' WHEN ${role} = 'admin' AND c.bound_to <> ? THEN 'higher_role'`,
    asking.operator,
  );
}

/** The same rule for cards that were given to somebody and that nobody has used yet. */
export function protectedOwner(asking: Asking): Part {
  if (asking.role === 'owner') return part('');
  const given =
    'EXISTS (SELECT 1 FROM user_card_keys g JOIN users h ON h.username = g.username WHERE g.key_hash = c.key_hash';
  return part(
    `WHEN ${given} AND h.role = 'owner') THEN 'owner' WHEN ${given} AND h.role = 'admin' AND h.username <> ?) THEN 'higher_role'`,
    asking.operator,
  );
}

/** A change of cards as a BulkChange, so that all bulk changes work in the same way. */
export function cardChange<Input extends { readonly who?: CardSelection }>(
  action: CardAction<Input>,
): BulkChange<Input> {
  const { check } = action;
  const judgementOf = (input: Input, asking: Asking): Eligibility => ({
    verdict: action.verdict(input, asking),
    state: action.state === undefined ? state : `${state}, ${action.state}`,
  });
  return {
    operation: action.operation,
    chunk: action.chunk,
    ...(check === undefined ? {} : { check: (input: Input) => check(input) }),
    mayGoOn: async (sql, input) => action.mayGoOn?.(sql, input),
    statements: (input, mode) => action.statements(input, mode),
    async plan(sql, _site, asking, input, effects) {
      const judgement = judgementOf(input, asking);
      const scope = await scopeOf(action, sql, input);
      const intention = intentOf(action.operation, input);
      const found = await survey(sql, intention, cards, scope, judgement, effects ? action.effects : {});
      const skipped = await skippedGroups(sql, cards, scope, judgement, found);
      return {
        fingerprint: found.fingerprint,
        changed: found.counts.changed,
        skipped,
        effects: found.sums,
        rows: async (most) => ({ rows: await changedRows(action, sql, input, scope, judgement, most) }),
        skippedRows: (most) => skippedRows(sql, scope, judgement, skipped, most),
        freeze: () => freeze(sql, intention, cards, scope, judgement),
      };
    },
    async act(change, site, author, input, targets) {
      const held = await CardChanges.load(change.tx, { cards: targets.map(({ target }) => target) }, true);
      const standing = await unchangedSinceFreeze(
        change.tx,
        cards,
        byId,
        judgementOf(input, author),
        targets,
        keyParameter,
      );
      // Somebody may have bound a card between the read of the holders and our lock: its holder is not locked then.
      const ids = targets.flatMap(({ target: id }) => {
        const card = held.cards.get(id);
        const whole = card !== undefined && (card.bound_to === null || held.holderOf(card) !== undefined);
        return standing.has(id) && whole ? [id] : [];
      });
      if (ids.length > 0) {
        await action.apply({ held, change, site, author, input }, ids);
        await held.write(change);
      }
      return new Set(ids);
    },
    ...(action.start === undefined ? {} : { start: action.start }),
  };
}

async function scopeOf<Input extends { readonly who?: CardSelection }>(
  action: CardAction<Input>,
  sql: Sql,
  { who }: Input,
): Promise<Scope> {
  if (action.scope !== undefined) return action.scope();
  return who === undefined ? { parts: [], unresolved: [] } : resolveCards(sql, who, { tables: true });
}

async function changedRows<Input>(
  action: CardAction<Input>,
  sql: Sql,
  input: Input,
  scope: Scope,
  judgement: Eligibility,
  most: number,
): Promise<PreviewRow[]> {
  const found = await rowsWith<{ id: string | number }>(sql, scope, judgement, ['changed'], 'c.id', most);
  const ids = found.map(({ id }) => String(id));
  const held = await CardChanges.load(sql, { cards: ids }, false);
  const shown = ids.flatMap((id) => held.cards.get(id) ?? []);
  const looks = await action.look(held, sql, input, shown);
  return shown.map((card, at) => {
    const look = looks[at];
    return {
      target: card.id,
      outcome: 'changed',
      why: null,
      detail: detailOf(card, look ?? null),
    };
  });
}

/** A card in a preview: its masked key, and the end that changes, before and after. */
function detailOf(card: Card, look: Outlook | null): PreviewRow['detail'] {
  const known = { masked: maskKey(card.plain_key), type: card.key_type, user: look?.user ?? card.bound_to };
  if (look === null) return known;
  if (look.of === 'card')
    return { ...known, of: look.of, before: isoOrNull(card.expires_at), after: isoOf(look.after) };
  const { of, before, after, ownEnd } = look;
  return { ...known, of, before: isoOrNull(before), after: isoOrNull(after), ownEnd: isoOrNull(ownEnd) };
}

/** Who owns a card: its user, or else the user to whom it was given. */
export function ownerName(card: Card, records: readonly RecordRow[]): string | null {
  return card.bound_to ?? records[0]?.username ?? null;
}

async function skippedRows(
  sql: Sql,
  scope: Scope,
  judgement: Eligibility,
  groups: readonly { readonly why: SkipReason; readonly sample: readonly string[] }[],
  most: number,
): Promise<PreviewRow[]> {
  const columns = `c.id, ${maskedSql} AS masked, c.key_type, c.bound_to, c.expires_at`;
  const rows = await rowsWith<{
    id: string | number;
    masked: string;
    key_type: string;
    bound_to: string | null;
    expires_at: string;
    verdict: Skip;
  }>(sql, scope, judgement, cards.skips, columns, most);
  const judged = rows.map((row): PreviewRow => ({
    target: String(row.id),
    outcome: 'skipped',
    why: row.verdict,
    detail: { masked: row.masked, type: row.key_type, user: row.bound_to, before: isoOrNull(row.expires_at) },
  }));
  const unresolved = groups
    .filter(({ why }) => !(cards.skips as readonly SkipReason[]).includes(why))
    .flatMap(({ why, sample }) =>
      sample.map((target): PreviewRow => ({ target, outcome: 'skipped', why, detail: {} })),
    );
  return [...judged, ...unresolved].slice(0, most);
}
