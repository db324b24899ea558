import { Refusal } from '../../contract/errors.js';
import type { BanReason, UserDetails } from '../../contract/users.js';
import { isoOf, isoOrNull, type Sql } from '../../data/mysql/database.js';
import { countSessions } from '../../data/redis/sessions.js';
import { abortable } from '../kit/abortable.js';
import type { SiteContext } from '../context.js';
import { usedRecord } from './filter.js';
import { type PageRow, userRow } from './rows.js';
import { parseNames } from './tags.js';

interface DetailRow extends PageRow {
  readonly id: string | number;
  readonly updated_at: string | null;
  readonly enabled_apis: string | null;
  readonly show_adult_content: number | null;
  readonly oidc_sub: string | null;
  readonly tvbox_token: string | null;
  readonly password_hash: string;
}

/**
 * Everything about one user, found as the database compares names. Works without the console's tables, and while Redis
 * is down. Throws not_found.
 */
export async function getUser(
  { username: typed }: { readonly username: string },
  { site, signal }: SiteContext,
): Promise<UserDetails> {
  const sql = abortable(site.db, signal);
  const [row] = await sql.rows<DetailRow>(
    `SELECT u.id, u.username, u.role, u.banned, u.tags, u.created_at, u.updated_at, u.enabled_apis, u.show_adult_content, u.oidc_sub, u.tvbox_token, u.password_hash,
       l.last_login_at, l.login_count, p.balance,
       (SELECT MAX(CONCAT(k.expires_at, '|', k.key_type)) FROM user_card_keys k WHERE k.username = u.username AND ${usedRecord}) AS issued,
       (SELECT MAX(CONCAT(c.expires_at, '|', c.key_type)) FROM card_keys c WHERE c.bound_to = u.username) AS bound
     FROM users u LEFT JOIN user_points p ON p.username = u.username LEFT JOIN user_login_stats l ON l.username = u.username WHERE u.username = ?`,
    [typed],
  );
  if (row === undefined) throw new Refusal('not_found', { zh: '没有这个用户', en: 'There is no such user' });
  const name = row.username;
  const [banRow, sessions, membership, ledger, invitations, plays] = await Promise.all([
    (await site.has('console')) ? banOf(sql, row.id) : null,
    site.redisUp ? countSessions(site.redis, site.keys, name).catch(() => null) : null,
    membershipOf(sql, name),
    ledgerOf(sql, name),
    invitationsOf(sql, name),
    playsOf(sql, name),
  ]);
  return {
    ...userRow(row),
    updatedAt: isoOrNull(row.updated_at) ?? isoOrNull(row.created_at),
    enabledApis: parseNames(row.enabled_apis),
    showAdultContent: row.show_adult_content === 1,
    oidcSub: row.oidc_sub,
    tvbox: row.tvbox_token !== null ? 'set' : banRow?.token === true ? 'revoked' : 'none',
    passwordKind: /^[0-9a-f]{64}$/i.test(row.password_hash)
      ? 'sha256'
      : /^[0-9a-f]{32}:[0-9a-f]{128}$/i.test(row.password_hash)
        ? 'scrypt'
        : 'unknown',
    ban: row.banned === 1 ? (banRow?.ban ?? { reason: null, note: null, by: null, at: null, until: null }) : null,
    sessions,
    membership,
    ledger,
    invitations,
    plays,
  };
}

async function banOf(
  sql: Sql,
  id: string | number,
): Promise<{ readonly ban: UserDetails['ban']; readonly token: boolean } | null> {
  const [row] = await sql.rows<{
    reason: string;
    note: string | null;
    banned_by: string;
    banned_at: string;
    expires_at: string | null;
    tvbox_token: string | null;
  }>('SELECT reason, note, banned_by, banned_at, expires_at, tvbox_token FROM console_bans WHERE user_id = ?', [id]);
  if (row === undefined) return null;
  return {
    ban: {
      reason: row.reason as BanReason,
      note: row.note,
      by: row.banned_by,
      at: isoOf(row.banned_at),
      until: isoOrNull(row.expires_at),
    },
    token: row.tvbox_token !== null,
  };
}

async function membershipOf(sql: Sql, name: string): Promise<UserDetails['membership']> {
  const rows = await sql.rows<{
    id: string;
    card_id: string | null;
    key_type: string;
    status: string;
    source: string;
    expires_at: string;
    used_at: string | null;
  }>(
    `SELECT r.id, (SELECT CAST(o.id AS CHAR) FROM card_keys o WHERE o.key_hash = r.key_hash) AS card_id, r.key_type,
         IF(r.status = 'unused' AND r.expires_at <= UTC_TIMESTAMP(), 'expired', r.status) AS status, r.source, r.expires_at, r.used_at
       FROM user_card_keys r WHERE r.username = ? AND (r.used_by IS NULL OR r.used_by = r.username)
         AND NOT EXISTS (SELECT 1 FROM card_keys a WHERE a.key_hash = r.key_hash AND a.bound_to <> r.username)
     UNION ALL SELECT CAST(c.id AS CHAR) COLLATE utf8mb4_bin, CAST(c.id AS CHAR), c.key_type, c.status, 'bound', c.expires_at, c.bound_at FROM card_keys c
       WHERE c.bound_to = ? AND NOT EXISTS (SELECT 1 FROM user_card_keys k WHERE k.username = c.bound_to AND k.key_hash = c.key_hash)
     ORDER BY expires_at DESC LIMIT 50`,
    [name, name],
  );
  return rows.map((row) => ({
    id: row.id,
    cardId: row.card_id,
    type: row.key_type,
    status: row.status,
    source: row.source,
    expiresAt: isoOrNull(row.expires_at),
    usedAt: isoOrNull(row.used_at),
  }));
}

async function ledgerOf(sql: Sql, name: string): Promise<UserDetails['ledger']> {
  const [account] = await sql.rows<{
    balance: number;
    total_earned: number;
    total_redeemed: number;
    invitation_code: string;
  }>('SELECT balance, total_earned, total_redeemed, invitation_code FROM user_points WHERE username = ?', [name]);
  if (account === undefined) return null;
  const last = await sql.rows<{ id: string; type: string; amount: number; reason: string; created_at: string | null }>(
    'SELECT id, type, amount, reason, created_at FROM points_records WHERE username = ? ORDER BY created_at DESC, id LIMIT 20',
    [name],
  );
  return {
    balance: account.balance,
    totalEarned: account.total_earned,
    totalRedeemed: account.total_redeemed,
    invitationCode: account.invitation_code,
    last: last.map((row) => ({
      id: row.id,
      type: row.type,
      amount: row.amount,
      reason: row.reason,
      at: isoOrNull(row.created_at),
    })),
  };
}

async function invitationsOf(sql: Sql, name: string): Promise<UserDetails['invitations']> {
  const [by] = await sql.rows<{ inviter: string }>('SELECT inviter FROM invitations WHERE invitee = ?', [name]);
  const [counts] = await sql.rows<{ invited: string; rewarded: string | null }>(
    'SELECT COUNT(*) AS invited, SUM(rewarded = 1) AS rewarded FROM invitations WHERE inviter = ?',
    [name],
  );
  const last = await sql.rows<{
    invitee: string;
    ip_address: string;
    rewarded: number | null;
    created_at: string | null;
  }>(
    'SELECT invitee, ip_address, rewarded, created_at FROM invitations WHERE inviter = ? ORDER BY created_at DESC, id LIMIT 20',
    [name],
  );
  return {
    invitedBy: by?.inviter ?? null,
    invited: Number(counts?.invited ?? 0),
    rewarded: Number(counts?.rewarded ?? 0),
    last: last.map((row) => ({
      invitee: row.invitee,
      ip: row.ip_address,
      rewarded: row.rewarded === 1,
      at: isoOrNull(row.created_at),
    })),
  };
}

async function playsOf(sql: Sql, name: string): Promise<UserDetails['plays']> {
  const rows = await sql.rows<{
    title: string;
    source_name: string;
    episode_index: number;
    total_episodes: number;
    play_time: number;
    total_time: number;
    updated_at: string | null;
  }>(
    'SELECT title, source_name, episode_index, total_episodes, play_time, total_time, updated_at FROM play_records WHERE username = ? ORDER BY updated_at DESC, id DESC LIMIT 20',
    [name],
  );
  return rows.map((row) => ({
    title: row.title,
    source: row.source_name,
    episode: row.episode_index,
    episodes: row.total_episodes,
    seconds: row.play_time,
    total: row.total_time,
    at: isoOrNull(row.updated_at),
  }));
}
