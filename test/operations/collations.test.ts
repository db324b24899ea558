// @module-tag long
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { randomUUID } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { splitStatements } from '../../electron/data/migrations/split.js';
import { createDatabase, engines, redisEndpoint, type TestDatabase } from '../sandbox/database.js';
import type { Engine } from '../sandbox/types.js';
import { addStock, cardNow, doCards, undo } from './fixtures/cards.js';
import { cardsCore, openCore, sessionCore, storageCore, usersCore } from './core.js';
import { banned, openSite, type TestSite } from './helpers.js';
import { addPeople, entryOf } from './fixtures/users.js';

const siteSchema = fileURLToPath(new URL('../../migrations/0001_site_schema.sql', import.meta.url));

/**
 * The collations that sites have: that of the design, the server's default, an older one, and one that compares bytes.
 */
const collations: Readonly<Record<Engine, readonly string[]>> = {
  mysql: ['utf8mb4_unicode_ci', 'utf8mb4_0900_ai_ci', 'utf8mb4_general_ci', 'utf8mb4_bin'],
  mariadb: ['utf8mb4_unicode_ci', 'utf8mb4_unicode_520_ci', 'utf8mb4_general_ci', 'utf8mb4_bin'],
};
const sites = engines().flatMap((engine) => collations[engine].map((collation) => [engine, collation] as const));

/**
 * A database whose default and whose site tables have this collation; the console's tables have that of the migrations.
 */
async function siteOf(engine: Engine, collation: string): Promise<TestDatabase> {
  const made = await createDatabase(engine);
  const connection = await createConnection({ ...made.config, charset: 'utf8mb4' });
  try {
    await connection.query(`ALTER DATABASE ${made.config.database} CHARACTER SET utf8mb4 COLLATE ${collation}`);
    const text = (await readFile(siteSchema, 'utf8')).replaceAll('utf8mb4_unicode_ci', collation);
    for (const { sql } of splitStatements(text)) await connection.query(sql);
    return made;
  } finally {
    await connection.end();
  }
}

describe.each(engines())('a site on %s that keeps letters apart', (engine) => {
  let database: TestDatabase;
  let desk: TestSite;
  beforeAll(async () => {
    database = await siteOf(engine, 'utf8mb4_bin');
    await sessionCore(database.config);
    desk = await openSite({
      mysql: database.config,
      redis: { ...redisEndpoint(), prefix: `t${randomUUID().slice(0, 8)}:` },
    });
    await addPeople(desk.site.db, [
      { username: 'Bob', token: 'one', points: 5, code: 'CODE-UPPER' },
      { username: 'bob', token: 'two', points: 7, code: 'CODE-LOWER' },
      { username: 'Böb', token: 'three', points: 9, code: 'CODE-UMLAUT' },
    ]);
  });
  afterAll(async () => {
    await desk?.close();
    await database?.drop();
  });
  const standing = async (): Promise<Record<string, unknown>> => {
    const rows = await desk.site.db.rows<{ username: string; banned: number; role: string; token: string | null }>(
      "SELECT username, banned, role, tvbox_token AS token FROM users WHERE username <> 'boss'",
    );
    return Object.fromEntries(rows.map(({ username, ...row }) => [username, row]));
  };

  test('changes one of two whose names differ in letters only, and takes that back', async () => {
    const before = await standing();
    const bobs = { before: before['Bob'], umlaut: before['Böb'] };
    const auditId = await banned(desk, ['bob']);
    let now = await standing();
    expect(now).toMatchObject({ bob: { banned: 1, token: null }, Bob: bobs.before, Böb: bobs.umlaut });
    await undo(desk, auditId);
    expect(await standing()).toEqual(before);

    const both = await desk.call('users.ban.preview', { who: { names: ['Bob', 'bob', 'BOB'] }, reason: 'abuse' });
    expect(both).toMatchObject({ changed: 2 });
    const role = await desk.call('users.role.preview', { who: { names: ['Bob'] }, role: 'admin' });
    await desk.call('users.role', { who: { names: ['Bob'] }, role: 'admin', fingerprint: role.fingerprint });
    now = await standing();
    expect(now).toMatchObject({ Bob: { role: 'admin' }, bob: before['bob'], Böb: before['Böb'] });

    const [mine, theirs] = await addStock(desk, 2);
    if (mine === undefined || theirs === undefined) throw new Error('no cards');
    await doCards(desk, 'bind', { pairs: [{ card: { id: mine.id }, username: 'bob' }] });
    await doCards(desk, 'bind', { pairs: [{ card: { id: theirs.id }, username: 'Böb' }] });
    expect((await cardNow(desk, mine.hash))['bound_to']).toBe('bob');
    expect(await entryOf(desk.site, 'Bob')).not.toHaveProperty('cardKey');

    const who = { names: ['bob'] };
    const going = await desk.call('users.delete.preview', { who });
    const gone = await desk.call('users.delete', { who, fingerprint: going.fingerprint });
    if (!gone.done) throw new Error('became a job');
    expect(Object.keys(await standing()).toSorted()).toEqual(['Bob', 'Böb']);
    expect((await entryOf(desk.site, 'Bob'))?.['role']).toBe('admin');
    expect((await cardNow(desk, theirs.hash))['bound_to']).toBe('Böb');
    await undo(desk, gone.proof.auditId);
    expect(await standing()).toMatchObject({ bob: before['bob'], Bob: { role: 'admin' }, Böb: before['Böb'] });
    expect((await cardNow(desk, mine.hash))['bound_to']).toBe('bob');
  });
});

describe.each(sites)('a site on %s whose tables are %s', (engine, collation) => {
  let database: TestDatabase;
  let desk: TestSite;
  beforeAll(async () => {
    database = await siteOf(engine, collation);
  });
  afterAll(async () => {
    await desk?.close();
    await database?.drop();
  });

  test('has the first owner, migrations, signing in, and keeps refused attempts', () =>
    expect(sessionCore(database.config)).resolves.toBeUndefined());

  test('has users listed, banned, deleted and taken back, as many as were previewed', async () => {
    desk = await openCore(database.config);
    await expect(usersCore(desk)).resolves.toBeUndefined();
  });

  test('has cards issued, bound, renewed, revoked, exported, imported and rolled back', () =>
    expect(cardsCore(desk)).resolves.toBeUndefined());

  test('serves the site’s storage', () => expect(storageCore(database.config)).resolves.toBeUndefined());
});
