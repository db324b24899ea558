import { randomUUID } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Envelope } from '../../electron/contract/envelope.js';
import { Refusal } from '../../electron/contract/errors.js';
import type { Operator } from '../../electron/contract/session.js';
import { JobRunner } from '../../electron/jobs/runner.js';
import type { Handlers } from '../../electron/operations/context.js';
import type { Desk } from '../../electron/operations/desk/desk.js';
import { createLog } from '../../electron/router/log.js';
import { createRouter, type Router } from '../../electron/router/router.js';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { Site } from '../../electron/data/site.js';
import { createDatabase, engines, redisEndpoint, redisPrefix, type TestDatabase } from '../sandbox/database.js';
import { realFolder } from '../migrations/support.js';

describe.each(engines())('the router on %s', (engine) => {
  let database: TestDatabase;
  let site: Site;
  let jobs: JobRunner;
  let router: Router;
  const operator: { current: Operator | null; locked: boolean } = { current: null, locked: false };
  let asked: unknown[] = [];
  /** Calls that have begun of what notices no end. */
  let deaf = 0;
  let meanwhile = (): Promise<unknown> => Promise.resolve();

  const handlers = {
    'desk.ping': () => Promise.resolve({ at: 'now' }),
    'users.get': async (input: { username: string }, context: { site: Site; signal: AbortSignal }) => {
      if (input.username === 'sleepy') await context.site.db.rows('SELECT SLEEP(30) /* sleepy */', [], context.signal);
      if (input.username === 'deaf') {
        deaf += 1;
        await wait(60_000, undefined, { ref: false });
      }
      if (input.username === 'broken') throw new Error('secret detail of the inside');
      throw new Refusal('not_found', { zh: '没有这个用户', en: 'There is no such user' });
    },
    'users.password': async (input: { username: string }, context: Parameters<Handlers['users.password']>[1]) => {
      const { value, auditId, repeated } = await context.change(async (change) => {
        asked.push(input);
        const { affectedRows } = await change.tx.run('UPDATE users SET password_hash = ? WHERE username = ?', [
          'x',
          input.username,
        ]);
        if (affectedRows === 0) throw new Refusal('not_found', { zh: '没有这个用户', en: 'There is no such user' });
        change.record({ kind: 'user', target: input.username, before: {}, after: {} });
        await meanwhile();
        return { changed: affectedRows };
      });
      return { ...value, auditId, repeated };
    },
    'cards.revoke.preview': (input: unknown) => Promise.resolve(asked.push(input)),
    'cards.revoke': (input: unknown) => Promise.resolve(asked.push(input)),
    'cards.list': () => Promise.resolve({ rows: [], next: null }),
    // One of those whose rights only their change checks.
    'users.tag': async (input: { who: { names: string[] } }, context: Parameters<Handlers['users.tag']>[1]) => {
      const { value } = await context.change(async (change) => {
        asked.push(input);
        const [name = ''] = input.who.names;
        const { affectedRows } = await change.tx.run('UPDATE users SET tags = \'["seen"]\' WHERE username = ?', [name]);
        if (affectedRows === 0) throw new Refusal('not_found', { zh: '没有这个用户', en: 'There is no such user' });
        change.record({ kind: 'user', target: name, before: {}, after: {} });
        await meanwhile();
        return { changed: affectedRows };
      });
      return value;
    },
  } as unknown as Handlers;

  const call = (
    operation: string,
    input: unknown,
    idempotencyKey?: string,
    id: string = randomUUID(),
  ): Promise<Envelope<unknown>> =>
    router.dispatch(
      { id, operation, input, language: 'en', ...(idempotencyKey === undefined ? {} : { idempotencyKey }) },
      { origin: 'window' },
    );
  const codeOf = (answer: Envelope<unknown>): string => (answer.ok ? 'ok' : answer.error.code);
  const audits = (): Promise<{ operation: string; outcome: string; input: string; operator: string }[]> =>
    site.db.rows('SELECT operation, outcome, input, operator FROM console_audit ORDER BY id');

  beforeAll(async () => {
    database = await createDatabase(engine);
    await createRunner({ connection: () => createConnection(database.config), folder: realFolder }).apply();
    site = await Site.open({ mysql: database.config, redis: { ...redisEndpoint(), prefix: redisPrefix() } });
    await site.db.run(
      "INSERT INTO users (username, password_hash, role) VALUES ('lin', 'h', 'user'), ('moonowner', 'h', 'owner'), ('admin_lin', 'h', 'admin')",
    );
    jobs = new JobRunner(
      site,
      [],
      () => true,
      () => undefined,
    );
    const desk = {
      get site() {
        return site;
      },
      get jobs() {
        return jobs;
      },
      get operator() {
        return operator.current;
      },
      get locked() {
        return operator.locked;
      },
      stamps: () => () => [],
      renewSignIn: () => undefined,
      endSignIn() {
        operator.current = null;
      },
    } as unknown as Desk;
    router = createRouter({ handlers, desk, log: createLog('/dev/null') });
  });
  afterAll(async () => {
    await jobs.close();
    await site.close();
    await database.drop();
  });

  it('answers an unknown operation and bad input with invalid_input, naming the field', async () => {
    operator.current = { username: 'moonowner', role: 'owner' };
    expect(codeOf(await call('users.explode', {}))).toBe('invalid_input');
    expect(codeOf(await call('__proto__', {}))).toBe('invalid_input');
    expect(codeOf(await call('constructor', {}))).toBe('invalid_input');
    const answer = await call('users.get', { username: 'a', extra: 1 });
    expect(codeOf(answer)).toBe('invalid_input');
    const list = await call('users.list', { limit: 'many' });
    expect(list.ok ? null : list.error.details).toMatchObject({ fields: [{ field: 'limit' }] });
    const words = { id: randomUUID(), operation: 'users.list', input: { limit: 'many' } };
    expect(await router.dispatch({ ...words, language: 'zh-CN' }, { origin: 'window' })).toMatchObject({
      error: { hint: expect.stringMatching(/^limit：.*[\u4e00-\u9fff]/) as string },
    });
    expect(await router.dispatch({ ...words, language: 'en' }, { origin: 'window' })).toMatchObject({
      error: { hint: expect.stringMatching(/^limit: [ -~]+$/) as string },
    });
  });

  it('lets nobody in who is not signed in, and no admin where the owner is needed', async () => {
    operator.current = null;
    expect(codeOf(await call('users.get', { username: 'a' }))).toBe('unauthenticated');
    expect(codeOf(await call('desk.ping', {}))).toBe('ok');
    operator.current = { username: 'admin_lin', role: 'admin' };
    expect(
      codeOf(
        await call(
          'users.role',
          { who: { names: ['a'] }, role: 'admin', fingerprint: '0123456789abcdef' },
          randomUUID(),
        ),
      ),
    ).toBe('forbidden');
    expect((await audits()).at(-1)).toMatchObject({
      operation: 'users.role',
      outcome: 'refused',
      operator: 'admin_lin',
    });
  });

  it('refuses writes on a locked connection and writes the attempt down, with the password masked', async () => {
    operator.current = { username: 'moonowner', role: 'owner' };
    operator.locked = true;
    expect(codeOf(await call('users.password', { username: 'lin', password: 'hunter22' }, randomUUID()))).toBe(
      'read_only',
    );
    expect(codeOf(await call('users.get', { username: 'nobody' }))).toBe('not_found');
    operator.locked = false;
    const rows = (await audits()).filter((row) => row.outcome === 'refused' && row.operation === 'users.password');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.input).toContain('***');
    expect(rows[0]?.input).not.toContain('hunter22');
  });

  it('refuses what needs tables that are not there before its handler is called, and lets through what only shows less', async () => {
    operator.current = { username: 'moonowner', role: 'owner' };
    asked = [];
    const whole = site;
    const input = { who: { ids: ['1'] }, fingerprint: '0'.repeat(40) };
    await site.db.run('RENAME TABLE console_card_marks TO marks_elsewhere');
    site = await Site.open(whole.config);
    try {
      const lacking = {
        ok: false,
        error: {
          code: 'unsupported',
          hint: expect.stringContaining('0004') as string,
          details: { needs: 'migration' },
        },
      };
      expect(await call('cards.revoke.preview', { who: input.who })).toMatchObject(lacking);
      expect(await call('cards.revoke', input, randomUUID())).toMatchObject(lacking);
      expect(codeOf(await call('cards.list', {}))).toBe('ok');
      operator.locked = true;
      expect(codeOf(await call('cards.revoke', input, randomUUID()))).toBe('read_only');
      operator.locked = false;
      expect(asked).toEqual([]);
      await site.db.run('RENAME TABLE marks_elsewhere TO console_card_marks');
      expect(codeOf(await call('cards.revoke.preview', { who: input.who }))).toBe('ok');
    } finally {
      operator.locked = false;
      await site.close();
      site = whole;
    }
  });

  it('does a write once for a key, answers it again, and refuses the key for something else', async () => {
    asked = [];
    const key = randomUUID();
    expect(codeOf(await call('users.password', { username: 'lin', password: 'hunter22' }))).toBe('invalid_input');
    const first = await call('users.password', { username: 'lin', password: 'hunter22' }, key);
    const second = await call('users.password', { username: 'lin', password: 'hunter22' }, key);
    expect(first).toMatchObject({ ok: true, value: { changed: 1, repeated: false } });
    expect(second).toMatchObject({ ok: true, value: { changed: 1, repeated: true } });
    expect(asked).toHaveLength(1);
    expect(codeOf(await call('users.password', { username: 'other', password: 'hunter22' }, key))).toBe('conflict');
    expect((await audits()).filter((row) => row.outcome === 'done')).toHaveLength(1);
  });

  it('lets ten calls with one key at the same time do the thing once', async () => {
    asked = [];
    const key = randomUUID();
    const before = (await audits()).filter((row) => row.outcome === 'done').length;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => call('users.password', { username: 'lin', password: 'hunter23' }, key)),
    );
    expect(answers.every((answer) => answer.ok)).toBe(true);
    expect(asked).toHaveLength(1);
    expect((await audits()).filter((row) => row.outcome === 'done')).toHaveLength(before + 1);
  });

  it('leaves nothing of a write that fails but the line that it failed', async () => {
    const answer = await call('users.password', { username: 'ghost', password: 'hunter22' }, randomUUID());
    expect(codeOf(answer)).toBe('not_found');
    expect((await audits()).at(-1)).toMatchObject({
      operation: 'users.password',
      outcome: 'failed',
      operator: 'moonowner',
    });
    const [kept] = await site.db.rows<{ n: string }>(
      'SELECT COUNT(*) AS n FROM console_idempotency WHERE answer IS NULL',
    );
    expect(Number(kept?.n)).toBe(0);
  });

  it('writes down a write that fails with a text longer than its column', async () => {
    operator.current = { username: 'moonowner', role: 'owner' };
    meanwhile = () => Promise.reject(new Error('long'.repeat(500)));
    const answer = await call('users.password', { username: 'lin', password: 'hunter25' }, randomUUID());
    meanwhile = () => Promise.resolve();
    expect(answer.ok).toBe(false);
    expect(await site.db.rows('SELECT outcome, error FROM console_audit ORDER BY id DESC LIMIT 1')).toEqual([
      { outcome: 'failed', error: 'long'.repeat(125) },
    ]);
  });

  describe('whoever lost the right after signing in', () => {
    const standing = (role: string, banned: number): Promise<unknown> =>
      site.db.run("UPDATE users SET role = ?, banned = ? WHERE username = 'admin_lin'", [role, banned]);
    const hashOf = async (): Promise<string | undefined> =>
      (await site.db.rows<{ password_hash: string }>("SELECT password_hash FROM users WHERE username = 'lin'"))[0]
        ?.password_hash;
    const attempt = (): Promise<Envelope<unknown>> =>
      call('users.password', { username: 'lin', password: 'hunter24' }, randomUUID());
    beforeEach(async () => {
      meanwhile = () => Promise.resolve();
      await standing('admin', 0);
      await site.db.run("UPDATE users SET password_hash = 'as before' WHERE username = 'lin'");
      operator.current = { username: 'admin_lin', role: 'admin' };
      asked = [];
    });
    afterEach(() => {
      meanwhile = () => Promise.resolve();
    });

    it.each([
      ['banned', 'admin', 1],
      ['demoted', 'user', 0],
    ])('is refused at the next write when %s, and signed out', async (_, role, banned) => {
      await standing(role, banned);
      expect(codeOf(await attempt())).toBe('forbidden');
      expect(asked).toEqual([]);
      expect(operator.current).toBeNull();
      expect((await audits()).at(-1)).toMatchObject({ outcome: 'refused', operator: 'admin_lin' });
    });

    it('does not go on with the old role when given another', async () => {
      operator.current = { username: 'admin_lin', role: 'owner' };
      expect(await attempt()).toMatchObject({ error: { code: 'forbidden', details: { ended: 'role' } } });
      expect(operator.current).toBeNull();
    });

    it('leaves nothing of a write that was under way', async () => {
      meanwhile = () => standing('user', 0);
      expect(codeOf(await attempt())).toBe('forbidden');
      expect(asked).toHaveLength(1);
      expect(await hashOf()).toBe('as before');
      expect((await audits()).at(-1)).toMatchObject({ outcome: 'refused', operator: 'admin_lin' });
    });
  });

  describe('whoever lost the right, where the change alone looks at the sign-in', () => {
    const standing = (role: string, banned: number): Promise<unknown> =>
      site.db.run("UPDATE users SET role = ?, banned = ? WHERE username = 'admin_lin'", [role, banned]);
    const tagsOf = async (): Promise<string | null | undefined> =>
      (await site.db.rows<{ tags: string | null }>("SELECT tags FROM users WHERE username = 'lin'"))[0]?.tags;
    const attempt = (name = 'lin', key: string = randomUUID()): Promise<Envelope<unknown>> =>
      call('users.tag', { who: { names: [name] }, add: ['seen'], fingerprint: 'f'.repeat(62) }, key);
    beforeEach(async () => {
      meanwhile = () => Promise.resolve();
      await standing('admin', 0);
      await site.db.run("UPDATE users SET tags = NULL WHERE username = 'lin'");
      operator.current = { username: 'admin_lin', role: 'admin' };
      asked = [];
    });
    afterEach(() => {
      meanwhile = () => Promise.resolve();
    });

    it.each([
      ['banned', 'admin', 1],
      ['demoted', 'user', 0],
    ])('writes nothing when %s, and is signed out', async (_, role, banned) => {
      await standing(role, banned);
      expect(codeOf(await attempt())).toBe('forbidden');
      expect(await tagsOf()).toBeNull();
      expect(operator.current).toBeNull();
      expect((await audits()).at(-1)).toMatchObject({ outcome: 'refused', operator: 'admin_lin' });
    });

    it('leaves nothing of what was under way', async () => {
      meanwhile = () => standing('user', 0);
      expect(codeOf(await attempt())).toBe('forbidden');
      expect([asked.length, await tagsOf()]).toEqual([1, null]);
      expect(operator.current).toBeNull();
    });

    it('is told nothing of the site by a refusal', async () => {
      expect(codeOf(await attempt('nobody'))).toBe('not_found');
      await standing('admin', 1);
      expect(codeOf(await attempt('nobody'))).toBe('forbidden');
      expect(operator.current).toBeNull();
    });

    it('is not answered again what was answered before', async () => {
      const key = randomUUID();
      expect(await attempt('lin', key)).toMatchObject({ ok: true, value: { changed: 1 } });
      expect(await attempt('lin', key)).toMatchObject({ ok: true, value: { changed: 1 } });
      expect(asked).toHaveLength(1);
      await standing('admin', 1);
      expect(codeOf(await attempt('lin', key))).toBe('forbidden');
      expect(operator.current).toBeNull();
    });
  });

  it('kills the query of a cancelled call', async () => {
    operator.current = { username: 'moonowner', role: 'owner' };
    const id = randomUUID();
    const answer = call('users.get', { username: 'sleepy' }, undefined, id);
    await until(async () => (await sleepers(site)) === 1);
    router.cancel(id);
    expect(codeOf(await answer)).toBe('cancelled');
    await until(async () => (await sleepers(site)) === 0);
  });

  it('answers a cancelled call that does not notice it', { timeout: 30_000 }, async () => {
    operator.current = { username: 'moonowner', role: 'owner' };
    const id = randomUUID();
    const answer = call('users.get', { username: 'deaf' }, undefined, id);
    await until(() => Promise.resolve(deaf === 1));
    router.cancel(id);
    expect(codeOf(await answer)).toBe('cancelled');
  });

  describe.each(['it is cancelled', 'its time is up'])('a write that waits for a lock when %s', (which) => {
    it('has its statement killed, keeps nothing, and is answered before the grace', async () => {
      operator.current = { username: 'moonowner', role: 'owner' };
      await site.db.run("UPDATE users SET password_hash = 'as before' WHERE username = 'lin'");
      const holder = await createConnection(database.config);
      try {
        await holder.beginTransaction();
        await holder.query("SELECT id FROM users WHERE username = 'lin' FOR UPDATE");
        const [id, began] = [randomUUID(), performance.now()];
        const answer = call('users.password', { username: 'lin', password: 'hunter25' }, randomUUID(), id);
        await until(async () => (await waiting(site)) === 1);
        // The time limit of an operation is 15 s.
        const ends = which === 'it is cancelled' ? performance.now() : began + 15_000;
        if (which === 'it is cancelled') router.cancel(id);
        expect(codeOf(await answer)).toBe(which === 'it is cancelled' ? 'cancelled' : 'timeout');
        expect(performance.now() - ends).toBeLessThan(2_500);
        // While the lock is still held, no one waits for it any more.
        expect(await waiting(site)).toBe(0);
        await holder.rollback();
        expect(await site.db.rows("SELECT password_hash FROM users WHERE username = 'lin'")).toEqual([
          { password_hash: 'as before' },
        ]);
        expect((await audits()).at(-1)).toMatchObject({ operation: 'users.password', outcome: 'failed' });
      } finally {
        holder.destroy();
      }
    });
  });

  it.each([
    ['in a text that is longer than its column', 'failed', () => new Error('因'.repeat(3_000))],
    ['as a conflict', 'refused', () => new Refusal('conflict', { zh: '有冲突', en: 'A conflict' })],
  ] as const)('writes down a write that fails %s', async (_, outcome, error) => {
    operator.current = { username: 'moonowner', role: 'owner' };
    const before = (await audits()).length;
    meanwhile = () => Promise.reject(error());
    try {
      expect((await call('users.password', { username: 'lin', password: 'hunter26' }, randomUUID())).ok).toBe(false);
    } finally {
      meanwhile = () => Promise.resolve();
    }
    const told = (await audits()).slice(before);
    expect(told).toMatchObject([{ operation: 'users.password', outcome, operator: 'moonowner' }]);
  });

  it('tells nobody the inside of an unexpected error', async () => {
    const answer = await call('users.get', { username: 'broken' });
    expect(codeOf(answer)).toBe('internal');
    expect(JSON.stringify(answer)).not.toContain('secret detail');
  });
});

async function sleepers(site: Site): Promise<number> {
  const rows = await site.db.rows(
    'SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE ? AND ID <> CONNECTION_ID() AND DB = DATABASE()',
    ['%sleepy *%'],
  );
  return rows.length;
}

async function waiting(site: Site): Promise<number> {
  const rows = await site.db.rows(
    'SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE ? AND ID <> CONNECTION_ID() AND DB = DATABASE()',
    ['UPDATE users SET password_hash = %'],
  );
  return rows.length;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it did not come to hold within 10 s');
    await wait(50);
  }
}
