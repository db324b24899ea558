/** The core of every domain, on a given server and database: what an operator and a site usually do. */
import { randomUUID } from 'node:crypto';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { expect } from 'vitest';
import { createStorage } from '../../electron/storage/index.js';
import type { HybridStorage } from '../../electron/storage/index.js';
import type { DatabaseConfig } from '../../electron/data/mysql/database.js';
import { redisEndpoint } from '../sandbox/database.js';
import { addStock, doCards, doneAtOnce, undo } from './fixtures/cards.js';
import { exported, imported, reported } from './fixtures/card-files.js';
import { cardsOf, startIssue } from './fixtures/issued.js';
import { environmentOf, makeOwner, openConsole } from './console.js';
import { admin, codeOf, openSite, type TestSite } from './helpers.js';
import { consistent, until } from './fixtures/users.js';

const owner = { username: 'boss', password: 'longenough1' };

/** Reads committed data over a separate connection, so that the result does not depend on the tested code. */
async function committed(mysql: DatabaseConfig, sql: string): Promise<RowDataPacket[]> {
  const { host, port, user, password, database } = mysql;
  const connection = await createConnection({ host, port, user, password, database, charset: 'utf8mb4' });
  try {
    await connection.query(
      "SET NAMES utf8mb4, sql_mode = '', sql_select_limit = 18446744073709551615, max_join_size = 18446744073709551615, autocommit = 1 /*!80000 , max_execution_time = 0 */ /*M! , max_statement_time = 0 */",
    );
    const [rows] = await connection.query<RowDataPacket[]>(sql);
    return rows;
  } finally {
    await connection.end();
  }
}

/** The first owner, migrations, the schema, sign-in, and a refused attempt, through the whole console. */
export async function sessionCore(mysql: DatabaseConfig): Promise<void> {
  const desk = await openConsole(environmentOf({ config: mysql }));
  try {
    await makeOwner(desk, owner.username, owner.password);
    const schema = await desk.ask('connections.schema', {});
    expect(schema.migrations.filter(({ optIn, state }) => !optIn && state !== 'applied')).toEqual([]);
    expect(schema.differences.filter(({ severity }) => severity === 'blocks')).toEqual([]);
    const repairs = schema.migrations.filter(({ optIn }) => optIn).map(({ file }) => file);
    const plan = await desk.ask('connections.migrate.preview', { repairs: repairs.slice(0, 1) });
    await unlock(desk);
    await desk.ask('connections.migrate', { repairs: repairs.slice(0, 1), fingerprint: plan.fingerprint });
    await desk.ask('session.signOut', {});
    expect(await desk.code('session.signIn', { ...owner, password: 'wrong one' })).toBe('forbidden');
    await desk.ask('session.signIn', owner);
    await unlock(desk);
    const refused = { who: { names: ['nobody'] }, reason: 'abuse' as const, fingerprint: '0123456789abcdef' };
    expect(await desk.code('users.ban', refused)).not.toBe('ok');
    const rows = await committed(
      mysql,
      "SELECT operation FROM console_audit WHERE outcome IN ('refused', 'failed') ORDER BY id",
    );
    expect(rows.map(({ operation }) => String(operation))).toEqual(['session.signIn', 'users.ban']);
    expect((await desk.ask('audit.list', { filter: {} })).rows.length).toBeGreaterThan(2);
  } finally {
    await desk.close();
  }
}

async function unlock(desk: Awaited<ReturnType<typeof openConsole>>): Promise<void> {
  const { connection, locked } = await desk.ask('session.state', {});
  if (locked && connection !== null) await desk.ask('session.unlock', { name: connection.name });
}

/** Opens the site that `sessionCore` created, and adds 700 users with invitation codes and an admin. */
export async function openCore(mysql: DatabaseConfig): Promise<TestSite> {
  const desk = await openSite({ mysql, redis: { ...redisEndpoint(), prefix: `t${randomUUID().slice(0, 8)}:` } });
  await desk.site.db.run('INSERT INTO users (username, password_hash, role, created_at) VALUES ?', [
    Array.from({ length: 700 }, (_, at) => [crowd(at), 'a'.repeat(64), 'user', '2026-01-01 00:00:00']),
  ]);
  await desk.site.db.run('INSERT INTO user_points (username, invitation_code) VALUES ?', [
    Array.from({ length: 700 }, (_, at) => [crowd(at), `CODE${String(at)}`]),
  ]);
  await desk.site.db.run("INSERT INTO users (username, password_hash, role) VALUES ('helper', 'x', 'admin')");
  return desk;
}

const crowd = (at: number): string => `看客${String(at).padStart(3, '0')}`;
const crowded = { search: '看客' };

/** Lists, bans of many users by a job and of some directly, undo, role, tags, password, deletion. */
export async function usersCore(desk: TestSite): Promise<void> {
  const mysql = desk.site.config.mysql;
  const seen = new Set<string>();
  for (let after: string | undefined; ;) {
    const page = await desk.call('users.list', {
      filter: crowded,
      sort: 'username',
      limit: 150,
      ...(after === undefined ? {} : { after }),
    });
    for (const row of page.rows) seen.add(row.username);
    if (page.next === null) break;
    after = page.next;
  }
  expect(seen.size).toBe(700);
  expect(await desk.call('users.count', { filter: crowded, exact: true })).toEqual({ count: 700, exact: true });

  const ban = { who: { filter: crowded, except: [crowd(0)] }, reason: 'fraud' as const };
  const banning = await desk.call('users.ban.preview', ban);
  expect(banning).toMatchObject({ matching: 700, changed: 699, asJob: true });
  const banned = await desk.call('users.ban', { ...ban, fingerprint: banning.fingerprint });
  if (banned.done) throw new Error('was not a job');
  expect(await desk.settled(banned.jobId)).toMatchObject({ state: 'done', done: 699 });
  expect(await committed(mysql, 'SELECT COUNT(*) AS n FROM users WHERE banned = 1')).toEqual([{ n: 699 }]);
  expect(await committed(mysql, 'SELECT COUNT(*) AS n FROM console_bans')).toEqual([{ n: 699 }]);

  for (const sort of ['created', 'username', 'lastLogin', 'points'] as const) {
    const sorted = await desk.call('users.list', { filter: { state: 'banned', card: 'none', pointsMin: 0 }, sort });
    expect(sorted.rows).toHaveLength(50);
  }
  const file = await desk.settled((await desk.call('users.export', { filter: { state: 'banned' } })).jobId);
  expect(file).toMatchObject({ state: 'done', done: 699 });

  const names = Array.from({ length: 150 }, (_, at) => crowd(at + 1));
  const lift = await desk.call('users.unban.preview', { who: { names } });
  expect(lift).toMatchObject({ changed: 150, asJob: false });
  const lifted = await desk.call('users.unban', { who: { names }, fingerprint: lift.fingerprint });
  if (!lifted.done) throw new Error('became a job');
  expect(lifted.changed).toBe(150);
  expect(await committed(mysql, 'SELECT COUNT(*) AS n FROM users WHERE banned = 1')).toEqual([{ n: 549 }]);
  await undo(desk, lifted.proof.auditId);
  expect(await committed(mysql, 'SELECT COUNT(*) AS n FROM users WHERE banned = 1')).toEqual([{ n: 699 }]);
  await consistent(desk, names.slice(0, 5));

  // A ban by an admin, because the undo of an admin is checked more strictly.
  const few = { who: { names: [crowd(0)] }, reason: 'abuse' as const };
  const mine = await desk.call('users.ban.preview', few, { operator: admin });
  const done = await desk.call('users.ban', { ...few, fingerprint: mine.fingerprint }, { operator: admin });
  if (!done.done) throw new Error('became a job');
  const undoing = await desk.call('audit.undo.preview', { id: done.proof.auditId }, { operator: admin });
  await desk.call('audit.undo', { id: done.proof.auditId, fingerprint: undoing.fingerprint }, { operator: admin });
  const told = await desk.call('audit.list', { filter: { target: crowd(0) } });
  expect(told.rows.map(({ operation }) => operation)).toEqual(['audit.undo', 'users.ban']);

  const who = { names: [crowd(0)] };
  const role = await desk.call('users.role.preview', { who, role: 'admin' });
  await desk.call('users.role', { who, role: 'admin', fingerprint: role.fingerprint });
  const tag = await desk.call('users.tag.preview', { who, add: ['会员'] });
  await desk.call('users.tag', { who, add: ['会员'], fingerprint: tag.fingerprint });
  expect((await desk.call('users.list', { filter: { tags: ['会员'] } })).rows.map((row) => row.username)).toEqual([
    crowd(0),
  ]);
  await desk.call('users.password', { username: crowd(0), password: 'another one' });
  expect(await desk.call('users.get', { username: crowd(0) })).toMatchObject({ role: 'admin', tags: ['会员'] });
  const gone = { names: names.slice(0, 120) };
  const going = await desk.call('users.delete.preview', { who: gone });
  const deleted = await desk.call('users.delete', { who: gone, fingerprint: going.fingerprint });
  if (!deleted.done) throw new Error('became a job');
  expect(deleted.changed).toBe(120);
  const left = "SELECT COUNT(*) AS n FROM users WHERE username LIKE '看客%'";
  expect(await committed(mysql, left)).toEqual([{ n: 580 }]);
  await undo(desk, deleted.proof.auditId);
  expect(await committed(mysql, left)).toEqual([{ n: 700 }]);
}

/** Issue, bind, renew, revoke, sweep, find, export, import of partly existing keys, rollback of a batch. */
export async function cardsCore(desk: TestSite): Promise<void> {
  const mysql = desk.site.config.mysql;
  const issued = await startIssue(desk, { type: 'month', count: 1_200, note: '开业' });
  expect(await desk.settled(issued.jobId)).toMatchObject({ state: 'done', done: 1_200 });
  const cards = await cardsOf(desk, issued.batchId);
  expect(cards).toHaveLength(1_200);
  expect(await desk.call('cards.find', { text: cards[7]?.plain_key ?? '' })).toMatchObject({ found: true });

  const pairs = cards.slice(0, 150).map(({ id }, at) => ({ card: { id }, username: crowd(at + 400) }));
  await liftAll(desk);
  const bound = await doCards(desk, 'bind', { pairs });
  expect(bound.preview.changed).toBe(150);
  expect(doneAtOnce(bound.answer).changed).toBe(150);
  const renewed = await doCards(desk, 'renew', { who: { names: pairs.map(({ username }) => username) }, type: 'week' });
  expect(doneAtOnce(renewed.answer).changed).toBe(150);
  await undo(desk, doneAtOnce(renewed.answer).auditId);
  const revoked = await doCards(desk, 'revoke', { who: { ids: cards.slice(150, 300).map(({ id }) => id) } });
  expect(doneAtOnce(revoked.answer).changed).toBe(150);
  await addStock(desk, 130, { age: 40 });
  const swept = await doCards(desk, 'sweep', {});
  expect(swept.preview.changed).toBe(130);
  const counts = 'SELECT status, COUNT(*) AS n FROM card_keys GROUP BY status ORDER BY status + 0';
  expect(await committed(mysql, counts)).toEqual([
    { status: 'unused', n: 900 },
    { status: 'used', n: 150 },
    { status: 'expired', n: 280 },
  ]);
  expect(await desk.call('cards.stats', {})).toBeTruthy();
  const [first] = pairs;
  if (first === undefined) throw new Error('no pairs');
  expect((await desk.call('cards.get', first.card)).story.map(({ what }) => what)).toContain('bound');
  expect((await desk.call('users.get', { username: first.username })).membership).toHaveLength(1);
  expect((await desk.call('cards.list', { filter: { user: first.username } })).rows).toHaveLength(1);
  expect(await desk.call('cards.batches.get', { id: issued.batchId })).toMatchObject({ issued: 1_200 });

  const batch = { filter: { batch: issued.batchId } };
  const { text, job } = await exported(desk, { ...batch, format: 'txt' });
  expect(job.state).toBe('done');
  expect(text.trim().split(/\r?\n/)).toHaveLength(1_200);

  const fresh = Array.from({ length: 300 }, (_, at) => `FRESH-${String(at).padStart(4, '0')}-ABCD`);
  const report = await reported(desk, 'keys.txt', [...fresh, ...text.trim().split(/\r?\n/).slice(0, 200)].join('\n'));
  expect(report.counts.new).toBe(300);
  // Some of the keys are created between the report and the import.
  await desk.site.db.run(
    'INSERT INTO card_keys (key_hash, plain_key, key_type, expires_at) SELECT key_hash, plain_key, key_type, expires_at FROM console_card_import_rows WHERE import_id = ? AND seq < 120',
    [report.importId],
  );
  expect(await imported(desk, report)).toMatchObject({ state: 'done', done: 180, skipped: 120 });

  const back = await desk.call('cards.batches.rollback.preview', { id: issued.batchId });
  expect(back.changed).toBe(900);
  const rolling = await desk.call('cards.batches.rollback', { id: issued.batchId, fingerprint: back.fingerprint });
  if (!rolling.done) expect(await desk.settled(rolling.jobId)).toMatchObject({ state: 'done', done: 900 });
  const [left] = await committed(mysql, 'SELECT COUNT(*) AS n FROM card_keys');
  expect(left).toEqual({ n: 1_200 + 130 + 300 - 900 });
}

async function liftAll(desk: TestSite): Promise<void> {
  const who = { filter: crowded };
  const { fingerprint } = await desk.call('users.unban.preview', { who });
  const answer = await desk.call('users.unban', { who, fingerprint });
  if (!answer.done) expect(await desk.settled(answer.jobId)).toMatchObject({ state: 'done' });
}

/** The methods of the hybrid storage that a site calls. */
export async function storageCore(mysql: DatabaseConfig): Promise<void> {
  const redis = { ...redisEndpoint(), prefix: `t${randomUUID().slice(0, 8)}:` };
  const open = (): HybridStorage => createStorage({ engine: 'hybrid', mysql, redis, warmUsers: 0 });
  const [storage, other] = [open(), open()];
  try {
    await storage.ready();
    await until(async () => (await storage.health()).redis);
    await storage.createUserV2('Ömer', 'secret1');
    await storage.createUserV2('客人', 'secret2');
    expect(await storage.verifyUserV2('Ömer', 'secret1')).toBe(true);
    expect(await codeOf(storage.createUserV2('Ömer', 'secret3'))).toBe('conflict');
    const record = {
      title: '长安十二时辰 🎬',
      source_name: '源',
      cover: '',
      year: '2026',
      index: 1,
      total_episodes: 48,
      play_time: 10,
      total_time: 100,
      save_time: Date.now(),
      search_title: '',
    };
    const many = Object.fromEntries(Array.from({ length: 130 }, (_, at) => [`src+${String(at)}`, record]));
    await storage.setPlayRecordsBatch('客人', many);
    expect(Object.keys(await other.getAllPlayRecords('客人'))).toHaveLength(130);
    expect((await other.getPlayRecord('客人', 'src+1'))?.title).toBe(record.title);
    await storage.setFavorite('客人', 'src+1', { ...record });
    expect(Object.keys(await other.getAllFavorites('客人'))).toEqual(['src+1']);
    await storage.addPointsRecord({
      id: randomUUID(),
      username: 'Ömer',
      type: 'earn',
      amount: 40,
      reason: '签到',
      createdAt: Date.now(),
    });
    expect((await other.getUserPoints('Ömer'))?.balance).toBe(40);
    await storage.setInvitationConfig({ ...(await storage.getInvitationConfig()), enabled: true, rewardPoints: 25 });
    await storage.createInvitation({
      id: randomUUID(),
      inviter: 'Ömer',
      invitee: '客人',
      invitationCode: (await storage.getUserPoints('Ömer'))?.invitationCode ?? '',
      ipAddress: '203.0.113.9',
      rewarded: true,
      rewardTime: Date.now(),
      createdAt: Date.now(),
    });
    expect((await other.getUserPoints('Ömer'))?.balance).toBe(65);
    for (let at = 0; at < 120; at += 1) await storage.updatePlayStatistics('客人', 'src', String(at), 5);
    await storage.flushStatistics();
    expect((await other.getContentStats(200)).length).toBe(120);
    await storage.rebuildStatistics();
    await storage.banUser('客人', true);
    expect((await other.getUserInfoV2('客人'))?.banned).toBe(true);
    await storage.deleteUser('客人');
    expect(await other.checkUserExistV2('客人')).toBe(false);
    const kept = "SELECT COUNT(*) AS n FROM play_records WHERE username = '客人'";
    expect(await committed(mysql, kept)).toEqual([{ n: 0 }]);
  } finally {
    await Promise.all([storage.close(), other.close()]);
  }
}
