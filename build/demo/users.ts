import { createHash } from 'node:crypto';
import { demoOwner } from '../lib/demo-owner.mjs';
import { DAY, eveningBetween, HOUR, MINUTE, type Seconds } from './clock.js';
import type { Engagement, Role, User } from './model.js';
import { AWKWARD_NAMES, NameMaker } from './names.js';
import { LETTERS_AND_DIGITS, Random } from './random.js';

export const OWNER = demoOwner.username;
export const ADMINS = ['admin_lin', 'admin_zhou', 'admin_chen'] as const;
/** The password of the demo's owner and admins. */
export const DEMO_PASSWORD = demoOwner.password;
export const SITE_AGE = 730 * DAY;
export const RING_SIZE = 60;
/** The fraud ring signed up in one night, this long before now. */
const RING_AGE = 23 * DAY;

export const TAGS = ['VIP', '内测', '老用户', '家庭', '赞助者', '学生', '渠道-A', '观察中'] as const;
export const APIS = ['yunhai', 'feisu', 'liangzi9', 'xingchen', 'baihe', 'tianlang', 'haiwai', 'duanjuhui'] as const;
const NONE: readonly string[] = [];

/** Every demo account's password follows from its name. */
export function passwordOf(username: string): string {
  const staff: readonly string[] = [OWNER, ...ADMINS];
  return staff.includes(username) ? DEMO_PASSWORD : `moondesk-${username}`;
}

/**
 * SHA-256, as most of these sites store it. The newer `salt:hash` scrypt form has 161 characters and does not fit a
 * site's VARCHAR(128), so the demo has none: it loads into any table that the seed allows.
 */
export function passwordHash(username: string): string {
  return createHash('sha256').update(passwordOf(username)).digest('hex');
}

interface Arrival {
  readonly at: Seconds;
  readonly role: Role;
  readonly username: string | null;
  readonly inRing: boolean;
}

/** All users, oldest first; the position is the id. */
export function buildUsers(count: number, seed: number, now: Seconds): User[] {
  const arrivals = planArrivals(count, seed, now);
  const random = new Random(seed, 'users');
  const names = new NameMaker(new Random(seed, 'names'));
  const stride = Math.floor(arrivals.length / (AWKWARD_NAMES.length + 1));
  for (const arrival of arrivals) if (arrival.username !== null) names.take(arrival.username);
  for (const name of AWKWARD_NAMES) names.take(name);

  let awkward = 0;
  return arrivals.map((arrival, index): User => {
    let username = arrival.username;
    const due = stride >= 4 && username === null && index >= stride * (awkward + 1) - 1;
    if (due) username = AWKWARD_NAMES[awkward++] ?? null;
    return describe(random, index + 1, username ?? names.next(), arrival, now);
  });
}

function planArrivals(count: number, seed: number, now: Seconds): Arrival[] {
  const random = new Random(seed, 'arrivals');
  const start = now - SITE_AGE;
  const special: Arrival[] = [{ at: start, role: 'owner', username: OWNER, inRing: false }];
  ADMINS.forEach((username, index) => {
    special.push({
      at: start + (index * 47 + 1) * DAY + random.between(0, 9) * HOUR,
      role: 'admin',
      username,
      inRing: false,
    });
  });

  const ringSize = Math.min(RING_SIZE, Math.floor(count / 10));
  let moment = Math.floor((now - RING_AGE) / DAY) * DAY + 18 * HOUR + 10 * MINUTE;
  for (let i = 0; i < ringSize; i++) {
    moment += random.between(15, 70);
    special.push({
      at: moment,
      role: 'user',
      username: i === 0 ? 'lucky88_king' : `lucky88${String(i * 7 + 103)}`,
      inRing: true,
    });
  }

  const ordinary = new Float64Array(Math.max(0, count - special.length));
  for (let i = 0; i < ordinary.length; i++) {
    // The square root makes arrivals grow linearly over the site's life.
    const rough = start + DAY + Math.sqrt(random.next()) * (SITE_AGE - DAY);
    ordinary[i] = eveningBetween(random, start + HOUR, now - 5 * MINUTE, Math.floor(rough));
  }
  const arrivals: Arrival[] = special.slice(0, count);
  for (const at of ordinary) arrivals.push({ at, role: 'user', username: null, inRing: false });
  return arrivals.sort((a, b) => a.at - b.at);
}

function describe(random: Random, id: number, username: string, arrival: Arrival, now: Seconds): User {
  const { at: createdAt, role, inRing } = arrival;
  const staff = role !== 'user';
  const engagement = staff ? 'heavy' : inRing ? 'never' : drawEngagement(random);
  const logins = drawLogins(random, engagement, createdAt, now);
  const banned = !staff && !inRing && random.chance(0.015);
  const bannedAt = banned ? random.between(Math.max(createdAt, logins.last ?? createdAt), now) : null;
  const tagged = staff ? false : !inRing && random.chance(0.12);
  const tags = tagged ? drawTags(random) : NONE;
  const enabledApis = !staff && !inRing && random.chance(tagged ? 0.3 : 0.02) ? drawApis(random) : NONE;
  // A ban takes the TVBox token, so no banned user has one.
  const hasToken = random.chance(staff ? 1 : inRing ? 0 : engagement === 'never' ? 0.05 : 0.345);
  return {
    id,
    username,
    role,
    createdAt,
    engagement,
    inRing,
    bannedAt,
    tags,
    enabledApis,
    oidcSub: !staff && !inRing && random.chance(0.05) ? `oidc|${random.text('0123456789', 18)}` : null,
    tvboxToken: hasToken && !banned ? random.text(LETTERS_AND_DIGITS, 32) : null,
    showAdult: random.chance(0.08),
    firstLogin: logins.first,
    lastLogin: logins.last,
    loginCount: logins.count,
    updatedAt: bannedAt ?? random.between(createdAt, Math.max(createdAt, logins.last ?? createdAt)),
    membership: null,
  };
}

function drawEngagement(random: Random): Engagement {
  return random.weighted([
    ['heavy', 8],
    ['regular', 27],
    ['casual', 33],
    ['lapsed', 17],
    ['never', 15],
  ] as const);
}

const AWAY: Readonly<Record<Exclude<Engagement, 'never'>, readonly [number, number]>> = {
  heavy: [0, 2],
  regular: [0, 16],
  casual: [3, 110],
  lapsed: [60, 600],
};
const LOGINS_A_WEEK: Readonly<Record<Exclude<Engagement, 'never'>, number>> = {
  heavy: 5,
  regular: 2,
  casual: 0.6,
  lapsed: 0.4,
};

function drawLogins(
  random: Random,
  engagement: Engagement,
  createdAt: Seconds,
  now: Seconds,
): { first: Seconds | null; last: Seconds | null; count: number } {
  if (engagement === 'never') return { first: null, last: null, count: 0 };
  const first = Math.min(now - 1, createdAt + random.between(5, 4 * MINUTE));
  const [near, far] = AWAY[engagement];
  const away = (near + random.next() ** 2 * (far - near)) * DAY;
  const rough = Math.floor(now - MINUTE - away);
  // Users younger than their absence came once or twice and were not seen since.
  const last =
    rough <= first
      ? random.between(first, Math.min(now - 1, first + 2 * DAY))
      : eveningBetween(random, first, now - 1, rough);
  const weeks = (last - first) / (7 * DAY);
  return { first, last, count: 1 + Math.floor(weeks * LOGINS_A_WEEK[engagement] * (0.5 + random.next())) };
}

function drawTags(random: Random): string[] {
  const first = random.weighted([
    [TAGS[0], 34],
    [TAGS[1], 10],
    [TAGS[2], 24],
    [TAGS[3], 14],
    [TAGS[4], 6],
    [TAGS[5], 6],
    [TAGS[6], 4],
    [TAGS[7], 2],
  ] as const);
  const second = random.pick(TAGS);
  return random.chance(0.2) && second !== first ? [first, second] : [first];
}

function drawApis(random: Random): string[] {
  return APIS.filter(() => random.chance(0.4));
}
