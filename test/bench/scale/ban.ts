import { randomBytes, randomUUID } from 'node:crypto';
import { benchDesk, type BenchDesk } from '../desk.js';
import { median, timed } from '../report.js';
import { type Bare, configKeys, openBare, symbols, timeOf, writeEntry } from './bare.js';
import type { Side } from './contents.js';
import { cacheSomething, hashOf, leave, nameOf, settle } from './people.js';
import type { Duel } from './rounds.js';
import { rowsOf, type ScaleSite } from './site.js';

/** Users per job. */
export const inOneJob = 2_000;

const tokenOf = (index: number): string => hashOf(`token ${String(index)}`).slice(0, 32);

/** Bans these users through the router, preview included; as a job if there are many. */
async function ban(desk: BenchDesk, names: readonly string[]): Promise<void> {
  const who = { names: [...names] };
  const { fingerprint } = await desk.call('users.ban.preview', { who, reason: 'fraud' });
  const answer = await desk.call('users.ban', { who, reason: 'fraud', fingerprint });
  if (!answer.done) await desk.settled(answer.jobId);
}

async function unban(desk: BenchDesk, names: readonly string[]): Promise<void> {
  const who = { names: [...names] };
  const { fingerprint } = await desk.call('users.unban.preview', { who });
  const answer = await desk.call('users.unban', { who, fingerprint });
  if (!answer.done) await desk.settled(answer.jobId);
}

/**
 * `scale.ban`: one user after another, preview and change, audit and outbox, against a script that leaves the same rows
 * and keys.
 */
export async function bans(site: ScaleSite): Promise<Duel & { close(): Promise<void> }> {
  const desk = await benchDesk(site.config);
  const bare = await openBare(site);
  let audited = '0';
  const names = (side: Side, round: number, count: number): string[] =>
    Array.from({ length: count }, (_, index) => nameOf(side, round, index));
  return {
    name: 'scale.ban',
    prepare: async (side, round, count) => {
      const people = names(side, round, count);
      await settle(
        site,
        people.map((name, index) => ({ name, token: tokenOf(index) })),
      );
      await cacheSomething(site, people);
      const { keys, redis } = site;
      for (const name of people) {
        await redis.sadd(keys.of('userSessions', name), `${name} session`);
        await redis.set(keys.of('session', `${name} session`), '{}', 'EX', 3_600);
      }
      const [last] = await rowsOf<{ id: string }>(site.sql, 'SELECT COALESCE(MAX(id), 0) AS id FROM console_audit');
      audited = last?.id ?? '0';
    },
    run: async (side, round, count) => {
      const times: number[] = [];
      for (const name of names(side, round, count))
        times.push(await timed(() => (side === 'ours' ? ban(desk, [name]) : banByHand(bare, site, name))));
      return times;
    },
    asked: (side, round, count) => ({
      names: names(side, round, count),
      more: [
        { table: 'console_audit', where: 'id > ?', parameters: [audited] },
        { table: 'console_idempotency', where: 'audit_id > ?', parameters: [audited] },
        { table: 'console_cache_outbox', where: 'audit_id > ?', parameters: [audited] },
      ],
    }),
    tidy: (side, round, count) => leave(site, side, names(side, round, count), []),
    close: async () => {
      await desk.close();
      await bare.close();
    },
  };
}

/** `scale.ban.job`: users per second of a job of 2,000 bans, on each of the sites in turn. */
export async function banJobs(sites: readonly ScaleSite[], rounds: number): Promise<Map<ScaleSite, number>> {
  const rates = new Map<ScaleSite, number[]>(sites.map((site) => [site, []]));
  const desks = new Map<ScaleSite, BenchDesk>();
  try {
    for (const site of sites) desks.set(site, await benchDesk(site.config));
    for (let round = 0; round <= rounds; round += 1) {
      for (const [site, desk] of desks) {
        const rows = await rowsOf<{ username: string }>(
          site.sql,
          "SELECT username FROM users WHERE role = 'user' AND NOT COALESCE(banned, 0) ORDER BY id LIMIT ?",
          [inOneJob],
        );
        const names = rows.map(({ username }) => username);
        const taken = await timed(() => ban(desk, names));
        const [left] = await rowsOf<{ found: string }>(
          site.sql,
          'SELECT COUNT(*) AS found FROM users WHERE username IN (?) AND banned = 1',
          [names],
        );
        if (Number(left?.found) !== names.length) throw new Error('The job has not banned all of them');
        // The first one is a warm-up.
        if (round > 0) rates.get(site)?.push(names.length / (taken / 1_000));
        await unban(desk, names);
      }
    }
  } finally {
    for (const desk of desks.values()) await desk.close();
  }
  return new Map([...rates].map(([site, each]) => [site, median(each)]));
}

interface UserRow {
  readonly id: string;
  readonly banned: number;
  readonly tvbox_token: string | null;
  readonly points_id: string;
  readonly invitation_code: string;
}

/** By hand: the same rows, including the audit, and the same deleted keys. */
async function banByHand(bare: Bare, site: ScaleSite, name: string): Promise<void> {
  const { keys } = site;
  const gone = [...configKeys(site), keys.of('userInfo', name), keys.of('userPoints', name)];
  const fingerprint = randomBytes(31).toString('hex');
  const now = timeOf(Date.now());
  let row = '';
  await bare.transaction(async (ask) => {
    const [user] = await ask<UserRow>(
      `SELECT u.id, u.banned, u.tvbox_token, p.id AS points_id, p.invitation_code
       FROM users u JOIN user_points p ON p.username = u.username WHERE u.username = ? FOR UPDATE`,
      [name],
    );
    if (user === undefined) throw new Error('No such user');
    const { id, banned, tvbox_token: token, points_id: pointsId, invitation_code: code } = user;
    const suspended = symbols(20);
    const [audit] = await ask<{ insertId: number }>(
      `INSERT INTO console_audit (at, operator, operator_role, origin, operation, input, outcome, targets, sample, places)
       VALUES (UTC_TIMESTAMP(3), 'moonowner', 'owner', 'window', 'users.ban', ?, 'done', 1, ?, ?)`,
      [
        JSON.stringify({ who: { names: [name] }, reason: 'fraud', fingerprint }),
        JSON.stringify([name]),
        JSON.stringify({ database: 1, config: 1, tvbox: 1, invitation_code: 1 }),
      ],
    );
    const auditId = String(audit?.insertId);
    const words = [name, 'fraud', 'moonowner', now, token, code, auditId];
    await ask('UPDATE users SET banned = 1, tvbox_token = NULL WHERE id = ?', [id]);
    await ask('UPDATE user_points SET invitation_code = ? WHERE id = ?', [suspended, pointsId]);
    await ask(
      'INSERT INTO console_bans (user_id, username, reason, banned_by, banned_at, tvbox_token, invitation_code, audit_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      [id, ...words],
    );
    await writeEntry(ask, site, name, { set: { banned: true }, remove: ['tvboxToken'] });
    const entry = { username: name, role: 'user', createdAt: 0, tvboxToken: token };
    await ask(
      "INSERT INTO console_audit_targets (audit_id, seq, kind, target, before_image, after_image) VALUES (?, 0, 'user', ?, ?, ?)",
      [
        auditId,
        name,
        JSON.stringify({
          users: [{ id, banned, tvbox_token: token }],
          user_points: [{ id: pointsId, invitation_code: code }],
          'config.users': [{ username: name, fields: { tvboxToken: token }, keys: Object.keys(entry) }],
          console_bans: [],
        }),
        JSON.stringify({
          users: [{ id, banned: 1, tvbox_token: null }],
          user_points: [{ id: pointsId, invitation_code: suspended }],
          'config.users': [
            { username: name, fields: { banned: true }, keys: ['username', 'role', 'createdAt', 'banned'] },
          ],
          console_bans: [
            {
              user_id: id,
              username: name,
              reason: 'fraud',
              note: null,
              banned_by: 'moonowner',
              banned_at: now,
              expires_at: null,
              tvbox_token: token,
              invitation_code: code,
              audit_id: auditId,
            },
          ],
        }),
      ],
    );
    await ask(
      "INSERT INTO console_idempotency (idempotency_key, operator, operation, input_hash, audit_id, answer, created_at) VALUES (?, 'moonowner', 'users.ban', ?, ?, ?, UTC_TIMESTAMP(3)), (?, 'moonowner', 'users.ban', '', ?, NULL, UTC_TIMESTAMP(3))",
      [
        randomUUID(),
        hashOf(name),
        auditId,
        JSON.stringify({ changed: 1, skipped: [], jobId: null }),
        `~${fingerprint}`,
        auditId,
      ],
    );
    const [outbox] = await ask<{ insertId: number }>(
      'INSERT INTO console_cache_outbox (audit_id, redis_keys, sessions_of, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(3))',
      [auditId, JSON.stringify(gone), JSON.stringify([name])],
    );
    row = String(outbox?.insertId);
  });
  const index = keys.of('userSessions', name);
  const sessions = (await bare.redis.smembers(index)).map((session) => keys.of('session', session));
  const [removed, ended] = await Promise.all([
    bare.redis.del(...gone),
    sessions.length === 0 ? 0 : bare.redis.del(...sessions),
    bare.redis.del(index),
  ]);
  await bare.run(
    'UPDATE console_cache_outbox SET done_at = UTC_TIMESTAMP(3), attempts = attempts + 1, keys_removed = ?, sessions_ended = ? WHERE id = ?',
    [removed, ended, row],
  );
}
