import { createHash } from 'node:crypto';
import type { E2eSite } from './site.js';
import { configOf } from './state.js';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A batch from its table, with the cards of its ranges ordered by id. */
export interface BatchState {
  readonly wanted: number;
  readonly issued: number;
  readonly job: { readonly id: string; readonly state: string; readonly done: number };
  readonly ranges: readonly Range[];
  readonly cards: readonly Card[];
}

interface Range {
  readonly first_id: string;
  readonly last_id: string;
  readonly cards: number;
  readonly digest: string;
}

interface Card {
  readonly id: string;
  readonly key_hash: string;
  readonly plain_key: string;
  readonly key_type: string;
  readonly status: string;
}

export async function batchOf(site: E2eSite, id: string): Promise<BatchState> {
  const [batch] = await site.rows<{ wanted: number; issued: number; job_id: string; state: string; done: number }>(
    'SELECT b.wanted, b.issued, b.job_id, j.state, j.done FROM console_card_batches b JOIN console_jobs j ON j.id = b.job_id WHERE b.id = ?',
    [id],
  );
  if (batch === undefined) throw new Error(`There is no batch ${id}.`);
  const { wanted, issued, job_id, state, done } = batch;
  return {
    wanted,
    issued,
    job: { id: job_id, state, done },
    ranges: await site.rows<Range>(
      'SELECT first_id, last_id, cards, digest FROM console_card_ranges WHERE batch_id = ? ORDER BY first_id',
      [id],
    ),
    cards: await site.rows<Card>(
      `SELECT c.id, c.key_hash, c.plain_key, c.key_type, c.status FROM console_card_ranges r
       JOIN card_keys c ON c.id BETWEEN r.first_id AND r.last_id WHERE r.batch_id = ? ORDER BY c.id`,
      [id],
    ),
  };
}

/** Where the cards of a batch contradict its manifest; empty if all is well. */
export function disagreements({ issued, job, ranges, cards }: BatchState): string[] {
  const wrong: string[] = [];
  const listed = ranges.reduce((sum, range) => sum + range.cards, 0);
  if (new Set([issued, job.done, listed, cards.length]).size > 1)
    wrong.push(`batch ${issued}, job ${job.done}, ranges ${listed}, table ${cards.length}`);
  const doubled = cards.length - new Set(cards.map((card) => card.key_hash)).size;
  if (doubled > 0) wrong.push(`${doubled} hashes twice`);
  const misheard = cards.filter((card) => sha256(card.plain_key) !== card.key_hash).length;
  if (misheard > 0) wrong.push(`${misheard} keys do not hash to their hash`);
  for (const { first_id, last_id, digest } of ranges) {
    const own = cards.filter(({ id }) => BigInt(id) >= BigInt(first_id) && BigInt(id) <= BigInt(last_id));
    if (sha256(own.map((card) => card.key_hash).join('')) !== digest) wrong.push(`digest of ${first_id}–${last_id}`);
  }
  return wrong;
}

/**
 * Makes the server slow: inserting a card takes this many milliseconds. Returns a function that makes it fast again.
 */
export async function slowCards(site: E2eSite, milliseconds: number): Promise<() => Promise<void>> {
  const fast = async (): Promise<void> => {
    await site.rows('DROP TRIGGER IF EXISTS e2e_slow_cards');
  };
  await fast();
  await site.rows(
    `CREATE TRIGGER e2e_slow_cards BEFORE INSERT ON card_keys FOR EACH ROW SET @e2e_slept = SLEEP(${milliseconds / 1000})`,
  );
  return fast;
}

/** The three places of a membership, for one card and one user. */
export interface MembershipState {
  readonly card: Readonly<Record<string, unknown>> | null;
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** `cardKey` in the user's entry of the site's config. */
  readonly entry: unknown;
}

export async function membershipOf(site: E2eSite, hash: string, username: string): Promise<MembershipState> {
  const [card] = await site.rows<Record<string, unknown>>('SELECT * FROM card_keys WHERE key_hash = ?', [hash]);
  const { Users } = (await configOf(site)).UserConfig;
  return {
    card: card ?? null,
    records: await site.rows('SELECT * FROM user_card_keys WHERE key_hash = ? OR username = ? ORDER BY id', [
      hash,
      username,
    ]),
    entry: Users.find((one) => one['username'] === username)?.['cardKey'],
  };
}

/** How many caches exist of a card, a user, and the site's config. */
export async function cachesOf({ redis, keys }: E2eSite, hash: string, username: string) {
  return {
    card: await redis.exists(keys.of('cardKey', hash)),
    user: await redis.exists(keys.of('userInfo', username)),
    config: await redis.exists(keys.of('adminConfig')),
  };
}

/**
 * Fills the caches as a site does when somebody looks at a card, a user and the config. After a change they are out of
 * date.
 */
export async function fillCaches(site: E2eSite, hash: string, username: string): Promise<void> {
  const { redis, keys } = site;
  const { card } = await membershipOf(site, hash, username);
  await redis.set(keys.of('cardKey', hash), JSON.stringify({ keyHash: hash, status: card?.['status'] }), 'EX', 3600);
  await redis.set(keys.of('userInfo', username), JSON.stringify({ username, banned: false }), 'EX', 3600);
  await redis.set(keys.of('adminConfig'), JSON.stringify(await configOf(site)), 'EX', 300);
}

/** A user who never had a card and has an entry in the config. */
export async function withoutCards(site: E2eSite): Promise<string> {
  const rows = await site.rows<{ username: string }>(
    `SELECT u.username FROM users u WHERE u.role = 'user' AND u.banned = 0 AND u.username REGEXP '^[a-z]+[0-9]+$' AND CHAR_LENGTH(u.username) > 8
     AND NOT EXISTS (SELECT 1 FROM card_keys c WHERE c.bound_to = u.username)
     AND NOT EXISTS (SELECT 1 FROM user_card_keys k WHERE k.username = u.username) ORDER BY u.id`,
  );
  const entries = new Set((await configOf(site)).UserConfig.Users.map((one) => one['username']));
  const found = rows.find(({ username }) => entries.has(username));
  if (found === undefined) throw new Error('The demo has nobody of that kind.');
  return found.username;
}

export interface CardAudit {
  readonly id: string;
  readonly operation: string;
  readonly operator: string;
  readonly origin: string;
  readonly outcome: string;
  readonly input: string;
  readonly undo_of: string | null;
  readonly undone_by: string | null;
}

/**
 * Changes and undos of card keys by people after an audit entry, oldest first. Those made on schedule are left out: the
 * console marks stale cards by itself.
 */
export function cardAudit(site: E2eSite, after: string): Promise<CardAudit[]> {
  return site.rows<CardAudit>(
    "SELECT id, operation, operator, origin, outcome, input, undo_of, undone_by FROM console_audit WHERE id > ? AND origin <> 'schedule' AND (operation LIKE 'cards.%' OR operation = 'audit.undo') ORDER BY id",
    [after],
  );
}

/**
 * Which of these keys the console has stored anywhere, in any spelling: audit, images, answers, jobs. All keys have the
 * same prefix.
 */
export async function keysWrittenDown(site: E2eSite, keys: readonly string[], prefix: string): Promise<string[]> {
  const rows = await site.rows<Record<string, string | null>>(
    `SELECT input AS a, sample AS b, error AS c FROM console_audit
     UNION ALL SELECT target, before_image, after_image FROM console_audit_targets
     UNION ALL SELECT answer, NULL, NULL FROM console_idempotency
     UNION ALL SELECT input, checkpoint, error FROM console_jobs`,
  );
  return keysIn(JSON.stringify(rows), keys, prefix);
}

/** Which of these keys a text contains: with or without dashes, upper or lower case. */
export function keysIn(text: string, keys: readonly string[], prefix: string): string[] {
  const compact = (spelled: string): string => spelled.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
  const known = new Map(keys.map((key) => [compact(key), key]));
  const length = compact(keys[0] ?? '').length;
  const all = compact(text);
  const found: string[] = [];
  for (let at = all.indexOf(prefix); at >= 0; at = all.indexOf(prefix, at + 1)) {
    const key = known.get(all.slice(at, at + length));
    if (key !== undefined) found.push(key);
  }
  return found;
}
