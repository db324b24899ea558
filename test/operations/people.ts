/** Users for tests: rows in every table that holds something of them. */
import { expect } from 'vitest';
import type { Parameter, Sql } from '../../electron/data/mysql/database.js';
import { insertRows } from '../../electron/data/write/row-writer.js';
import type { TestSite } from './helpers.js';
import type { Site } from '../../electron/data/site.js';

export interface Person {
  readonly username: string;
  readonly role?: 'owner' | 'admin' | 'user';
  readonly banned?: boolean | null;
  /** As stored: JSON text. */
  readonly tags?: string | null;
  readonly token?: string | null;
  readonly createdAt?: string | null;
  /** null: a row without a time; absent: no row. */
  readonly lastLogin?: string | null;
  /** null: no points row. */
  readonly points?: number | null;
  readonly code?: string;
  /** Extra fields of the entry in the config; null: no entry. */
  readonly entry?: Readonly<Record<string, unknown>> | null;
}

let made = 0;

/** A code of nine symbols; whoever is banned has none that is live. */
function codeOf({ banned }: Person): string {
  return banned === true ? `C${String((made += 1)).padStart(19, '0')}` : `C${String((made += 1)).padStart(8, '0')}`;
}

/** Adds people to the tables and to the config, which keeps what else it has. */
export async function addPeople(sql: Sql, people: readonly Person[]): Promise<void> {
  await insertRows(
    sql,
    'users',
    people.map((person): Record<string, Parameter> => ({
      username: person.username,
      password_hash: 'a'.repeat(64),
      role: person.role ?? 'user',
      banned: person.banned === null ? null : person.banned === true ? 1 : 0,
      tags: person.tags ?? null,
      tvbox_token: person.token ?? null,
      created_at: person.createdAt === undefined ? '2026-01-01 00:00:00' : person.createdAt,
    })),
  );
  await insertRows(
    sql,
    'user_points',
    people.flatMap((person) =>
      person.points === null
        ? []
        : [
            {
              username: person.username,
              invitation_code: person.code ?? codeOf(person),
              balance: person.points ?? 0,
            },
          ],
    ),
  );
  await insertRows(
    sql,
    'user_login_stats',
    people.flatMap((person) =>
      person.lastLogin === undefined
        ? []
        : [{ username: person.username, login_count: 1, last_login_at: person.lastLogin }],
    ),
  );
  const [row] = await sql.rows<{ config_value: string }>(
    "SELECT config_value FROM admin_configs WHERE config_key = 'main_config'",
  );
  const config = JSON.parse(row?.config_value ?? '{}') as { UserConfig?: { Users?: unknown[] } };
  config.UserConfig ??= {};
  config.UserConfig.Users ??= [];
  for (const person of people) {
    if (person.entry === null) continue;
    config.UserConfig.Users.push({
      username: person.username,
      role: person.role ?? 'user',
      ...((person.token ?? null) === null ? {} : { tvboxToken: person.token }),
      ...person.entry,
    });
  }
  await sql.run("UPDATE admin_configs SET config_value = ? WHERE config_key = 'main_config'", [JSON.stringify(config)]);
}

/** A user's entry in the config. */
export async function entryOf(site: Site, username: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await site.db.rows<{ config_value: string }>(
    "SELECT config_value FROM admin_configs WHERE config_key = 'main_config'",
  );
  const config = JSON.parse(row?.config_value ?? '{}') as { UserConfig?: { Users?: Record<string, unknown>[] } };
  return config.UserConfig?.Users?.find((entry) => entry['username'] === username);
}

/** A session as the site keeps it, with its index. */
export async function addSession(site: Site, username: string, id: string): Promise<void> {
  await site.redis.set(site.keys.of('session', id), JSON.stringify({ username }));
  await site.redis.sadd(site.keys.of('userSessions', username), id);
}

/** Every row of the tables that a change to users may touch, without the times that the server sets, to compare before and after. */
export async function snapshot(site: Site): Promise<Record<string, unknown>> {
  const tables = [
    'users',
    'user_points',
    'points_records',
    'invitations',
    'ip_reward_records',
    'play_records',
    'favorites',
    'episode_skip_configs',
    'user_login_stats',
    'user_card_keys',
    'card_keys',
    'console_bans',
  ];
  const found: Record<string, unknown> = {};
  for (const table of tables) {
    const rows = await site.db.rows<Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY 1`);
    for (const row of rows) delete row['updated_at'];
    found[table] = rows;
  }
  const [config] = await site.db.rows<{ config_value: string }>('SELECT config_value FROM admin_configs');
  found['config'] = JSON.parse(config?.config_value ?? '{}');
  return found;
}

/** Waits until something holds, at most `limit` milliseconds. */
export async function until(holds: () => Promise<boolean>, limit = 15_000): Promise<void> {
  const end = Date.now() + limit;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('It did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Waits until so many transactions of the site wait for a lock. Not by information_schema.innodb_trx: MariaDB makes that anew only where nobody has
 * read it for a tenth of a second, and two tests that look in turns would never see anything new.
 */
export async function waiting(site: Site, count: number): Promise<void> {
  await until(async () => {
    const ours = await site.db.rows<{ id: string | number }>(
      'SELECT id AS id FROM information_schema.processlist WHERE db = DATABASE()',
    );
    const [status] = await site.db.rows<Record<'Status', string>>('SHOW ENGINE INNODB STATUS');
    // Before that stands the last deadlock, with those that waited then.
    const [, sessions = ''] = (status?.Status ?? '').split('LIST OF TRANSACTIONS FOR EACH SESSION:');
    const waits = sessions
      .split('---TRANSACTION')
      .flatMap((one) => (one.includes('LOCK WAIT') ? (/thread id (\d+)/.exec(one)?.[1] ?? []) : []));
    return ours.filter(({ id }) => waits.includes(String(id))).length >= count;
  }, 45_000);
}

/** users.banned, the config entry and console_bans agree; a banned user has no token and a suspended code, others have theirs. */
export async function consistent(desk: TestSite, names: readonly string[]): Promise<void> {
  const found = await desk.site.db.rows<
    Record<'banned' | 'token' | 'ban' | 'code', string | number> & { username: string }
  >(
    `SELECT u.username, COALESCE(u.banned, 0) AS banned, u.tvbox_token IS NOT NULL AS token, b.user_id IS NOT NULL AS ban, LENGTH(p.invitation_code) AS code
     FROM users u LEFT JOIN console_bans b ON b.user_id = u.id LEFT JOIN user_points p ON p.username = u.username WHERE u.username IN (?)`,
    [names],
  );
  for (const row of found) {
    const { username } = row;
    const [banned, token, ban, code] = [row.banned, row.token, row.ban, row.code].map(Number);
    if (banned === undefined) throw new Error('No such column');
    const entry = await entryOf(desk.site, username);
    expect({
      username,
      ban,
      token,
      entry: entry?.['banned'] ?? false,
      entryToken: entry !== undefined && 'tvboxToken' in entry && banned === 1,
      code,
    }).toEqual({
      username,
      ban: banned,
      token: 1 - banned,
      entry: banned === 1,
      entryToken: false,
      code: banned === 1 ? 20 : 9,
    });
  }
}
