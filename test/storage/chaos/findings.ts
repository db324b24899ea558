import { readFileSync } from 'node:fs';
import type { RowDataPacket } from 'mysql2';
import type { Connection } from 'mysql2/promise';
import type { Entry } from './plan.js';

/** The logs of both processes, each in order. */
export function readLog(path: string): Entry[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry);
}

async function rows(connection: Connection, sql: string): Promise<RowDataPacket[]> {
  return (await connection.query<RowDataPacket[]>(sql))[0];
}

/** Acknowledged writes that the database does not have. Each list is empty if none was lost. */
export async function lostWrites(connection: Connection, log: readonly Entry[]): Promise<string[]> {
  const lost: string[] = [];
  const versions = new Map<string, unknown>();
  for (const row of await rows(
    connection,
    "SELECT username, source, content_id, play_time FROM play_records WHERE source = 'own'",
  ))
    versions.set(`play ${JSON.stringify([row['username'], `own+${row['content_id']}`])}`, row['play_time']);
  for (const row of await rows(
    connection,
    "SELECT username, content_id, total_episodes FROM favorites WHERE source = 'own'",
  ))
    versions.set(`favorite ${JSON.stringify([row['username'], `own+${row['content_id']}`])}`, row['total_episodes']);
  for (const [name, possible] of possibleVersions(log)) {
    const found = versions.get(name) ?? null;
    if (!possible.has(found))
      lost.push(`${name}: ${JSON.stringify(found)}, not one of ${JSON.stringify([...possible])}`);
  }
  const having = async (sql: string): Promise<Set<string>> =>
    new Set((await rows(connection, sql)).map((row) => String(row['found'])));
  const there = {
    points: await having("SELECT CONCAT(username, ' ', id) AS found FROM points_records"),
    redeem: await having('SELECT card_key_id AS found FROM points_records'),
    register: await having('SELECT u.username AS found FROM users u JOIN user_points p ON p.username = u.username'),
    bind: await having("SELECT CONCAT(plain_key, ' ', bound_to) AS found FROM card_keys WHERE status = 'used'"),
  };
  for (const { what, kind, of, value } of log) {
    if (what !== 'done') continue;
    if (kind === 'points' && !there.points.has(of)) lost.push(`points ${of}`);
    if (kind === 'redeem' && !there.redeem.has(String(value))) lost.push(`redeem ${of} ${String(value)}`);
    if (kind === 'register' && !there.register.has(of)) lost.push(`register ${of}`);
    if (kind === 'bind' && !there.bind.has(`${of} ${String(value)}`)) lost.push(`bind ${of} ${String(value)}`);
  }
  return lost;
}

/**
 * For each record that only one lane writes: its last acknowledged version, and every later one with an unknown
 * outcome.
 */
function possibleVersions(log: readonly Entry[]): Map<string, Set<unknown>> {
  const found = new Map<string, Set<unknown>>();
  for (const { what, kind, of, value } of log) {
    if ((kind !== 'play' && kind !== 'favorite') || value === undefined) continue;
    const name = `${kind} ${of}`;
    if (what === 'done') found.set(name, new Set([value]));
    if (what === 'try' || what === 'refused') found.set(name, (found.get(name) ?? new Set([null])).add(value));
  }
  return found;
}

/** What was given twice, taken twice, or does not add up: each text names a broken rule. */
export async function doubled(connection: Connection, log: readonly Entry[]): Promise<string[]> {
  const rules: readonly (readonly [rule: string, sql: string])[] = [
    [
      'balance and totals are the ledger’s',
      `SELECT p.username FROM user_points p LEFT JOIN points_records r ON r.username = p.username GROUP BY p.username, p.balance, p.total_earned, p.total_redeemed
       HAVING p.balance <> COALESCE(SUM(r.amount), 0) OR p.balance < 0 OR p.total_earned <> COALESCE(SUM(GREATEST(r.amount, 0)), 0)
         OR p.total_redeemed <> COALESCE(SUM(GREATEST(-r.amount, 0)), 0)`,
    ],
    ['one reward an address', 'SELECT ip_address FROM ip_reward_records GROUP BY ip_address HAVING COUNT(*) > 1'],
    [
      'one earning an invitee',
      "SELECT related_user FROM points_records WHERE type = 'earn' GROUP BY related_user HAVING COUNT(*) > 1",
    ],
    [
      'an invitation is rewarded with its earning and its address, or with neither',
      `SELECT i.id FROM invitations i WHERE i.rewarded <>
         (SELECT COUNT(*) FROM points_records r WHERE r.username = i.inviter AND r.related_user = i.invitee AND r.type = 'earn')
        OR i.rewarded <> (SELECT COUNT(*) FROM ip_reward_records w WHERE w.invitee = i.invitee AND w.ip_address = i.ip_address)`,
    ],
    [
      'earnings have their invitation',
      "SELECT r.id FROM points_records r LEFT JOIN invitations i ON i.invitee = r.related_user WHERE r.type = 'earn' AND i.id IS NULL",
    ],
    [
      'each redemption has one card, each redeemed card one redemption',
      `SELECT k.id FROM user_card_keys k LEFT JOIN points_records r ON r.card_key_id = k.id WHERE k.source = 'redeem' GROUP BY k.id HAVING COUNT(r.id) <> 1
       UNION ALL SELECT r.id FROM points_records r LEFT JOIN user_card_keys k ON k.id = r.card_key_id WHERE r.type = 'redeem' AND k.id IS NULL`,
    ],
    [
      'a used card has one holder and one record',
      `SELECT c.key_hash FROM card_keys c LEFT JOIN user_card_keys k ON k.key_hash = c.key_hash WHERE c.status = 'used'
       GROUP BY c.id, c.bound_to HAVING c.bound_to IS NULL OR COUNT(k.id) <> 1 OR MAX(k.username) <> c.bound_to`,
    ],
  ];
  const broken: string[] = [];
  for (const [rule, sql] of rules) {
    const found = await rows(connection, sql);
    if (found.length > 0) broken.push(`${rule}: ${JSON.stringify(found.slice(0, 3))}`);
  }
  const binds = log.filter(({ what, kind }) => what === 'done' && kind === 'bind').map(({ of }) => of);
  if (new Set(binds).size !== binds.length) broken.push('a card was acknowledged to two');
  const tried = new Set(log.filter(({ kind }) => kind === 'points').map(({ of }) => of));
  const written = await rows(connection, "SELECT username, id FROM points_records WHERE id LIKE 'chaos-%'");
  for (const row of written)
    if (!tried.has(`${String(row['username'])} ${String(row['id'])}`)) broken.push(`nobody wrote ${String(row['id'])}`);
  const counts = (what: Entry['what']): number => log.filter((one) => one.kind === 'count' && one.what === what).length;
  const [counted] = await rows(connection, "SELECT play_count FROM content_stats WHERE source = 'counted'");
  const plays = Number(counted?.['play_count'] ?? 0);
  if (plays < counts('done') || plays > counts('try'))
    broken.push(`${plays} plays were counted of ${counts('done')} acknowledged and ${counts('try')} tried`);
  return broken;
}
