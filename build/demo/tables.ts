import { DAY, type Seconds, sqlDate, sqlTime } from './clock.js';
import type { Row } from './load.js';
import type { Card, Invitation, PointsAccount, PointsRecord, User, UserCard } from './model.js';
import type { PlayTotals } from './plays.js';
import { Random } from './random.js';
import { passwordHash } from './users.js';

/** Turns the model's objects into rows. Each column list is next to its values. */

export const USER_COLUMNS =
  'id, username, password_hash, role, banned, tags, enabled_apis, oidc_sub, tvbox_token, show_adult_content, created_at, updated_at';

export function* userRows(users: readonly User[]): Generator<Row> {
  for (const user of users) {
    yield [
      user.id,
      user.username,
      passwordHash(user.username),
      user.role,
      user.bannedAt === null ? 0 : 1,
      json(user.tags),
      json(user.enabledApis),
      user.oidcSub,
      user.tvboxToken,
      user.showAdult ? 1 : 0,
      sqlTime(user.createdAt),
      sqlTime(user.updatedAt),
    ];
  }
}

export const CARD_COLUMNS = 'id, key_hash, plain_key, key_type, status, created_at, expires_at, bound_to, bound_at';

/** Above this number the two hash indexes outgrow a small buffer pool, and loading unsorted rows is very slow. */
const SORT_BY_HASH_ABOVE = 300_000;

export function* cardRows(cards: Card[]): Generator<Row> {
  // Cards of a batch are consecutive, with no other cards between them.
  const place = new Map([...new Set(cards.map((card) => card.batch))].map((batch, at) => [batch, at]));
  const apart = (a: Card, b: Card): number => (place.get(a.batch) ?? 0) - (place.get(b.batch) ?? 0);
  const madeAt = (card: Card): Seconds => card.batch?.createdAt ?? card.createdAt;
  const byHash = (a: Card, b: Card): number => (a.hash < b.hash ? -1 : 1);
  if (cards.length > SORT_BY_HASH_ABOVE) cards.sort((a, b) => apart(a, b) || byHash(a, b));
  else cards.sort((a, b) => madeAt(a) - madeAt(b) || apart(a, b) || byHash(a, b));
  let id = 0;
  for (const card of cards) {
    card.id = ++id;
    yield [
      card.id,
      card.hash,
      card.plain,
      card.type,
      card.status,
      sqlTime(card.createdAt),
      sqlTime(card.expiresAt),
      card.boundTo?.username ?? null,
      card.boundAt === null ? null : sqlTime(card.boundAt),
    ];
  }
}

export const USER_CARD_COLUMNS =
  'id, key_hash, username, key_type, status, source, created_at, expires_at, used_at, used_by, notes';

export function* userCardRows(userCards: UserCard[]): Generator<Row> {
  userCards.sort(byId);
  for (const { id, card, user, source, notes } of userCards) {
    const createdAt = source === 'redeem' ? card.createdAt : (card.boundAt ?? card.createdAt);
    yield [
      id,
      card.hash,
      user.username,
      card.type,
      card.status,
      source,
      sqlTime(createdAt),
      sqlTime(card.expiresAt),
      card.boundAt === null ? null : sqlTime(card.boundAt),
      card.boundTo?.username ?? null,
      notes,
    ];
  }
}

export const POINTS_COLUMNS =
  'id, username, invitation_code, balance, total_earned, total_redeemed, created_at, updated_at';

export function* pointsRows(accounts: readonly PointsAccount[]): Generator<Row> {
  for (const { user, code, balance, earned, redeemed, updatedAt } of accounts) {
    yield [user.id, user.username, code, balance, earned, redeemed, sqlTime(user.createdAt), sqlTime(updatedAt)];
  }
}

export const LEDGER_COLUMNS =
  'id, username, type, amount, reason, related_user, card_key_id, admin_username, created_at';

export function* ledgerRows(records: PointsRecord[]): Generator<Row> {
  records.sort(byId);
  for (const r of records) {
    yield [
      r.id,
      r.user.username,
      r.type,
      r.amount,
      r.reason,
      r.relatedUser,
      r.userCardId,
      r.admin,
      sqlTime(r.createdAt),
    ];
  }
}

export const INVITATION_COLUMNS =
  'id, inviter, invitee, invitation_code, ip_address, rewarded, reward_time, created_at';

export function* invitationRows(invitations: Invitation[]): Generator<Row> {
  invitations.sort(byId);
  for (const { id, inviter, invitee, code, ip, rewarded, createdAt } of invitations) {
    const at = sqlTime(createdAt);
    yield [id, inviter.username, invitee.username, code, ip, rewarded ? 1 : 0, rewarded ? at : null, at];
  }
}

export const IP_REWARD_COLUMNS = 'id, ip_address, inviter, invitee, reward_time';

export function* ipRewardRows(invitations: readonly Invitation[], seed: number): Generator<Row> {
  const random = new Random(seed, 'ip rewards');
  for (const { inviter, invitee, ip, rewarded, createdAt } of invitations) {
    if (rewarded) yield [random.uuid(), ip, inviter.username, invitee.username, sqlTime(createdAt)];
  }
}

export const LOGIN_COLUMNS =
  'id, username, login_count, first_login_at, last_login_at, last_login_date, created_at, updated_at';

export function* loginRows(users: readonly User[]): Generator<Row> {
  let id = 0;
  for (const { username, loginCount, firstLogin, lastLogin } of users) {
    if (firstLogin === null || lastLogin === null) continue;
    const last = sqlTime(lastLogin);
    yield [++id, username, loginCount, sqlTime(firstLogin), last, sqlDate(lastLogin), sqlTime(firstLogin), last];
  }
}

export const CONTENT_COLUMNS =
  'id, source, content_id, title, source_name, cover, year, play_count, total_watch_time, unique_users, last_played_at, created_at, updated_at';

export function* contentRows(totals: PlayTotals): Generator<Row> {
  const contents = [...totals.contents.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  let id = 0;
  for (const [, { title, offer, plays, watchTime, firstPlayed, lastPlayed }] of contents) {
    const last = sqlTime(lastPlayed);
    // A user has one record per content, so records and viewers are equally many.
    yield [
      ++id,
      offer.source.key,
      offer.contentId,
      title.name,
      offer.source.name,
      offer.cover,
      title.year,
      plays,
      watchTime,
      plays,
      last,
      sqlTime(firstPlayed),
      last,
    ];
  }
}

export const DAILY_COLUMNS = 'stat_date, total_plays, total_watch_time, unique_users';
const DAILY_DAYS = 180;

export function* dailyRows(totals: PlayTotals, now: Seconds): Generator<Row> {
  for (let back = DAILY_DAYS - 1; back >= 0; back--) {
    const date = sqlDate(now - back * DAY);
    const day = totals.days.get(date);
    yield [date, day?.plays ?? 0, day?.watchTime ?? 0, day?.users ?? 0];
  }
}

function json(list: readonly string[]): string {
  return list.length === 0 ? '[]' : JSON.stringify(list);
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
