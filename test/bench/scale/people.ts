import { createHash } from 'node:crypto';
import { codeSql, inviters } from './fill.js';
import { letterOf, type Side } from './contents.js';
import { type ScaleSite, withEntries, writeConfig } from './site.js';

/** A user of a round, and what they have. */
export interface Person {
  readonly name: string;
  readonly code: string;
  /** The user's bound cards, and those to bind. */
  readonly bound?: string;
  readonly unused?: string;
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Names that are spread over the indexes, and differ between the sides only by one letter. */
export function nameOf(side: Side, round: number, index: number): string {
  return `${hashOf(`${String(round)} ${String(index)}`).slice(0, 6)}-${letterOf[side]}${String(round)}-${String(index)}`;
}

/** A card's key, distinguished the same way. */
export function keyOf(side: Side, round: number, index: number, which: string): string {
  return `CARD-${hashOf(`${which} ${String(round)} ${String(index)}`)
    .slice(0, 6)
    .toUpperCase()}-${letterOf[side]}${String(round)}-${which}${String(index)}`;
}

export function inviterOf(side: Side, index: number): string {
  return `inviter-${letterOf[side]}-${String(index % inviters).padStart(3, '0')}`;
}

export const invitersOf = (side: Side): string[] =>
  Array.from({ length: inviters }, (_, index) => inviterOf(side, index));

/** The same as `codeSql`. */
export const codeOf = (name: string): string => hashOf(`code${name}`).slice(0, 16).toUpperCase();

export const created = '2025-06-01 00:00:00';
export const boundUntil = '2030-06-01 00:00:00';

/** Puts unused cards of a month into the stock. */
export async function stock({ sql }: ScaleSite, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql.query('INSERT INTO card_keys (key_hash, plain_key, key_type, status, created_at, expires_at) VALUES ?', [
    keys.map((key) => [hashOf(key), key, 'month', 'unused', created, '2027-06-01 00:00:00']),
  ]);
}

/** Creates users on the site: rows, account, entry in the config, and their cards. */
export async function settle(
  site: ScaleSite,
  people: readonly { name: string; card?: string; token?: string }[],
): Promise<void> {
  const { sql } = site;
  const names = people.map(({ name }) => name);
  await sql.query(
    'INSERT INTO users (username, password_hash, role, banned, tvbox_token, show_adult_content, created_at) VALUES ?',
    [people.map(({ name, token }) => [name, hashOf('secret'), 'user', 0, token ?? null, 0, created])],
  );
  await sql.query(
    `INSERT INTO user_points (username, invitation_code) SELECT username, ${codeSql('username')} FROM users WHERE username IN (?)`,
    [names],
  );
  const withCard = people.flatMap(({ name, card }) => (card === undefined ? [] : [{ name, card }]));
  if (withCard.length > 0) {
    await sql.query(
      'INSERT INTO card_keys (key_hash, plain_key, key_type, status, created_at, expires_at, bound_to, bound_at) VALUES ?',
      [withCard.map(({ name, card }) => [hashOf(card), card, 'month', 'used', created, boundUntil, name, created])],
    );
    await sql.query(
      'INSERT INTO user_card_keys (id, key_hash, username, key_type, status, source, created_at, expires_at, used_at, used_by) VALUES ?',
      [
        withCard.map(({ name, card }, at) => [
          `1700000000004-${String(at).padStart(9, '0')}`,
          hashOf(card),
          name,
          'month',
          'used',
          'manual',
          created,
          boundUntil,
          created,
          name,
        ]),
      ],
    );
  }
  const entries = people.map(({ name, card, token }) => ({
    username: name,
    role: 'user',
    createdAt: Date.parse(`${created.replace(' ', 'T')}Z`),
    ...(token === undefined ? {} : { tvboxToken: token }),
    ...(card === undefined
      ? {}
      : {
          cardKey: {
            boundKey: hashOf(card),
            expiresAt: Date.parse(`${boundUntil.replace(' ', 'T')}Z`),
            boundAt: Date.parse(`${created.replace(' ', 'T')}Z`),
          },
        }),
  }));
  if (site.mode === 'json') await writeConfig(sql, withEntries(site.document, entries));
  else
    await sql.query('INSERT INTO console_config_entries (username, entry) VALUES ?', [
      entries.map((entry) => [entry.username, JSON.stringify(entry)]),
    ]);
}

/** Removes users and cards again, with everything that names them; the side's inviters are reset. */
export async function leave(
  site: ScaleSite,
  side: Side,
  names: readonly string[],
  cards: readonly string[],
): Promise<void> {
  const { sql } = site;
  for (const { table, column } of site.people)
    if (table !== 'users') await sql.query(`DELETE FROM ${table} WHERE ${column} IN (?)`, [names]);
  if (cards.length > 0)
    await sql.query('DELETE FROM card_keys WHERE key_hash IN (?)', [cards.map((card) => hashOf(card))]);
  await sql.query('DELETE FROM users WHERE username IN (?)', [names]);
  const invited = invitersOf(side);
  for (const [table, column] of [
    ['points_records', 'username'],
    ['ip_reward_records', 'inviter'],
  ])
    await sql.query(`DELETE FROM ${table ?? ''} WHERE ${column ?? ''} IN (?)`, [invited]);
  await sql.query('DELETE FROM console_claims');
  await sql.query('UPDATE user_points SET balance = 0, total_earned = 0 WHERE username IN (?)', [invited]);
  if (site.mode === 'json') await writeConfig(sql, site.document);
}

/** Caches values of these users, and of the config, in Redis: a write has to delete the stale ones. */
export async function cacheSomething(
  site: ScaleSite,
  names: readonly string[],
  cards: readonly string[] = [],
): Promise<void> {
  const { keys, redis } = site;
  const old = await redis.keys(`${site.config.redis.prefix ?? ''}*`);
  const epoch = keys.epoch();
  if (old.length > 0) await redis.unlink(...old.filter((key) => key !== epoch), `${epoch}:none`);
  const batch = redis.pipeline();
  const put = (key: string): unknown => batch.set(key, '{"bench":true}', 'EX', 3_600);
  for (const name of names) {
    put(keys.of('userInfo', name));
    put(keys.of('userPoints', name));
  }
  for (const card of cards) put(keys.of('cardKey', hashOf(card)));
  for (const family of ['adminConfig', 'configVersion'] as const) put(keys.of(family));
  await batch.exec();
}
