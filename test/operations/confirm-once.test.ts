/**
 * What was shown once is done once: two consoles confirm the same change at the same moment. The barrier is the row of
 * the config, which each of these changes locks first. While the test holds that lock, both have planned and compared,
 * and neither has written anything.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Input } from '../../electron/contract/index.js';
import { leftOutWords } from '../../electron/terminal/left-out.js';
import { createDatabase, engines, type TestDatabase } from '../sandbox/database.js';
import type { Engine } from '../sandbox/types.js';
import { ends } from '../storage/hybrid/site-client.js';
import { reported } from './fixtures/card-files.js';
import { call, cases, count, entries, fresh, hashes, issued, named, person } from './confirming.js';
import { environmentOf, makeOwner, openConsole, type TestConsole } from './console.js';
import { codeOf, migrate, openSite, openTestSite, type TestSite } from './helpers.js';
import { addPeople, waiting } from './fixtures/users.js';

/** How many times one preview is confirmed at once. */
const tries = 20;

interface Pair {
  readonly desk: TestSite;
  readonly second: TestSite;
  /**
   * Starts calls and waits until they or their jobs wait for the config's row; then runs `meanwhile` and releases the
   * row.
   */
  together<T>(
    calls: readonly (() => Promise<T>)[],
    meanwhile?: () => Promise<unknown>,
  ): Promise<PromiseSettledResult<T>[]>;
  close(): Promise<void>;
}

async function openPair(engine: Engine): Promise<Pair> {
  const desk = await openTestSite(engine);
  const second = await openSite(desk.site.config);
  await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
  return {
    desk,
    second,
    async together(calls, meanwhile = () => Promise.resolve()) {
      let running: Promise<PromiseSettledResult<Awaited<ReturnType<(typeof calls)[number]>>>[]> | undefined;
      await second.site.db.transaction(async (tx) => {
        await tx.rows("SELECT config_key FROM admin_configs WHERE config_key = 'main_config' FOR UPDATE");
        running = Promise.allSettled(calls.map((call) => call()));
        await waiting(desk.site, calls.length);
        await meanwhile();
      });
      return (await running) ?? [];
    },
    async close() {
      await second.close();
      await desk.close();
    },
  };
}

describe.each(engines())('confirmed twice at once on %s', (engine) => {
  let pair: Pair;
  beforeAll(async () => {
    hashes.clear();
    pair = await openPair(engine);
  });
  afterAll(() => pair.close());

  test.each(cases)('one preview of $operation takes effect once', async ({ operation, prepare, effects }) => {
    const { desk, second } = pair;
    const input = await prepare(desk);
    const { fingerprint } = await call(desk, `${operation}.preview`, input);
    const calls = Array.from({ length: tries }, (_, at) =>
      call(at % 2 === 0 ? desk : second, operation, { ...input, fingerprint }),
    );
    const outcome = await ends(calls);
    expect(outcome).toEqual({ done: 1, conflict: tries - 1 });
    expect(await effects(desk, input)).toBe(1);
  });

  test('one report of an import adds its keys once', async () => {
    const { desk, second } = pair;
    const report = await reported(desk, 'twice.txt', `${fresh()}-key-number-one\n${fresh()}-key-number-two\n`);
    const input = { importId: report.importId, fingerprint: report.fingerprint ?? '' };
    const calls = Array.from({ length: tries }, (_, at) => (at % 2 === 0 ? desk : second).call('cards.import', input));
    expect(await ends(calls)).toEqual({ done: 1, conflict: tries - 1 });
    expect(
      await count(
        desk,
        'SELECT COUNT(*) AS found FROM console_card_batches b JOIN console_card_imports i ON i.batch_id = b.id WHERE i.id = ?',
        report.importId,
      ),
    ).toBe(1);
  });

  test('one key of a password reset resets it once, and says so every time', async () => {
    const { desk, second } = pair;
    const username = await person(desk);
    const input = { username, password: 'another-secret-1' };
    const key = fresh().padEnd(8, '0');
    const calls = Array.from({ length: tries }, (_, at) =>
      (at % 2 === 0 ? desk : second).call('users.password', input, { key }),
    );
    expect(await ends(calls)).toEqual({ done: tries });
    expect(await entries(desk, 'users.password', username)).toBe(1);
  });

  test('a job that rolls a batch back leaves alone what came back to stock since the preview', async () => {
    const { desk } = pair;
    const input = { ...issued, count: 520 } as Input<'cards.issue.preview'>;
    const { fingerprint } = await desk.call('cards.issue.preview', input);
    const { jobId, batchId } = await desk.call('cards.issue', { ...input, fingerprint });
    await desk.settled(jobId);
    const ids = await desk.site.db.rows<{ id: string | number }>(
      'SELECT c.id FROM card_keys c JOIN console_card_ranges r ON c.id BETWEEN r.first_id AND r.last_id WHERE r.batch_id = ? ORDER BY c.id LIMIT 2',
      [batchId],
    );
    const [used, bound] = ids.map(({ id }) => String(id));
    await desk.site.db.run("UPDATE card_keys SET status = 'used' WHERE id = ?", [used ?? '']);
    const back = await desk.call('cards.batches.rollback.preview', { id: batchId });
    expect(back.changed).toBe(519);
    let job = '';
    await desk.site.db.transaction(async (tx) => {
      // Not committed yet, so the confirmation still sees the old state of both.
      await tx.run("UPDATE card_keys SET status = 'unused' WHERE id = ?", [used ?? '']);
      await tx.run("UPDATE card_keys SET status = 'used' WHERE id = ?", [bound ?? '']);
      const answer = await desk.call('cards.batches.rollback', { id: batchId, fingerprint: back.fingerprint });
      if (answer.done) throw new Error('no job');
      job = answer.jobId;
      // The first chunk waits for the first card that it would delete.
      await waiting(desk.site, 1);
    });
    expect(await desk.settled(job)).toMatchObject({ state: 'done', done: 518, skipped: 1 });
    const left = await desk.site.db.rows<{ id: string | number }>(
      'SELECT c.id FROM card_keys c JOIN console_card_ranges r ON c.id BETWEEN r.first_id AND r.last_id WHERE r.batch_id = ? ORDER BY c.id',
      [batchId],
    );
    expect(left.map(({ id }) => String(id))).toEqual([used, bound]);
  });

  test.each(cases.filter(({ unheld }) => unheld !== true))(
    'two previews of one state of $operation take effect once',
    async ({ operation, prepare, effects }) => {
      const { desk, second } = pair;
      const input = await prepare(desk);
      const [one, other] = [
        await call(desk, `${operation}.preview`, input),
        await call(second, `${operation}.preview`, input),
      ];
      const outcome = await pair.together([
        () => call(desk, operation, { ...input, fingerprint: one.fingerprint }),
        () => call(second, operation, { ...input, fingerprint: other.fingerprint }),
      ]);
      expect(outcome.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const [refused] = outcome.flatMap((one) =>
        one.status === 'rejected' ? [Promise.reject(one.reason as Error)] : [],
      );
      expect(['stale_preview', 'conflict']).toContain(await codeOf(refused ?? Promise.resolve()));
      expect(await effects(desk, input)).toBe(1);
    },
  );

  test('a job renews nobody whom another has renewed since, and names them', async () => {
    const { desk, second } = pair;
    const names = Array.from({ length: 501 }, () => fresh());
    await addPeople(
      desk.site.db,
      names.map((username) => ({ username, points: null, entry: null })),
    );
    const input = { who: { names }, type: 'month' as const };
    const previews = [await desk.call('cards.renew.preview', input), await second.call('cards.renew.preview', input)];
    const jobs: string[] = [];
    for (const [at, { fingerprint }] of previews.entries()) {
      const answer = await (at === 0 ? desk : second).call('cards.renew', { ...input, fingerprint });
      if (answer.done) throw new Error('no job');
      jobs.push(answer.jobId);
    }
    const ended = [];
    for (const [at, id] of jobs.entries()) ended.push(await (at === 0 ? desk : second).settled(id));
    expect(ended.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(ended.reduce((sum, { done }) => sum + done, 0)).toBe(501);
    expect(ended.reduce((sum, { skipped }) => sum + skipped, 0)).toBe(501);
    const [cards] = await desk.site.db.rows<{ most: string; total: string }>(
      'SELECT MAX(s.found) AS most, SUM(s.found) AS total FROM (SELECT COUNT(*) AS found FROM card_keys WHERE bound_to IN (?) GROUP BY bound_to) s',
      [names],
    );
    expect([Number(cards?.most), Number(cards?.total)]).toEqual([1, 501]);
    const left = [];
    for (const id of jobs) {
      let after = 0;
      for (;;) {
        const page = await desk.call('jobs.leftOut', { id, after, limit: 400 });
        left.push(...page.rows);
        if (page.next === null) break;
        after = page.next;
      }
    }
    expect(left.sort()).toEqual([...names].sort());
  });

  test('who was given something else since the preview is left out of a job, the others are not', async () => {
    const { desk } = pair;
    const names = Array.from({ length: 501 }, () => fresh());
    const moved = names[7] ?? '';
    await addPeople(
      desk.site.db,
      names.map((username) => ({ username, entry: null })),
    );
    const input = { who: { names } };
    const { fingerprint } = await desk.call('users.delete.preview', input);
    // The first chunk of the job waits for the config's row: it has not read any user yet.
    const [outcome] = await pair.together([() => desk.call('users.delete', { ...input, fingerprint })], () =>
      desk.site.db.run('UPDATE user_points SET balance = 50, total_earned = 50 WHERE username = ?', [moved]),
    );
    if (outcome?.status === 'rejected') throw outcome.reason as Error;
    if (outcome === undefined || outcome.value.done) throw new Error('no job');
    const job = await desk.settled(outcome.value.jobId);
    expect(job).toMatchObject({ state: 'done', done: 500, skipped: 1 });
    expect(await desk.call('jobs.leftOut', { id: job.id })).toEqual({ rows: [moved], next: null });
    const session = { call: desk.call } as unknown as Parameters<typeof leftOutWords>[0];
    expect(await leftOutWords(session, job, 'en')).toContain(`left out: ${moved} (`);
    const rows = await desk.site.db.rows<{ username: string }>('SELECT username FROM users WHERE username IN (?)', [
      names,
    ]);
    expect(rows).toEqual([{ username: moved }]);
  });

  test.each([
    ['reason', { reason: 'abuse' }],
    ['note', { note: 'other' }],
    ['end', { until: '2037-01-01T00:00:00Z' }],
  ] as const)('a ban is not confirmed with another %s than was shown', async (_, other) => {
    const { desk } = pair;
    const input = { ...(await named(desk)), reason: 'fraud' as const, note: 'ring', until: '2036-01-01T00:00:00Z' };
    const { fingerprint } = await desk.call('users.ban.preview', input);
    expect(await codeOf(desk.call('users.ban', { ...input, ...other, fingerprint }))).toBe('stale_preview');
    expect(await entries(desk, 'users.ban', input.who.names[0])).toBe(0);
    expect((await desk.call('users.ban', { ...input, fingerprint })).done).toBe(true);
  });

  test('a preview whose change was refused can be confirmed', async () => {
    const { desk } = pair;
    const input = { ...(await named(desk)), type: 'month' as const };
    const { fingerprint } = await desk.call('cards.renew.preview', input);
    expect(await codeOf(desk.call('cards.renew', { ...input, type: 'year', fingerprint }))).toBe('stale_preview');
    expect((await desk.call('cards.renew', { ...input, fingerprint })).done).toBe(true);
  });
});

describe.each(engines())('two consoles that repair one database at once on %s', (engine) => {
  let database: TestDatabase;
  let first: TestConsole;
  let second: TestConsole;
  beforeAll(async () => {
    database = await createDatabase(engine);
    await migrate(database.config);
    first = await openConsole(environmentOf(database));
    second = await openConsole(environmentOf(database));
    await makeOwner(first, 'moon');
    await second.ask('session.signIn', { username: 'moon', password: 'longenough1' });
    for (const desk of [first, second]) await desk.ask('session.unlock', { name: desk.desk.connection?.name ?? '' });
  });
  afterAll(async () => {
    await first.close();
    await second.close();
    await database.drop();
  });

  test('one plan is carried out once', async () => {
    const repairs = ['R001_list_indexes.sql'];
    const { fingerprint } = await first.ask('connections.migrate.preview', { repairs });
    const answers = await Promise.all(
      Array.from({ length: tries }, (_, at) =>
        (at % 2 === 0 ? first : second).call('connections.migrate', { repairs, fingerprint }),
      ),
    );
    const applied = answers.flatMap((answer) =>
      answer.ok ? [answer.value.applied.reduce((sum, { done }) => sum + done, 0)] : [],
    );
    expect(applied.filter((steps) => steps > 0)).toHaveLength(1);
    for (const answer of answers) if (!answer.ok) expect(['stale_preview', 'conflict']).toContain(answer.error.code);
  });
});
