import { createHash } from 'node:crypto';
import { DAY, HOUR, MINUTE, type Seconds } from './clock.js';
import {
  type Card,
  CARD_DAYS,
  type Engagement,
  type KeyStatus,
  type KeyType,
  type Redemption,
  REWARD_CARD,
  type User,
  type UserCard,
} from './model.js';
import { LETTERS_AND_DIGITS, Random } from './random.js';
import { SITE_AGE } from './users.js';

export interface Cards {
  readonly cards: Card[];
  readonly userCards: UserCard[];
}

const CARDS_PER_USER = 1.2;
/** How often the operator prints a new batch of each type. */
const BATCH_EVERY: Readonly<Record<KeyType, Seconds>> = {
  week: 12 * HOUR,
  month: 36 * HOUR,
  quarter: 3 * DAY,
  year: 5 * DAY,
};
const HOLDS_CARD: Readonly<Record<Engagement, number>> = {
  heavy: 0.8,
  regular: 0.68,
  casual: 0.5,
  lapsed: 0.4,
  never: 0.15,
};
const RENEWS: Readonly<Record<Engagement, number>> = { heavy: 0.5, regular: 0.4, casual: 0.2, lapsed: 0.1, never: 0 };

/**
 * Cards sold, given away and unsold. A user's next card is bound after the last one expired, so that no stacked expiry
 * differs between the card and the user's record of it.
 */
export function dealCards(
  users: readonly User[],
  redemptions: readonly Redemption[],
  seed: number,
  now: Seconds,
): Cards {
  const random = new Random(seed, 'cards');
  const dealt: Cards = { cards: [], userCards: [] };
  for (const user of users) if (!user.inRing && user.role === 'user') sell(random, user, dealt, now);
  for (const redemption of redemptions) reward(random, redemption, dealt, now);
  const unsold = Math.round(users.length * CARDS_PER_USER) - dealt.cards.length;
  for (let i = 0; i < unsold; i++) dealt.cards.push(leaveUnsold(random, now));
  return dealt;
}

function sell(random: Random, user: User, dealt: Cards, now: Seconds): void {
  if (!random.chance(HOLDS_CARD[user.engagement])) return;
  const end = Math.max(user.createdAt, user.bannedAt ?? user.lastLogin ?? user.createdAt);
  const atSignUp = random.chance(0.45);
  let boundAt = atSignUp ? user.createdAt : random.between(user.createdAt, end);
  let promotion = atSignUp && random.chance(0.4);
  for (let count = 0; count < 6; count++) {
    const type: KeyType = promotion ? 'week' : drawType(random);
    const createdAt = promotion ? boundAt : printedAt(random, type, boundAt);
    const card = makeCard(random, type, createdAt, 'used', user, boundAt);
    dealt.cards.push(card);
    dealt.userCards.push({
      id: random.uuid(),
      card,
      user,
      source: promotion ? 'invitation' : 'manual',
      notes: promotion
        ? '注册赠送'
        : random.chance(0.04)
          ? random.pick(['客服代绑', '微信购买', '闲鱼订单', '朋友转赠'])
          : null,
    });
    user.membership = card;
    boundAt = card.expiresAt + random.between(HOUR, 12 * DAY);
    promotion = false;
    if (boundAt > Math.min(end, now) || !random.chance(RENEWS[user.engagement])) return;
  }
}

/** A card bought with points waits in the user's list until the user binds it. */
function reward(random: Random, { user, at, userCardId }: Redemption, dealt: Cards, now: Seconds): void {
  const boundAt = at + random.between(MINUTE, 3 * DAY);
  const bind = user.membership === null && !user.inRing && boundAt < now && random.chance(0.5);
  const status = bind ? 'used' : restingStatus(random, at, REWARD_CARD, now);
  const card = makeCard(random, REWARD_CARD, at, status, bind ? user : null, bind ? boundAt : null);
  dealt.cards.push(card);
  dealt.userCards.push({ id: userCardId, card, user, source: 'redeem', notes: null });
  if (bind) user.membership = card;
}

function leaveUnsold(random: Random, now: Seconds): Card {
  const type = drawType(random);
  const life = CARD_DAYS[type] * DAY;
  const fresh = random.chance(0.6);
  const moment = fresh
    ? now - Math.floor(random.next() * life)
    : now - life - Math.floor(random.next() * (SITE_AGE - life));
  const createdAt = printedAt(random, type, moment);
  return makeCard(random, type, createdAt, restingStatus(random, createdAt, type, now), null, null);
}

/** The site's clean-up is broken: many expired cards still say "unused". */
function restingStatus(random: Random, createdAt: Seconds, type: KeyType, now: Seconds): KeyStatus {
  return createdAt + CARD_DAYS[type] * DAY > now || random.chance(0.55) ? 'unused' : 'expired';
}

function makeCard(
  random: Random,
  type: KeyType,
  createdAt: Seconds,
  status: KeyStatus,
  boundTo: User | null,
  boundAt: Seconds | null,
): Card {
  // 62^16 keys: duplicates will not happen, and UNIQUE(key_hash) would report them.
  const plain = random.text(LETTERS_AND_DIGITS, 16);
  const hash = createHash('sha256').update(plain).digest('hex');
  const expiresAt = createdAt + CARD_DAYS[type] * DAY;
  return { plain, hash, type, createdAt, expiresAt, status, boundTo, boundAt, batch: null, id: 0 };
}

function printedAt(random: Random, type: KeyType, before: Seconds): Seconds {
  const every = BATCH_EVERY[type];
  return Math.min(before, Math.floor(before / every) * every + random.between(0, 20));
}

function drawType(random: Random): KeyType {
  return random.weighted([
    ['week', 20],
    ['month', 45],
    ['quarter', 20],
    ['year', 15],
  ] as const);
}
