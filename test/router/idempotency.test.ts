import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Site } from '../../electron/data/site.js';
import { runAudited } from '../../electron/data/write/audited-change.js';
import { addStock } from '../operations/fixtures/cards.js';
import { environmentOf, openConsole, type TestConsole } from '../operations/console.js';
import { migrate, type TestSite } from '../operations/helpers.js';
import { createDatabase, engines, type TestDatabase } from '../sandbox/database.js';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

describe.each(engines())('idempotency keys on %s', (engine) => {
  let database: TestDatabase;
  let owners: TestConsole;
  let admins: TestConsole;
  let site: Site;

  beforeAll(async () => {
    database = await createDatabase(engine);
    await migrate(database.config);
    const environment = environmentOf(database, { MOONDESK_ENVIRONMENT: 'development' });
    [owners, admins] = await Promise.all([openConsole(environment), openConsole(environment)]);
    const open = owners.desk.site;
    if (open === null) throw new Error('no site is open');
    site = open;
    await site.db.run(
      "INSERT INTO users (username, password_hash, role) VALUES ('boss', ?, 'owner'), ('helper', ?, 'admin'), ('lin', 'before', 'user'), ('mei', 'before', 'user')",
      [sha('secret of boss'), sha('secret of helper')],
    );
    await owners.ask('session.signIn', { username: 'boss', password: 'secret of boss' });
    await admins.ask('session.signIn', { username: 'helper', password: 'secret of helper' });
  });
  afterAll(async () => {
    await owners.close();
    await admins.close();
    await database.drop();
  });

  const passwordOf = async (username: string): Promise<string | undefined> =>
    (await site.db.rows<{ password_hash: string }>('SELECT password_hash FROM users WHERE username = ?', [username]))[0]
      ?.password_hash;
  const kept = async (key: string): Promise<string | undefined> =>
    (
      await site.db.rows<{ input_hash: string }>(
        'SELECT input_hash FROM console_idempotency WHERE idempotency_key = ?',
        [key],
      )
    )[0]?.input_hash;
  const done = async (operation: string): Promise<number> =>
    (await site.db.rows("SELECT id FROM console_audit WHERE operation = ? AND outcome = 'done'", [operation])).length;

  test('another password under the same key is refused, and the first one stays; the same one is answered again', async () => {
    const key = randomUUID();
    const before = await done('users.password');
    const first = await owners.ask('users.password', { username: 'lin', password: 'first-one' }, key);
    expect(await owners.code('users.password', { username: 'lin', password: 'second-one' }, key)).toBe('conflict');
    expect(await passwordOf('lin')).toBe(sha('first-one'));
    const again = await owners.ask('users.password', { username: 'lin', password: 'first-one' }, key);
    expect(again).toMatchObject({ done: true, changed: 1 });
    expect(again.done && first.done && again.proof.auditId === first.proof.auditId).toBe(true);
    expect(await done('users.password')).toBe(before + 1);
  });

  test('another operation under the same key is refused, though it asks for the same', async () => {
    const input = { who: { names: ['lin'] } };
    const author = { operator: 'boss', role: 'owner', origin: 'window' } as const;
    const idempotency = { key: randomUUID(), asked: input };
    const under = (operation: string) =>
      runAudited(site, { author, operation, input, idempotency }, () => Promise.resolve(operation));
    const first = await under('users.unban');
    await expect(under('users.delete')).rejects.toMatchObject({ code: 'conflict' });
    expect(await under('users.unban')).toEqual({ ...first, repeated: true });
  });

  test('another card under the same key is refused: revoking and binding by key', async () => {
    const cards = await addStock({ site } as TestSite, 4);
    const [one = '', two = '', three = '', four = ''] = cards.map((card) => card.key);
    const used = async (key: string): Promise<string | undefined> =>
      (
        await site.db.rows<{ state: string }>(
          "SELECT IF(m.revoked_at IS NULL, c.status, 'revoked') AS state FROM card_keys c LEFT JOIN console_card_marks m ON m.card_id = c.id WHERE c.key_hash = ?",
          [sha(key)],
        )
      )[0]?.state;

    const revoking = async (card: string) => {
      const input = { who: { keys: [card] }, reason: 'lost' };
      return { ...input, fingerprint: (await owners.ask('cards.revoke.preview', input)).fingerprint };
    };
    const [first, second] = [await revoking(one), await revoking(two)];
    const revokeKey = randomUUID();
    expect(await owners.code('cards.revoke', first, revokeKey)).toBe('ok');
    expect(await owners.code('cards.revoke', second, revokeKey)).toBe('conflict');
    expect(await owners.code('cards.revoke', first, revokeKey)).toBe('ok');
    expect([await used(one), await used(two)]).toEqual(['revoked', 'unused']);

    const binding = async (card: string) => {
      const input = { pairs: [{ card: { key: card }, username: 'mei' }] };
      return { ...input, fingerprint: (await owners.ask('cards.bind.preview', input)).fingerprint };
    };
    const [third, fourth] = [await binding(three), await binding(four)];
    const bindKey = randomUUID();
    expect(await owners.code('cards.bind', third, bindKey)).toBe('ok');
    expect(await owners.code('cards.bind', fourth, bindKey)).toBe('conflict');
    expect(await owners.code('cards.bind', third, bindKey)).toBe('ok');
    expect([await used(three), await used(four)]).toEqual(['used', 'unused']);
  });

  test('another operator’s key answers nothing of theirs, and says no more than any key that does not fit', async () => {
    const key = randomUUID();
    const asked = { username: 'lin', password: 'by-the-boss' };
    await owners.ask('users.password', asked, key);
    const same = await admins.call('users.password', asked, key);
    expect(same).toMatchObject({ ok: false, error: { code: 'conflict' } });
    expect(await admins.call('users.password', { username: 'mei', password: 'another' }, key)).toEqual(same);
    // Also if the input has no secret, and is the same.
    const tagKey = randomUUID();
    const tags = { who: { names: ['mei'] }, add: ['seen'] };
    const { fingerprint } = await owners.ask('users.tag.preview', tags);
    await owners.ask('users.tag', { ...tags, fingerprint }, tagKey);
    expect(await admins.call('users.tag', { ...tags, fingerprint }, tagKey)).toEqual(same);
    expect(await admins.call('users.tag', { ...tags, fingerprint }, key)).toEqual(same);
    expect(await owners.call('users.password', { ...asked, password: 'something else' }, key)).toEqual(same);
    expect([await passwordOf('lin'), await passwordOf('mei')]).toEqual([sha('by-the-boss'), 'before']);
    expect(JSON.stringify(same)).not.toMatch(/boss|lin|password/);
    const told = await site.db.rows<{ error: string }>(
      "SELECT error FROM console_audit WHERE operator = 'helper' AND outcome = 'refused'",
    );
    expect(told).toHaveLength(4);
    expect(JSON.stringify(told)).not.toMatch(/boss/);
  });

  test('a key that was used migrates nothing more, and answers what it did', async () => {
    const key = randomUUID();
    const { fingerprint } = await owners.ask('connections.migrate.preview', { repairs: [] });
    expect(await owners.ask('connections.migrate', { repairs: [], fingerprint }, key)).toEqual({ applied: [] });
    const repairs = (await owners.ask('connections.schema', {})).migrations.flatMap(({ file, optIn, state }) =>
      optIn && state === 'pending' ? [file] : [],
    );
    const plan = await owners.ask('connections.migrate.preview', { repairs: repairs.slice(0, 1) });
    expect(plan.files).toHaveLength(1);
    const other = { repairs: repairs.slice(0, 1), fingerprint: plan.fingerprint };
    expect(await owners.code('connections.migrate', other, key)).toBe('conflict');
    expect((await owners.ask('connections.migrate.preview', { repairs: repairs.slice(0, 1) })).files).toHaveLength(1);
    expect(await owners.ask('connections.migrate', { repairs: [], fingerprint }, key)).toEqual({ applied: [] });
  });

  test('what an earlier version kept of an input with secrets answers nothing; of one without, as before', async () => {
    const keep = (key: string, operation: string, masked: unknown): Promise<unknown> =>
      site.db.run(
        `INSERT INTO console_idempotency (idempotency_key, operator, operation, input_hash, audit_id, answer, created_at) VALUES (?, 'boss', ?, ?, 1, '{"changed":7,"skipped":[],"jobId":null}', UTC_TIMESTAMP(3))`,
        [key, operation, sha(JSON.stringify(masked))],
      );
    const [old, plain] = [randomUUID(), randomUUID()];
    await keep(old, 'users.password', { username: 'mei', password: '***' });
    for (const password of ['as it was', '******'])
      expect(await owners.code('users.password', { username: 'mei', password }, old)).toBe('conflict');
    expect(await passwordOf('mei')).toBe('before');

    const who = { names: ['mei'] };
    const { fingerprint } = await owners.ask('users.role.preview', { who, role: 'admin' });
    await keep(plain, 'users.role', { who, role: 'admin' });
    expect(await owners.ask('users.role', { who, role: 'admin', fingerprint }, plain)).toMatchObject({ changed: 7 });
  });

  test('whoever reads the table cannot tell two inputs with secrets from each other, nor try guesses quickly', async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    const asked = { username: 'lin', password: 'guess-me' };
    await owners.ask('users.password', asked, one);
    await owners.ask('users.password', asked, two);
    const [first, second] = [await kept(one), await kept(two)];
    expect(first).toMatch(/^s:[\w-]{16}:[\w-]{44}$/);
    expect(second).toMatch(/^s:[\w-]{16}:[\w-]{44}$/);
    expect(first?.slice(0, 18)).not.toBe(second?.slice(0, 18));
    expect(first?.slice(19)).not.toBe(second?.slice(19));
  });
});
