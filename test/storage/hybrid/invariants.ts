import type { SiteClient } from './site-client.js';

const signed = "CASE type WHEN 'earn' THEN ABS(amount) WHEN 'redeem' THEN -ABS(amount) ELSE amount END";

/** The invariants of the schema, each as a query that counts violations. */
const rules: readonly (readonly [rule: string, sql: string])[] = [
  [
    '1 one account a user',
    `SELECT ABS((SELECT COUNT(*) FROM users) - (SELECT COUNT(*) FROM user_points))
       + (SELECT COUNT(*) FROM users u LEFT JOIN user_points p ON p.username = u.username WHERE p.id IS NULL) AS broken`,
  ],
  [
    '1, 2 balance and totals are the sums of the ledger',
    `SELECT COUNT(*) AS broken FROM user_points p LEFT JOIN (
       SELECT username, SUM(s) AS balance, SUM(GREATEST(s, 0)) AS earned, SUM(GREATEST(-s, 0)) AS redeemed
       FROM (SELECT username, ${signed} AS s FROM points_records) m GROUP BY username) r ON r.username = p.username
     WHERE p.balance <> COALESCE(r.balance, 0) OR p.total_earned <> COALESCE(r.earned, 0) OR p.total_redeemed <> COALESCE(r.redeemed, 0)`,
  ],
  ['3 no balance below zero', 'SELECT COUNT(*) AS broken FROM user_points WHERE balance < 0'],
  [
    '4 an adjustment names its admin, a redemption its card',
    `SELECT COUNT(*) AS broken FROM points_records r LEFT JOIN user_card_keys k ON k.id = r.card_key_id
     WHERE (r.type = 'admin_adjust' AND (COALESCE(r.admin_username, '') = '' OR r.reason = '')) OR (r.type = 'redeem' AND k.id IS NULL)`,
  ],
  [
    '5 a reward is one thing in three places',
    `SELECT COUNT(*) AS broken FROM invitations i WHERE COALESCE(i.rewarded, 0) <> (i.reward_time IS NOT NULL)
       OR COALESCE(i.rewarded, 0) <> (SELECT COUNT(*) FROM points_records r WHERE r.type = 'earn' AND r.username = i.inviter AND r.related_user = i.invitee)
       OR COALESCE(i.rewarded, 0) <> (SELECT COUNT(*) FROM ip_reward_records w WHERE w.inviter = i.inviter AND w.invitee = i.invitee)
       OR COALESCE(i.rewarded, 0) <> (SELECT COUNT(*) FROM ip_reward_records w WHERE w.inviter = i.inviter AND w.invitee = i.invitee AND w.ip_address = i.ip_address)`,
  ],
  [
    '5 an earning for somebody is a reward of an address',
    `SELECT COUNT(*) AS broken FROM points_records r WHERE r.type = 'earn' AND r.related_user IS NOT NULL
       AND 1 <> (SELECT COUNT(*) FROM ip_reward_records w WHERE w.inviter = r.username AND w.invitee = r.related_user)`,
  ],
  ['5 one reward an address', 'SELECT COUNT(*) - COUNT(DISTINCT ip_address) AS broken FROM ip_reward_records'],
  [
    '6 the inviter is older and another, the code is theirs',
    `SELECT COUNT(*) AS broken FROM invitations i JOIN users a ON a.username = i.inviter JOIN users b ON b.username = i.invitee
       JOIN user_points p ON p.username = i.inviter LEFT JOIN console_bans c ON c.user_id = a.id
     WHERE a.id >= b.id OR COALESCE(c.invitation_code, p.invitation_code) <> i.invitation_code`,
  ],
  [
    '7 the hash is of the key; used means bound',
    `SELECT COUNT(*) AS broken FROM card_keys c WHERE key_hash <> SHA2(plain_key, 256)
       OR (status <> 'used' AND (bound_to IS NOT NULL OR bound_at IS NOT NULL)) OR (status = 'used' AND bound_at IS NULL)`,
  ],
  [
    '8 an expired card is past its expiry',
    "SELECT COUNT(*) AS broken FROM card_keys WHERE status = 'expired' AND expires_at > UTC_TIMESTAMP()",
  ],
  [
    "9 a user's card is a card, with the same type, state and expiry",
    `SELECT COUNT(*) AS broken FROM user_card_keys k LEFT JOIN card_keys c ON c.key_hash = k.key_hash
     WHERE c.id IS NULL OR c.key_type <> k.key_type OR c.expires_at <> k.expires_at OR c.status <> k.status
       OR (k.status = 'used') <> (k.used_at IS NOT NULL AND k.used_by IS NOT NULL)
       OR (c.bound_to IS NOT NULL AND k.used_by <> c.bound_to)`,
  ],
  ['9 one record a card', 'SELECT COUNT(*) - COUNT(DISTINCT key_hash) AS broken FROM user_card_keys'],
  [
    '11 a ban is whole in the tables',
    `SELECT COUNT(*) AS broken FROM users u JOIN user_points p ON p.username = u.username LEFT JOIN console_bans b ON b.user_id = u.id
     WHERE (u.banned = 1) <> (b.user_id IS NOT NULL) OR (u.banned = 1 AND u.tvbox_token IS NOT NULL) OR (u.banned = 1) <> (LENGTH(p.invitation_code) = 20)
       OR (u.banned = 1 AND u.role = 'owner')`,
  ],
];

/**
 * The invariants that are broken now; `siteClient` must be idle. Rules 1 to 9 and 11 in the tables, 10 and 11 in the
 * config, 12 in the cache.
 */
export async function brokenRules(siteClient: SiteClient): Promise<string[]> {
  const found = await siteClient.site.db.rows<{ rule: string; broken: string }>(
    rules
      .map(([rule, sql]) => `SELECT '${rule.replaceAll("'", '’')}' AS rule, CAST((${sql}) AS CHAR) AS broken`)
      .join(' UNION ALL '),
  );
  const broken = [
    found.filter((row) => row.broken !== '0').map((row) => row.rule),
    await configRules(siteClient),
    await cacheRules(siteClient),
  ];
  return broken.flat();
}

interface UserRow {
  readonly username: string;
  readonly banned: number;
  readonly role: string;
  readonly card: string | null;
}

/** The config's entries agree with the tables about bans, roles and memberships. */
async function configRules(siteClient: SiteClient): Promise<string[]> {
  const [row] = await siteClient.site.db.rows<{ config_value: string }>('SELECT config_value FROM admin_configs');
  const config = JSON.parse(row?.config_value ?? '{}') as { UserConfig?: { Users?: Record<string, unknown>[] } };
  const entries = new Map((config.UserConfig?.Users ?? []).map((entry) => [entry['username'], entry]));
  const users = await siteClient.site.db.rows<UserRow>(
    `SELECT u.username, u.banned, u.role,
       (SELECT CONCAT(c.key_hash, ' ', UNIX_TIMESTAMP(c.expires_at)) FROM card_keys c WHERE c.bound_to = u.username
        ORDER BY c.expires_at DESC, c.bound_at DESC, c.id DESC LIMIT 1) AS card
     FROM users u`,
  );
  return users.flatMap((user) => {
    const entry = entries.get(user.username);
    if (entry === undefined) return [`11 ${user.username} has no entry`];
    const info = entry['cardKey'] as { boundKey: string; expiresAt: number } | undefined;
    const card = info === undefined ? null : `${info.boundKey} ${String(info.expiresAt / 1000)}`;
    return [
      ...((entry['banned'] === true) === (user.banned === 1) ? [] : ['11 a ban is whole in the config']),
      ...(user.banned === 1 && entry['tvboxToken'] !== undefined ? ['11 no token in the config'] : []),
      ...(entry['role'] === user.role ? [] : ['11 the role is the same in the config']),
      ...(card === user.card ? [] : ['10 the membership is the same in the config']),
    ];
  });
}

/** Redis has what MySQL has, or nothing. */
async function cacheRules(siteClient: SiteClient): Promise<string[]> {
  const users = await siteClient.site.db.rows<{ username: string; banned: number; balance: number }>(
    'SELECT u.username, u.banned, p.balance FROM users u JOIN user_points p ON p.username = u.username',
  );
  const checks = users.map(async (user) => {
    const [points, info] = [
      await siteClient.getUserPoints(user.username),
      await siteClient.getUserInfoV2(user.username),
    ];
    return points?.balance === user.balance && info?.banned === (user.banned === 1) ? [] : ['12 no stale read'];
  });
  return (await Promise.all(checks)).flat();
}
