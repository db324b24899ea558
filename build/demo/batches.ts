import { createHash } from 'node:crypto';
import { digestOf } from '../../electron/operations/cards/batch-store.js';
import { alphabet, checkValue } from '../../electron/operations/cards/check-symbol.js';
import type { Cards } from './cards.js';
import { DAY, HOUR, type Seconds, sqlTime } from './clock.js';
import type { Row } from './load.js';
import { type Card, CARD_DAYS, type CardBatch, type KeyType } from './model.js';
import { Random } from './random.js';
import { ADMINS, OWNER } from './users.js';

/** How long the console has kept batches; older cards belong to no batch. */
const BOOK_AGE = 90 * DAY;
const NOTES = ['微信群老客户', '闲鱼店铺补货', '官网直销', '节日活动', '代理商拿货', null] as const;
const CHANNELS = ['微信', '闲鱼', '官网', '代理', null] as const;
const FORMAT = JSON.stringify({ kind: 'grouped', prefix: 'MOON', symbols: 16, group: 4 });

export interface Mark {
  readonly card: Card;
  readonly revokedAt: Seconds | null;
  readonly by: string | null;
  readonly replacedBy: Card | null;
  readonly replaces: Card | null;
}

export interface Book {
  readonly batches: readonly CardBatch[];
  readonly marks: readonly Mark[];
}

/**
 * Puts the cards that operators printed recently into batches, with keys of this console: one batch that leaked and was
 * revoked, three of its cards re-issued, and one member who renewed twice. `dealCards` has decided which cards were
 * printed together.
 */
export function keepBook(dealt: Cards, seed: number, now: Seconds): Book {
  const random = new Random(seed, 'batches');
  const batches: CardBatch[] = [];
  const open = (kind: CardBatch['kind'], type: KeyType, createdAt: Seconds): CardBatch => {
    const issue = kind === 'issue';
    const operator = random.chance(0.6) ? OWNER : random.pick(ADMINS);
    const note = issue ? random.pick(NOTES) : null;
    const batch: CardBatch = {
      kind,
      type,
      createdAt,
      operator,
      note,
      channel: issue ? random.pick(CHANNELS) : null,
      cards: [],
    };
    batches.push(batch);
    return batch;
  };
  const put = (card: Card, batch: CardBatch): void => {
    card.plain = groupedKey(random);
    card.hash = createHash('sha256').update(card.plain).digest('hex');
    card.batch = batch;
    batch.cards.push(card);
  };
  for (const group of printed(dealt.cards, now)) {
    const [first] = group;
    if (first === undefined) continue;
    const batch = open('issue', first.type, first.createdAt);
    for (const card of group) put(card, batch);
  }
  const add = (batch: CardBatch, card: Omit<Card, 'plain' | 'hash' | 'batch' | 'id' | 'createdAt' | 'type'>): Card => {
    const made = { ...card, type: batch.type, createdAt: batch.createdAt, plain: '', hash: '', batch: null, id: 0 };
    put(made, batch);
    dealt.cards.push(made);
    return made;
  };
  const marks = leak(batches, open, add, now);
  renewTwice(dealt, batches, open, add, random, now);
  return { batches, marks };
}

/**
 * Cards that were printed together: `dealCards` prints each type in one go of less than a minute. Leaves out the site's
 * own weekly cards.
 */
function printed(cards: readonly Card[], now: Seconds): Card[][] {
  const groups: Card[][] = [];
  let last: Card | null = null;
  const young = cards.filter((card) => card.type !== 'week' && card.createdAt > now - BOOK_AGE);
  for (const card of young.sort((a, b) => byType(a, b) || a.createdAt - b.createdAt || (a.hash < b.hash ? -1 : 1))) {
    if (last === null || last.type !== card.type || card.createdAt - last.createdAt > HOUR) groups.push([]);
    groups.at(-1)?.push(card);
    last = card;
  }
  return groups.sort(([a], [b]) => (a?.createdAt ?? 0) - (b?.createdAt ?? 0));
}

function byType(a: Card, b: Card): number {
  return a.type < b.type ? -1 : a.type > b.type ? 1 : 0;
}

type Open = (kind: CardBatch['kind'], type: KeyType, createdAt: Seconds) => CardBatch;
type Add = (batch: CardBatch, card: Pick<Card, 'expiresAt' | 'status' | 'boundTo' | 'boundAt'>) => Card;

/** Revokes the unsold cards of last month's largest batch; three buyers get another card. */
function leak(batches: readonly CardBatch[], open: Open, add: Add, now: Seconds): Mark[] {
  const revokedAt = now - 6 * DAY;
  const unsold = batches
    .filter(({ createdAt }) => createdAt > now - 45 * DAY && createdAt < now - 10 * DAY)
    .map(({ cards }) => cards.filter((card) => card.status === 'unused' && card.expiresAt > revokedAt))
    .sort((a, b) => b.length - a.length)[0];
  const [first] = unsold ?? [];
  if (unsold === undefined || first === undefined) return [];
  const again = open('reissue', first.type, revokedAt);
  return unsold.flatMap((card, at): Mark[] => {
    const { expiresAt } = card;
    card.status = 'expired';
    card.expiresAt = revokedAt;
    const mark = { card, revokedAt, by: OWNER, replacedBy: null, replaces: null };
    if (at >= 3) return [mark];
    const replacedBy = add(again, { expiresAt, status: 'unused', boundTo: null, boundAt: null });
    return [
      { ...mark, replacedBy },
      { card: replacedBy, revokedAt: null, by: null, replacedBy: null, replaces: card },
    ];
  });
}

/** One member's month became three: by the site's rule all their cards have the same end. */
function renewTwice(
  dealt: Cards,
  batches: readonly CardBatch[],
  open: Open,
  add: Add,
  random: Random,
  now: Seconds,
): void {
  const card = batches
    .flatMap(({ cards }) => cards)
    .find(
      (each) =>
        each.type === 'month' &&
        each.expiresAt > now &&
        (each.boundAt ?? now) < now - 14 * DAY &&
        each.boundTo?.membership === each,
    );
  const user = card?.boundTo ?? null;
  if (card === undefined || user === null || card.boundAt === null) return;
  const all = [card];
  for (const boundAt of [card.boundAt + 5 * DAY, card.boundAt + 12 * DAY]) {
    const expiresAt = card.expiresAt + CARD_DAYS.month * DAY;
    const renewal = add(open('renewal', 'month', boundAt), { expiresAt, status: 'used', boundTo: user, boundAt });
    all.push(renewal);
    for (const each of all) each.expiresAt = expiresAt;
    dealt.userCards.push({ id: random.uuid(), card: renewal, user, source: 'manual', notes: '续期' });
    user.membership = renewal;
  }
}

/** Fifteen symbols and their check symbol, in groups of four. */
function groupedKey(random: Random): string {
  const values = Uint8Array.from({ length: 16 }, (_, at) => (at < 15 ? random.between(0, 31) : 0));
  values[15] = checkValue(values, 0, 16);
  const symbols = Array.from(values, (value) => alphabet.charAt(value)).join('');
  return ['MOON', ...(symbols.match(/.{4}/g) ?? [])].join('-');
}

export const BATCH_COLUMNS =
  'id, kind, key_type, wanted, issued, format, expires_at, note, channel, operator, created_at';

export function* batchRows({ batches }: Book): Generator<Row> {
  let id = 0;
  for (const { kind, type, cards, note, channel, operator, createdAt } of batches) {
    const end = kind === 'issue' ? sqlTime(createdAt + CARD_DAYS[type] * DAY) : null;
    yield [++id, kind, type, cards.length, cards.length, FORMAT, end, note, channel, operator, sqlTime(createdAt)];
  }
}

export const RANGE_COLUMNS = 'first_id, last_id, batch_id, cards, digest';

/** Cards must have ids already: see tables.cardRows. */
export function* rangeRows({ batches }: Book): Generator<Row> {
  let id = 0;
  for (const { cards } of batches) {
    const inOrder = cards.toSorted((a, b) => a.id - b.id);
    const digest = digestOf(inOrder.map(({ hash }) => hash));
    yield [inOrder[0]?.id ?? 0, inOrder.at(-1)?.id ?? 0, ++id, cards.length, digest];
  }
}

export const MARK_COLUMNS = 'card_id, key_hash, revoked_at, revoked_by, reason, replaced_by, replaces, audit_id';

export function* markRows({ marks }: Book): Generator<Row> {
  for (const { card, revokedAt, by, replacedBy, replaces } of marks) {
    const reason = revokedAt === null ? null : '整批外泄';
    const at = revokedAt === null ? null : sqlTime(revokedAt);
    // The demo has no audit entry to refer to.
    yield [card.id, card.hash, at, by, reason, replacedBy?.id ?? null, replaces?.id ?? null, 0];
  }
}
