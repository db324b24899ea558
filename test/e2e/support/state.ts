import { randomUUID } from 'node:crypto';
import type { E2eSite } from './site.js';

/** Everything that the ban of one user changes, read from the servers. */
export interface UserState {
  readonly user: { readonly id: string; readonly banned: number; readonly tvbox_token: string | null } | null;
  readonly invitationCode: string | null;
  /** The user's entry in the site's config. */
  readonly entry: Readonly<Record<string, unknown>> | null;
  readonly ban: { readonly reason: string; readonly note: string | null; readonly banned_by: string } | null;
  /** The number of sessions, and of caches with data of the user. */
  readonly redis: { readonly sessions: number; readonly caches: number; readonly config: number };
}

export async function stateOf(site: E2eSite, username: string): Promise<UserState> {
  const [user] = await site.rows<NonNullable<UserState['user']>>(
    'SELECT id, banned, tvbox_token FROM users WHERE username = ?',
    [username],
  );
  const [points] = await site.rows<{ invitation_code: string }>(
    'SELECT invitation_code FROM user_points WHERE username = ?',
    [username],
  );
  const [ban] = await site.rows<NonNullable<UserState['ban']>>(
    'SELECT reason, note, banned_by FROM console_bans WHERE username = ?',
    [username],
  );
  const entry = (await configOf(site)).UserConfig.Users.find((one) => one['username'] === username);
  return {
    user: user ?? null,
    invitationCode: points?.invitation_code ?? null,
    entry: entry ?? null,
    ban: ban ?? null,
    redis: {
      sessions: (await sessionsOf(site, username)) + (await site.redis.exists(site.keys.of('userSessions', username))),
      caches: await site.redis.exists(...site.keys.cachesOfUser(username)),
      config: await site.redis.exists(site.keys.of('adminConfig')),
    },
  };
}

interface AdminConfig {
  readonly UserConfig: { readonly Users: readonly Readonly<Record<string, unknown>>[] };
}

/** The whole config of the site. */
export async function configOf(site: E2eSite): Promise<AdminConfig> {
  const [row] = await site.rows<{ config_value: string }>(
    "SELECT config_value FROM admin_configs WHERE config_key = 'main_config'",
  );
  return JSON.parse(row?.config_value ?? '{}') as AdminConfig;
}

const given = new WeakMap<E2eSite, Map<string, string[]>>();

async function sessionsOf(site: E2eSite, username: string): Promise<number> {
  const ids = given.get(site)?.get(username) ?? [];
  return ids.length === 0 ? 0 : site.redis.exists(...ids.map((id) => site.keys.of('session', id)));
}

/** Signs a user in at the site twice, and fills the caches of the user and the config. */
export async function signInAtSite(site: E2eSite, username: string): Promise<void> {
  const { redis, keys } = site;
  const ids = [randomUUID(), randomUUID()];
  const all = given.get(site) ?? new Map<string, string[]>();
  given.set(site, all.set(username, ids));
  await redis.del(keys.of('userSessions', username));
  await redis.sadd(keys.of('userSessions', username), ...ids);
  for (const id of ids) await redis.set(keys.of('session', id), JSON.stringify({ username }), 'EX', 3600);
  await redis.set(keys.of('userInfo', username), JSON.stringify({ username, banned: false }), 'EX', 3600);
  await redis.set(keys.of('adminConfig'), '{}', 'EX', 300);
}

/**
 * A user with everything that a ban takes away: a TVBox token, an invitation code, a config entry. `at` chooses among
 * them.
 */
export async function somebody(site: E2eSite, at = 0): Promise<string> {
  const rows = await site.rows<{ username: string }>(
    `SELECT u.username FROM users u JOIN user_points p ON p.username = u.username
     WHERE u.role = 'user' AND u.banned = 0 AND u.tvbox_token IS NOT NULL AND u.username REGEXP '^[a-z]+[0-9]+$' AND CHAR_LENGTH(u.username) > 8
     ORDER BY u.id LIMIT 200`,
  );
  const entries = new Set((await configOf(site)).UserConfig.Users.map((one) => one['username']));
  const found = rows.filter(({ username }) => entries.has(username))[at];
  if (found === undefined) throw new Error('The demo has nobody of that kind.');
  return found.username;
}

export interface AuditRow {
  readonly id: string;
  readonly operator: string;
  readonly operator_role: string;
  readonly origin: string;
  readonly operation: string;
  readonly input: string;
  readonly outcome: string;
  readonly targets: number;
  readonly undo_of: string | null;
  readonly undone_by: string | null;
}

/** The audit entries about changes of a user, oldest first. */
export function auditOf(site: E2eSite, username: string): Promise<AuditRow[]> {
  return site.rows<AuditRow>(
    `SELECT a.id, a.operator, a.operator_role, a.origin, a.operation, a.input, a.outcome, a.targets, a.undo_of, a.undone_by
     FROM console_audit a WHERE EXISTS (SELECT 1 FROM console_audit_targets t WHERE t.audit_id = a.id AND t.target = ?) ORDER BY a.id`,
    [username],
  );
}
