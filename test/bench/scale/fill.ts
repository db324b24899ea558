import type { Connection } from 'mysql2/promise';

/** Inviters of each side: they get the rewards of `scale.register`. */
export const inviters = 200;

/** The table of numbers from which every site is filled. */
export const numbers = 'scale_numbers.numbers';

const tables = [
  'users',
  'card_keys',
  'user_card_keys',
  'invitations',
  'ip_reward_records',
  'points_records',
  'user_points',
  'user_login_stats',
];

/** The invitation code of a site's user, from a column with the name. */
export const codeSql = (name: string): string => `UPPER(LEFT(SHA2(CONCAT('code', ${name}), 256), 16))`;

/** Numbers from 0 to below `count`, in their own database. */
export async function fillNumbers(connection: Connection, count: number): Promise<void> {
  await connection.query('CREATE DATABASE scale_numbers');
  await connection.query(`CREATE TABLE ${numbers} (n INT UNSIGNED PRIMARY KEY) ENGINE=InnoDB`);
  await connection.query(`INSERT INTO ${numbers} VALUES (0)`);
  for (let filled = 1; filled < count; filled *= 2) {
    await connection.query(`INSERT INTO ${numbers} SELECT n + ? FROM ${numbers} WHERE n < ?`, [
      filled,
      Math.min(filled, count - filled),
    ]);
  }
}

/**
 * Fills a site with `count` users, with statements only: one owner, one admin per thousand, one in fifty banned; a
 * points account each; a card for three in ten and as many unused as two in ten; one in five was invited. Adds the
 * inviters of both sides of a benchmark.
 */
export async function fillSite(connection: Connection, count: number): Promise<void> {
  await connection.query('SET foreign_key_checks = 0, unique_checks = 0');
  for (const sql of statements) await connection.query(sql, sql.includes('?') ? [count] : []);
  await connection.query('SET foreign_key_checks = 1, unique_checks = 1');
  await connection.query(`ANALYZE TABLE ${tables.join(', ')}`);
}

const person = "IF(n = 0, 'moonowner', CONCAT('user', LPAD(n, 7, '0')))";
const created = "TIMESTAMP('2024-01-01 00:00:00') + INTERVAL n * 60 SECOND";
const key = "CONCAT('CARD-', UPPER(LEFT(SHA2(CONCAT('card', n), 256), 16)))";
const inviter = "CONCAT('user', LPAD(n DIV 7, 7, '0'))";

const statements = [
  `INSERT INTO users (username, password_hash, role, banned, tags, enabled_apis, tvbox_token, show_adult_content, created_at)
   SELECT ${person}, SHA2(n, 256), CASE WHEN n = 0 THEN 'owner' WHEN n % 1000 = 1 THEN 'admin' ELSE 'user' END, n % 50 = 7,
     IF(n % 3 = 0, '["vip"]', NULL), IF(n % 4 = 0, '["api_1", "api_2"]', NULL),
     IF(n % 2 = 0 AND n % 50 <> 7, LEFT(SHA2(CONCAT('tvbox', n), 256), 32), NULL), n % 10 = 0, ${created}
   FROM ${numbers} WHERE n < ? ORDER BY n`,
  `INSERT INTO users (username, password_hash, role, banned, show_adult_content, created_at)
   SELECT CONCAT('inviter-', side, '-', LPAD(n, 3, '0')), SHA2(n, 256), 'user', 0, 0, '2024-01-01 00:00:00'
   FROM ${numbers} JOIN (SELECT 'o' AS side UNION ALL SELECT 'b') sides WHERE n < ${String(inviters)} ORDER BY side, n`,
  `INSERT INTO card_keys (key_hash, plain_key, key_type, status, created_at, expires_at, bound_to, bound_at)
   SELECT SHA2(${key}, 256), ${key}, 'month', IF(n % 10 < 3, 'used', 'unused'), ${created}, IF(n % 10 < 3, ${created} + INTERVAL 900 DAY, '2035-01-01 00:00:00'),
     IF(n % 10 < 3, ${person}, NULL), IF(n % 10 < 3, ${created}, NULL)
   FROM ${numbers} WHERE n < ? AND n % 10 < 5 ORDER BY n`,
  `INSERT INTO user_card_keys (id, key_hash, username, key_type, status, source, created_at, expires_at, used_at, used_by)
   SELECT CONCAT('1700000000000-', LPAD(id, 9, '0')), key_hash, bound_to, key_type, 'used', 'manual', bound_at, expires_at, bound_at, bound_to
   FROM card_keys WHERE bound_to IS NOT NULL ORDER BY id`,
  `INSERT INTO invitations (id, inviter, invitee, invitation_code, ip_address, rewarded, reward_time, created_at)
   SELECT CONCAT('1700000000001-', LPAD(n, 9, '0')), ${inviter}, ${person}, ${codeSql(inviter)}, INET_NTOA(167772160 + n), 1, ${created}, ${created}
   FROM ${numbers} WHERE n < ? AND n % 5 = 0 AND n >= 10 ORDER BY n`,
  `INSERT INTO ip_reward_records (id, ip_address, inviter, invitee, reward_time)
   SELECT CONCAT('1700000000002-', SUBSTRING(id, 15)), ip_address, inviter, invitee, reward_time FROM invitations ORDER BY id`,
  `INSERT INTO points_records (id, username, type, amount, reason, related_user, created_at)
   SELECT CONCAT('1700000000003-', SUBSTRING(id, 15)), inviter, 'earn', 100, '邀请好友注册', invitee, reward_time FROM invitations ORDER BY id`,
  `INSERT INTO user_points (username, invitation_code, balance, total_earned, created_at)
   SELECT u.username, ${codeSql('u.username')}, COALESCE(i.earned, 0), COALESCE(i.earned, 0), u.created_at
   FROM users u LEFT JOIN (SELECT inviter, COUNT(*) * 100 AS earned FROM invitations GROUP BY inviter) i ON i.inviter = u.username ORDER BY u.id`,
  `INSERT INTO user_login_stats (username, login_count, first_login_at, last_login_at, last_login_date)
   SELECT username, 1 + id % 90, created_at, created_at, DATE(created_at) FROM users WHERE id % 4 > 0 AND username NOT LIKE 'inviter-%' ORDER BY id`,
];

/** The entry of each user in the site's config, as the site writes it; \`u\` are the users. */
export const entriesSql = `SELECT u.username, CONCAT('{"username":"', u.username, '","role":"', u.role, '","createdAt":', UNIX_TIMESTAMP(u.created_at) * 1000,
    IF(u.banned, ',"banned":true', ''), IF(u.tags IS NULL, '', CONCAT(',"tags":', u.tags)),
    IF(u.enabled_apis IS NULL, '', CONCAT(',"enabledApis":', u.enabled_apis)),
    IF(u.tvbox_token IS NULL, '', CONCAT(',"tvboxToken":"', u.tvbox_token, '"')), IF(u.show_adult_content, ',"showAdultContent":true', ''),
    IF(c.id IS NULL, '', CONCAT(',"cardKey":{"boundKey":"', c.key_hash, '","expiresAt":', UNIX_TIMESTAMP(c.expires_at) * 1000, ',"boundAt":', UNIX_TIMESTAMP(c.bound_at) * 1000, '}')),
    '}') AS entry
  FROM users u LEFT JOIN card_keys c ON c.bound_to = u.username ORDER BY u.id`;

/** A site's settings: its config without the users. */
export function settingsOf(): Record<string, unknown> {
  const sources = Array.from({ length: 40 }, (_, at) => ({
    key: `api_${String(at)}`,
    name: `资源站 ${String(at)}`,
    api: `https://source-${String(at)}.example/api.php/provide/vod`,
    detail: `https://source-${String(at)}.example`,
    from: 'config',
    disabled: at % 7 === 0,
  }));
  return {
    ConfigSubscribtion: { URL: '', AutoUpdate: false, LastCheck: '' },
    ConfigFile: JSON.stringify({ cache_time: 7_200, api_site: sources.slice(0, 20) }),
    SiteConfig: {
      SiteName: 'MoonTV',
      Announcement: '本网站仅提供影视信息搜索服务，所有内容均来自第三方网站。',
      SearchDownstreamMaxPage: 5,
      SiteInterfaceCacheTime: 7_200,
      DoubanProxyType: 'direct',
      DisableYellowFilter: false,
    },
    UserConfig: { AllowRegister: true, Tags: [{ name: 'vip', enabledApis: ['api_1'] }], Users: [] },
    SourceConfig: sources,
    CustomCategories: [{ name: '热门', type: 'movie', query: '热门', from: 'config', disabled: false }],
    LiveConfig: [],
  };
}
