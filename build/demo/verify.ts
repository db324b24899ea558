import type { Connection, RowDataPacket } from 'mysql2/promise';

export interface Violation {
  readonly rule: string;
  readonly rows: number;
}

const SIGNED = "CASE type WHEN 'earn' THEN ABS(amount) WHEN 'redeem' THEN -ABS(amount) ELSE amount END";

/** Each query counts the rows that break the rule. `?` is the moment when the data was made. */
const RULES: readonly (readonly [rule: string, sql: string])[] = [
  [
    '1 every user has one points account',
    `SELECT ABS((SELECT COUNT(*) FROM users) - (SELECT COUNT(*) FROM user_points))
          + (SELECT COUNT(*) FROM users u LEFT JOIN user_points p ON p.username = u.username WHERE p.id IS NULL) AS broken`,
  ],
  [
    '1, 2 balance and totals agree with the ledger',
    `SELECT COUNT(*) AS broken FROM user_points p LEFT JOIN (
       SELECT username, SUM(${SIGNED}) AS balance,
              SUM(CASE WHEN type = 'earn' OR (type = 'admin_adjust' AND amount > 0) THEN ABS(amount) ELSE 0 END) AS earned,
              SUM(CASE WHEN type = 'redeem' OR (type = 'admin_adjust' AND amount < 0) THEN ABS(amount) ELSE 0 END) AS redeemed
       FROM points_records GROUP BY username) r ON r.username = p.username
     WHERE p.balance <> COALESCE(r.balance, 0) OR p.total_earned <> COALESCE(r.earned, 0) OR p.total_redeemed <> COALESCE(r.redeemed, 0)`,
  ],
  ['3 no balance below zero', 'SELECT COUNT(*) AS broken FROM user_points WHERE balance < 0'],
  [
    '4 an adjustment names its admin; a redemption its card',
    `SELECT COUNT(*) AS broken FROM points_records r LEFT JOIN user_card_keys k ON k.id = r.card_key_id
     WHERE (r.type = 'admin_adjust' AND (r.admin_username IS NULL OR r.reason = '')) OR (r.type = 'redeem' AND k.id IS NULL)`,
  ],
  [
    '5 a rewarded invitation has its time, its earn row and its address',
    `SELECT COUNT(*) AS broken FROM invitations i
     LEFT JOIN (SELECT username, related_user, COUNT(*) AS n FROM points_records WHERE type = 'earn' GROUP BY username, related_user) e
       ON e.username = i.inviter AND e.related_user = i.invitee
     LEFT JOIN (SELECT ip_address, inviter, invitee, COUNT(*) AS n FROM ip_reward_records GROUP BY ip_address, inviter, invitee) w
       ON w.inviter = i.inviter AND w.invitee = i.invitee AND w.ip_address = i.ip_address
     WHERE i.rewarded <> (i.reward_time IS NOT NULL) OR i.rewarded <> COALESCE(e.n, 0) OR i.rewarded <> COALESCE(w.n, 0)`,
  ],
  [
    '5 nothing was earned without an invitation, no address paid twice',
    `SELECT (SELECT COUNT(*) FROM points_records r LEFT JOIN invitations i ON i.invitee = r.related_user AND i.inviter = r.username
             WHERE r.type = 'earn' AND i.id IS NULL)
          + (SELECT COUNT(*) - COUNT(DISTINCT ip_address) FROM ip_reward_records)
          + ABS((SELECT COUNT(*) FROM ip_reward_records) - (SELECT COUNT(*) FROM invitations WHERE rewarded)) AS broken`,
  ],
  [
    '6 the inviter is older, and the code is theirs',
    `SELECT COUNT(*) AS broken FROM invitations i JOIN users a ON a.username = i.inviter JOIN users b ON b.username = i.invitee
     JOIN user_points p ON p.username = i.inviter
     WHERE a.id >= b.id OR a.created_at > b.created_at OR p.invitation_code <> i.invitation_code`,
  ],
  [
    '7 the hash is of the key; used means bound',
    `SELECT COUNT(*) AS broken FROM card_keys WHERE key_hash <> SHA2(plain_key, 256)
       OR (status = 'used') <> (bound_to IS NOT NULL AND bound_at IS NOT NULL)
       OR (status = 'unused' AND (bound_to IS NOT NULL OR bound_at IS NOT NULL))`,
  ],
  [
    '8 expired cards are past their expiry',
    "SELECT COUNT(*) AS broken FROM card_keys WHERE status = 'expired' AND expires_at > ?",
  ],
  [
    "9 a user's card is a card, with the same type, state and expiry",
    `SELECT COUNT(*) AS broken FROM user_card_keys k LEFT JOIN card_keys c ON c.key_hash = k.key_hash
     WHERE c.id IS NULL OR c.key_type <> k.key_type OR c.expires_at <> k.expires_at OR c.status <> k.status
       OR (k.status = 'used' AND (k.used_at IS NULL OR k.used_by IS NULL))`,
  ],
  ['9 no card twice', 'SELECT COUNT(*) - COUNT(DISTINCT key_hash) AS broken FROM user_card_keys'],
  [
    '11 no banned user keeps a TVBox token',
    'SELECT COUNT(*) AS broken FROM users WHERE banned AND tvbox_token IS NOT NULL',
  ],
  [
    'content statistics agree with the play records',
    `SELECT COUNT(*) AS broken FROM content_stats s LEFT JOIN (
       SELECT source, content_id, COUNT(*) AS plays, SUM(play_time) AS watched, COUNT(DISTINCT username) AS viewers, MAX(updated_at) AS last
       FROM play_records GROUP BY source, content_id) p ON p.source = s.source AND p.content_id = s.content_id
     WHERE p.plays IS NULL OR p.plays <> s.play_count OR p.watched <> s.total_watch_time OR p.viewers <> s.unique_users OR p.last <> s.last_played_at`,
  ],
  [
    'nothing happened before its user was there, or after now',
    `SELECT (SELECT COUNT(*) FROM play_records p JOIN users u ON u.username = p.username WHERE p.created_at < u.created_at OR p.updated_at < p.created_at)
          + (SELECT COUNT(*) FROM card_keys c JOIN users u ON u.username = c.bound_to WHERE c.bound_at < u.created_at OR c.bound_at < c.created_at OR c.bound_at > c.expires_at)
          + (SELECT COUNT(*) FROM points_records r JOIN users u ON u.username = r.username WHERE r.created_at < u.created_at)
          + (SELECT COUNT(*) FROM users WHERE created_at > ?) AS broken`,
  ],
];

/** The rules that this database breaks; none for an unchanged demo. */
export async function verifyDemo(connection: Connection, now: Date = new Date()): Promise<Violation[]> {
  await connection.query("SET time_zone = '+00:00'");
  const moment = now.toISOString().slice(0, 19).replace('T', ' ');
  const violations: Violation[] = [];
  for (const [rule, sql] of RULES) {
    const [rows] = await connection.query<RowDataPacket[]>(sql, sql.includes('?') ? [moment] : []);
    const broken = Number(rows[0]?.['broken']);
    if (broken !== 0) violations.push({ rule, rows: broken });
  }
  return violations;
}
