import { createHash } from 'node:crypto';
import type { SkipReason } from '../../../contract/common.js';
import type { Parsed } from '../../../contract/index.js';
import type { Card } from '../../../domain/cards/rows.js';
import { bindCard, whyNotBindable } from '../../../domain/cards/rules.js';
import type { Sql } from '../../../data/mysql/database.js';
import { chunked } from '../../../data/write/row-writer.js';
import { lookUp } from '../../users/names.js';
import { maskKey } from '../rows.js';
import { lookUpKeysCaseless } from '../key-lookup.js';
import { CardChanges, type LockedCardUser } from './card-changes.js';

/** A card and its new user, as the database knows them; null if unknown. */
export interface Pair {
  readonly id: string | null;
  readonly username: string | null;
  /** The typed values, with keys masked, to show to users. */
  readonly asked: { readonly card: string; readonly username: string };
}

/** Finds the cards and users of typed pairs, in their order. */
export async function resolvePairs(sql: Sql, pairs: Parsed<'cards.bind.preview'>['pairs']): Promise<Pair[]> {
  const keys = pairs.flatMap(({ card }) => ('key' in card ? [card.key] : []));
  const typed = keys.length === 0 ? [] : await lookUpKeysCaseless(sql, keys, { tables: true });
  const names = await storedNames(sql, [...new Set(pairs.map((pair) => pair.username))]);
  let next = 0;
  return pairs.map(({ card, username }) => ({
    id: 'id' in card ? String(BigInt(card.id)) : onlyOne(typed[next++]?.ids),
    username: names.get(username) ?? null,
    asked: { card: 'id' in card ? card.id : maskKey(card.key.trim()), username },
  }));
}

/** A text that names two cards is none that can be bound. */
function onlyOne(ids: readonly string[] = []): string | null {
  return ids.length === 1 ? (ids[0] ?? null) : null;
}

async function storedNames(sql: Sql, typed: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const some of chunked(typed, 1_000)) {
    const rows = await sql.rows<{ username: string }>('SELECT username FROM users WHERE username IN (?)', [some]);
    const exact = new Set(rows.map((row) => row.username));
    for (const name of some) if (exact.has(name)) found.set(name, name);
    const others = some.filter((name) => !exact.has(name));
    for (const [name, user] of await lookUp(sql, others, rows.length > 0)) found.set(name, user.username);
  }
  return found;
}

export type Judged = {
  readonly pair: Pair;
  readonly card: Card | undefined;
  readonly end: string | null;
  /** What a preview shows of it, as one short text. */
  readonly state: string;
} & ({ readonly user: LockedCardUser; readonly newEnd: string; readonly why: null } | { readonly why: SkipReason });

/** Loads the rows of these pairs. */
export function takePairs(sql: Sql, pairs: readonly Pair[], lock: boolean): Promise<CardChanges> {
  return CardChanges.load(
    sql,
    {
      cards: pairs.flatMap(({ id }) => (id === null ? [] : [id])),
      users: pairs.flatMap(({ username }) => (username === null ? [] : [username])),
    },
    lock,
  );
}

/**
 * What a preview shows of a pair: the card, its new user, and when that user's membership ends before and after. It
 * contains the user's id, because a new user may have the name of a deleted one.
 */
function stateOf({ id }: Pair, card: Card | undefined, user: LockedCardUser | undefined, end: string | null): string {
  const shown = [id, user?.id, card?.key_type, card?.status, card?.created_at, card?.expires_at, end];
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex').slice(0, 32);
}

/**
 * Judges pairs one after another and binds those that can be bound, so that several cards of one user stack in order.
 * `bound` is called for each. `end` is when the membership ended before, `newEnd`
 * when it ends with this card. A pair whose state differs from the shown one
 * has `moved_on`.
 */
export function bindPairs(
  held: CardChanges,
  pairs: readonly Pair[],
  bound: (card: Card) => void,
  shown: readonly (string | null)[] = [],
): Judged[] {
  const seen = new Set<string>();
  return pairs.map((pair, at) => {
    const card = pair.id === null ? undefined : held.cards.get(pair.id);
    const user = pair.username === null ? undefined : held.user(pair.username);
    const end = user === undefined ? null : held.endOf(user.username);
    const state = stateOf(pair, card, user, end);
    const why = whyNot(held, card, user, seen) ?? ((shown[at] ?? state) === state ? null : ('moved_on' as const));
    if (why !== null || card === undefined || user === undefined)
      return { pair, card, end, state, why: why ?? ('unknown' as const) };
    seen.add(card.id);
    const [{ expires_at: newEnd } = card] = bindCard(held, card, user);
    bound(card);
    return { pair, card, end, newEnd, state, user, why: null };
  });
}

/** Owners hold no cards: the site lets them in whatever their card says. The console gives no cards to banned users. */
function whyNot(
  held: CardChanges,
  card: Card | undefined,
  user: LockedCardUser | undefined,
  seen: ReadonlySet<string>,
): SkipReason | null {
  if (card === undefined) return 'unknown';
  if (seen.has(card.id)) return 'duplicate';
  if (user === undefined) return 'user_unknown';
  if (user.role === 'owner') return 'owner';
  if (user.banned === 1) return 'user_banned';
  return whyNotBindable(held, card, user.username);
}
