/**
 * One site on which the console and the site's own storage do the same thing in turn, each from the same beginning.
 * Then all tables and all cached values are compared.
 */
import { expect } from 'vitest';
import type { Input, Output } from '../../electron/contract/index.js';
import type { Parameter } from '../../electron/data/mysql/database.js';
import { moveEntriesBack, moveEntriesIn } from '../../electron/data/config/move-site.js';
import { insertRows } from '../../electron/data/write/row-writer.js';
import { hashOf } from '../operations/fixtures/cards.js';
import { openTestSite, type TestSite } from '../operations/helpers.js';
import { addPeople, type Person, until } from '../operations/fixtures/users.js';
import { engines } from '../sandbox/database.js';
import type { Engine } from '../sandbox/types.js';
import { type SiteClient, openSiteClient } from '../storage/hybrid/site-client.js';
import { redisUp } from '../storage/redis-up.js';

/** A card to begin with; times in days from the beginning (plus six hours, so that none of them looks like "now"). */
export interface CardGiven {
  readonly key: string;
  readonly type?: 'year' | 'quarter' | 'month' | 'week';
  /** null: its creation time is unknown. */
  readonly made?: number | null;
  readonly ends: number;
  /** Instead of `ends`: the exact time in the column. */
  readonly endsAt?: string;
  readonly status?: 'unused' | 'used' | 'expired';
  readonly boundTo?: string;
  readonly boundAt?: number;
  /** Users with a record of it. */
  readonly records?: readonly { readonly username: string; readonly source?: string; readonly says?: Row }[];
}

type Row = Readonly<Record<string, Parameter>>;

/** The result of a side: `done`, or why not. */
export type Answer = string;

export interface Case {
  readonly name: string;
  readonly given: (world: World) => Promise<unknown>;
  /** The same thing, done by each side that can do it. */
  readonly sides: Readonly<Record<string, (world: World) => Promise<Answer>>>;
  /** The result of each side; default `done`. */
  readonly answers?: Readonly<Record<string, Answer>>;
  /** What must be true afterwards for both sides, besides that their results are equal. */
  readonly leaves?: (world: World) => Promise<unknown>;
  /** True if nothing may change. */
  readonly nothing?: true;
}

/**
 * Tables of bookkeeping: only the console records who did what and makes cards in batches; what was carried to Redis is
 * checked there.
 */
const bookkeeping = [
  'console_cache_outbox',
  'console_config_changes',
  'console_audit',
  'console_audit_targets',
  'console_idempotency',
  'console_jobs',
  'console_job_items',
  'console_card_batches',
  'console_card_ranges',
  'console_card_imports',
  'console_card_import_rows',
];
/** Columns for who banned, and why: the site writes neither. Ids are replaced by names. */
const leftOut: Readonly<Record<string, readonly string[]>> = {
  console_bans: ['reason', 'note', 'banned_by', 'expires_at', 'audit_id'],
  console_card_marks: ['revoked_by', 'reason', 'audit_id'],
  admin_configs: ['created_at'],
  invitation_configs: ['created_at', 'updated_at'],
  console_marks: ['at'],
  console_config_state: ['moved_at', 'moved_by', 'generation', 'ticket'],
};
const kept = ['admin_configs', 'invitation_configs', 'console_marks', 'console_config_state'];
const cached = [
  'userInfo',
  'userPoints',
  'adminConfig',
  'configVersion',
  'cardKey',
  'session',
  'userSessions',
  'searchHistory',
] as const;
const day = 86_400;

export type Home = 'document' | 'rows';

/** Every engine, with the entries in either place. */
export const homes: readonly (readonly [Engine, Home])[] = engines().flatMap((engine) => [
  [engine, 'document'] as const,
  [engine, 'rows'] as const,
]);

export class World {
  readonly desk: TestSite;
  readonly site: SiteClient;
  /** Where the config's entries are when a side acts: in the document, or in rows of their own. */
  readonly home: Home;
  readonly #tables: readonly string[];
  #start = 0;
  #names: string[] = [];

  private constructor(desk: TestSite, home: Home, tables: readonly string[]) {
    this.desk = desk;
    this.site = openSiteClient(desk.site);
    this.home = home;
    this.#tables = tables;
  }

  static async open(engine: Engine, home: Home): Promise<World> {
    const desk = await openTestSite(engine);
    await redisUp(desk.site);
    await desk.site.cache.ready();
    const tables = await desk.site.db.rows<{ name: string }>(
      "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME NOT LIKE '%migration%' ORDER BY 1",
    );
    return new World(
      desk,
      home,
      tables.map((table) => table.name),
    );
  }

  /** Starts over: an owner who acts, and nothing else. */
  async begin(): Promise<void> {
    await this.#carried();
    const [state] = await this.sql<{ mode: string }>('SELECT mode FROM console_config_state');
    if (state?.mode === 'rows') await moveEntriesBack(this.desk.site, { by: 'boss' });
    const cards = await this.sql<{ part: string }>('SELECT key_hash AS part FROM card_keys');
    // Uses the cache's protocol, so that no reader of the last run fills anything afterwards.
    const touches = [
      { family: 'adminConfig', part: '' } as const,
      { family: 'configVersion', part: '' } as const,
      ...this.#names.flatMap((part) => [
        { family: 'userInfo', part } as const,
        { family: 'userPoints', part } as const,
      ]),
      ...cards.map(({ part }) => ({ family: 'cardKey', part }) as const),
    ];
    await this.desk.site.cache.write(touches, async (tx) => {
      await tx.run('SET foreign_key_checks = 0');
      for (const table of this.#tables) if (!kept.includes(table)) await tx.run(`DELETE FROM ${table}`);
      await tx.run('SET foreign_key_checks = 1');
      await tx.run(`UPDATE admin_configs SET config_value = '{"SiteConfig":{"name":"s"},"UserConfig":{"Users":[]}}'`);
    });
    await this.#forgetCaches();
    this.#start = Math.floor(Date.now() / 1000);
    this.#names = [];
    await this.people({ username: 'boss', role: 'owner' });
    this.desk.signOut();
  }

  async people(...people: readonly Person[]): Promise<void> {
    await addPeople(
      this.desk.site.db,
      people.map((person) => ({ code: `CODE-${person.username}`, ...person })),
    );
    this.#names.push(...people.map((person) => person.username));
  }

  sql<R = Record<string, unknown>>(text: string, ...parameters: Parameter[]): Promise<R[]> {
    return this.desk.site.db.rows<R>(text, parameters);
  }

  /** That many days from the beginning, in a column's format. */
  time(days: number): string {
    return new Date((this.#start + days * day + 21_600) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  }

  async cards(...cards: readonly CardGiven[]): Promise<void> {
    const { db } = this.desk.site;
    for (const [at, card] of cards.entries()) {
      const row = {
        key_hash: hashOf(card.key),
        key_type: card.type ?? 'month',
        status: card.status ?? (card.boundTo === undefined ? 'unused' : 'used'),
        created_at: card.made === null ? null : this.time(card.made ?? card.ends - 30),
        expires_at: card.endsAt ?? this.time(card.ends),
      } as const;
      const boundAt = card.boundTo === undefined ? null : this.time(card.boundAt ?? -1);
      await insertRows(db, 'card_keys', [
        { ...row, plain_key: card.key, bound_to: card.boundTo ?? null, bound_at: boundAt },
      ]);
      const used = { used_at: boundAt, used_by: card.boundTo ?? null };
      for (const [nth, { username, source = 'redeem', says = {} }] of (card.records ?? []).entries()) {
        const record = { id: `r${String(at)}-${String(nth)}`, username, source, notes: null, ...row, ...used, ...says };
        await insertRows(db, 'user_card_keys', [record]);
      }
    }
  }

  /** Moves the entries to where they should be. */
  async settle(): Promise<void> {
    if (this.home === 'rows') await moveEntriesIn(this.desk.site, { by: 'boss' });
  }

  /** A user's entry in the config, wherever it is. */
  async entry(name: string): Promise<Record<string, unknown> | undefined> {
    const config = await this.site.getAdminConfig();
    const users = config?.UserConfig?.Users ?? [];
    return users.find((entry) => entry['username'] === name);
  }

  /** Previews with the console and confirms; returns why not, if there is nothing to do. */
  async console<V extends Verb>(verb: V, input: Input<`${V}.preview`>): Promise<Answer> {
    const preview = (await this.desk.call(`${verb}.preview`, input)) as Output<'users.ban.preview'>;
    if (preview.changed === 0) return preview.skipped.map(({ why }) => why).join(', ');
    const confirmed = { ...input, fingerprint: preview.fingerprint } as Input<V>;
    const answer = (await this.desk.call(verb, confirmed)) as Output<'users.ban'>;
    if (!answer.done) throw new Error('became a job');
    return 'done';
  }

  /** The id of a card. */
  async id(key: string): Promise<string> {
    const [row] = await this.sql<{ id: string | number }>('SELECT id FROM card_keys WHERE key_hash = ?', hashOf(key));
    return String(row?.id);
  }

  /**
   * The content of the tables and the caches, with times relative to the beginning, and random values replaced by their
   * kind.
   */
  async everything(): Promise<Record<string, unknown>> {
    await this.#carried();
    const [users, cards] = await Promise.all([
      this.sql<{ id: string | number; username: string }>('SELECT id, username FROM users'),
      this.sql<{ id: string | number; plain_key: string; key_hash: string }>(
        'SELECT id, plain_key, key_hash FROM card_keys',
      ),
    ]);
    const tell = this.#teller(users, cards);
    const found: Record<string, unknown> = {};
    for (const table of this.#tables) {
      if (bookkeeping.includes(table)) continue;
      const rows = await this.sql(`SELECT * FROM ${table}`);
      found[table] = rows.map((row) => tell(row, leftOut[table] ?? [])).sort(byText);
    }
    found['read'] = tell(await this.#read(cards), []);
    found['sessions'] = (await this.#keys(['session', 'userSessions', 'searchHistory'])).sort();
    return found;
  }

  /** Waits until every write has reached Redis. */
  async #carried(): Promise<void> {
    await until(async () => {
      await this.desk.site.outbox.drain();
      const left = await this.sql('SELECT id FROM console_cache_outbox WHERE done_at IS NULL AND audit_id > 0 LIMIT 1');
      return left.length === 0;
    });
  }

  /** What the site's readers get, from the caches if filled; the tables must have the same. */
  async #read(cards: readonly { readonly key_hash: string }[]): Promise<Record<string, unknown>> {
    const all = async (): Promise<Record<string, unknown>> => {
      const { site } = this;
      const found: Record<string, unknown> = { config: await site.getAdminConfig() };
      for (const name of this.#names)
        found[name] = [
          await site.getUserInfoV2(name),
          await site.getUserPoints(name),
          await site.getUserCardKeyInfo(name),
          await site.getUserCardKeys(name),
        ];
      found['cards'] = await Promise.all(cards.map(({ key_hash: hash }) => site.getCardKey(hash)));
      return found;
    };
    const first = await all();
    await this.#forgetCaches('session', 'userSessions', 'searchHistory');
    same(first, await all(), 'a cache is older than the tables');
    return first;
  }

  /** Fills every cache, so that a side that forgets to invalidate one is detected. */
  async warm(): Promise<void> {
    const { site } = this.desk;
    const cards = await this.sql<{ key_hash: string }>('SELECT key_hash FROM card_keys');
    for (const name of this.#names) {
      await site.redis.set(site.keys.of('session', `s-${name}`), JSON.stringify({ username: name }));
      await site.redis.sadd(site.keys.of('userSessions', name), `s-${name}`);
      await site.redis.lpush(site.keys.of('searchHistory', name), 'sought');
    }
    await this.#read(cards);
    // Readers do not wait for fills.
    const config = this.home === 'rows' ? 'configVersion' : 'adminConfig';
    await until(async () => (await this.#keys(['userInfo', config])).length > this.#names.length);
  }

  async #keys(families: readonly (typeof cached)[number][]): Promise<string[]> {
    const { redis, keys } = this.desk.site;
    const found: string[] = [];
    let cursor = '0';
    do {
      const [next, some] = await redis.scan(cursor, 'COUNT', 1_000);
      found.push(
        ...some.filter((key) =>
          families.some((family) => key.startsWith(keys.prefix) && keys.familyOf(key) === family),
        ),
      );
      cursor = next;
    } while (cursor !== '0');
    return found;
  }

  async #forgetCaches(...but: readonly (typeof cached)[number][]): Promise<void> {
    const found = await this.#keys(cached.filter((family) => !but.includes(family)));
    if (found.length > 0) await this.desk.site.redis.del(...found);
  }

  #teller(
    users: readonly { readonly id: string | number; readonly username: string }[],
    cards: readonly { readonly id: string | number; readonly plain_key: string; readonly key_hash: string }[],
  ): (value: unknown, without: readonly string[]) => unknown {
    const made = new Set(
      cards.filter(({ plain_key: key }) => !key.startsWith('KEY')).flatMap((card) => [card.plain_key, card.key_hash]),
    );
    const userOf = new Map(users.map((user) => [String(user.id), user.username]));
    const cardOf = new Map(cards.map((card) => [String(card.id), made.has(card.key_hash) ? '<made>' : card.plain_key]));
    const text = (value: string): unknown => {
      if (made.has(value)) return '<made>';
      if (/^\d{13}-[0-9a-z]{9}$/.test(value)) return '<id>';
      if (/^[A-Z0-9]{20}$/.test(value)) return '<no live code>';
      if (/^[A-Z0-9]{16}$/.test(value)) return '<a new code>';
      if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(value))
        return this.#told(Date.parse(`${value.replace(' ', 'T')}Z`)) ?? value;
      if (!/^\s*[[{]/.test(value)) return value;
      return tell(JSON.parse(value), []);
    };
    const tell = (value: unknown, without: readonly string[]): unknown => {
      if (typeof value === 'string') return text(value);
      if (typeof value === 'number') return this.#told(value) ?? value;
      if (Array.isArray(value)) return value.map((one) => tell(one, []));
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).flatMap(([name, one]): [string, unknown][] => {
          if (without.includes(name)) return [];
          if (name === 'user_id') return [[name, userOf.get(String(one)) ?? 'nobody']];
          if (name === 'card_id') return [[name, cardOf.get(String(one)) ?? 'no card']];
          // Assigned by the table.
          if (name === 'id' && /^\d+$/.test(String(one))) return [];
          return [[name, tell(one, [])]];
        }),
      );
    };
    return tell;
  }

  /**
   * An instant (milliseconds) of this run relative to the beginning; null for a value that is no time, or not from a
   * run.
   */
  #told(instant: number): string | null {
    const seconds = Math.round(instant / 1000) - this.#start;
    if (instant < 1e12 || Math.abs(seconds) > 2_000 * day || seconds < -200 * day) return null;
    const rest = ((seconds % day) + day) % day;
    if (rest <= 600 || rest >= day - 2) return `now, and ${String(Math.round(seconds / day))} days`;
    return `${String(seconds / day)} days`;
  }
}

type Verb =
  | 'users.ban'
  | 'users.unban'
  | 'users.delete'
  | 'cards.bind'
  | 'cards.unbind'
  | 'cards.renew'
  | 'cards.revoke'
  | 'cards.sweep';

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/** `done`, or the code of the refusal. */
export async function answerOf(work: Promise<unknown>): Promise<Answer> {
  return work.then(
    () => 'done',
    (error: unknown) => {
      const { code } = error as { readonly code?: unknown };
      if (typeof code === 'string') return code;
      throw error;
    },
  );
}

function same(found: unknown, expected: unknown, said: string): void {
  expect(found, said).toEqual(expected);
}

/** Lets each side do it from the same beginning, and compares. Returns the number of sides. */
export async function compare(world: World, one: Case): Promise<number> {
  let sides = 0;
  let first: { readonly side: string; readonly all: Record<string, unknown> } | null = null;
  for (const [side, act] of Object.entries(one.sides)) {
    sides += 1;
    await world.begin();
    await one.given(world);
    await world.settle();
    await world.warm();
    const before = await world.everything();
    await world.warm();
    expect(await act(world), side).toBe(one.answers?.[side] ?? 'done');
    const all = await world.everything();
    if (one.nothing === true) expect(all, side).toEqual(before);
    else expect(all, side).not.toEqual(before);
    await one.leaves?.(world);
    if (first === null) first = { side, all };
    else expect(all, `${side} made something else of it than ${first.side}`).toEqual(first.all);
  }
  return sides;
}
