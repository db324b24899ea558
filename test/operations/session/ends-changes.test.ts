/**
 * For a change that does everything in its transaction, the rights of the operator are not checked beforehand. If the
 * right was lost, nothing is changed and nothing is revealed.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Envelope } from '../../../electron/contract/envelope.js';
import { contract, type OperationName } from '../../../electron/contract/index.js';
import type { Definition } from '../../../electron/contract/operation.js';
import { createDatabase, engines, redisEndpoint, type TestDatabase } from '../../sandbox/database.js';
import { call, type Case, cases, hashes } from '../confirming.js';
import { environmentOf, makeOwner, openConsole, type TestConsole } from '../console.js';
import { migrate, openSite, type TestSite } from '../helpers.js';
import { addPeople, snapshot } from '../fixtures/users.js';

const ways = [
  { ended: 'banned', sql: "UPDATE users SET banned = 1 WHERE username = 'second'" },
  { ended: 'role', sql: "UPDATE users SET role = 'admin' WHERE username = 'second'" },
  { ended: 'deleted', sql: "DELETE FROM users WHERE username = 'second'" },
  { ended: 'password', sql: "UPDATE users SET password_hash = 'another' WHERE username = 'second'" },
] as const;
const within = (operation: string): boolean =>
  (contract[operation as OperationName] as Definition).withinChange === true;
const tried = cases
  .filter(({ operation }) => within(operation))
  .map((one, at): Case & (typeof ways)[number] => ({ ...one, ...(ways[at % ways.length] ?? ways[0]) }));

test('every operation is tried that its change alone looks at', () => {
  const all = Object.keys(contract).filter((operation) => within(operation));
  expect(tried.map(({ operation }) => operation).sort()).toEqual(all.sort());
});

describe.each(engines())('a sign-in that is over on %s', (engine) => {
  let database: TestDatabase;
  let second: TestConsole;
  let desk: TestSite;
  beforeAll(async () => {
    hashes.clear();
    database = await createDatabase(engine);
    await migrate(database.config);
    const environment = environmentOf(database);
    second = await openConsole(environment);
    const prefix = environment['MOONDESK_REDIS_PREFIX'] ?? '';
    desk = await openSite({ mysql: database.config, redis: { ...redisEndpoint(), prefix } });
    await makeOwner(second, 'boss');
  });
  afterAll(async () => {
    await desk.close();
    await second.close();
    await database.drop();
  });

  test.each(tried)('$ended: $operation', async ({ operation, prepare, effects, ended, sql }) => {
    const { db } = desk.site;
    await db.run("DELETE FROM users WHERE username = 'second'");
    await addPeople(db, [{ username: 'second', role: 'owner', points: null, entry: null }]);
    await db.run(
      "UPDATE users s JOIN users b ON b.username = 'boss' SET s.password_hash = b.password_hash WHERE s.username = 'second'",
    );
    await second.ask('session.signIn', { username: 'second', password: 'longenough1' });
    await second.ask('session.unlock', { name: second.desk.connection?.name ?? '' });
    const input = await prepare(desk);
    const { fingerprint } = await call(desk, `${operation}.preview`, input);
    await db.run(sql);
    const before = await snapshot(desk.site);
    const asked = (shown: string): Promise<Envelope<unknown>> =>
      second.call<'cards.sweep'>(operation as never, { ...input, fingerprint: shown });
    // Confirmed with the preview's fingerprint, with one of another state, and with one that would start a job.
    const answers = await Promise.all([asked(fingerprint), asked('0'.repeat(62)), asked('f'.repeat(62))]);
    for (const answer of answers)
      expect(answer).toMatchObject({ ok: false, error: { code: 'forbidden', details: { ended } } });
    expect(second.desk.operator).toBeNull();
    expect(await snapshot(desk.site)).toEqual(before);
    expect(await effects(desk, input)).toBe(0);
    expect(await db.rows("SELECT id FROM console_jobs WHERE operator = 'second'")).toEqual([]);
  });
});
