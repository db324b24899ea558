/**
 * What was shown once is done once: two consoles confirm the same thing at the same moment. The barrier is the row of the config, which every one of
 * these changes takes first: while the test holds it, both have planned and compared, and neither has acted.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Input, OperationName, Output } from '../../electron/contract/index.js';
import { leftOutWords } from '../../electron/terminal/left-out.js';
import { createDatabase, engines, type TestDatabase } from '../sandbox/database.js';
import type { Engine } from '../sandbox/types.js';
import { ends, type Half, openHalf } from '../storage/hybrid-half.js';
import { addStock } from './cards.js';
import { reported } from './cards-files.js';
import { environmentOf, makeOwner, openConsole, type TestConsole } from './console.js';
import { codeOf, migrate, openSite, openTestSite, type TestSite } from './helpers.js';
import { addPeople, waiting } from './people.js';

type Asked = Readonly<Record<string, unknown>>;

interface Case {
  readonly operation: OperationName;
  /** Makes what the change is done to; answers the input of its preview. */
  prepare(desk: TestSite): Promise<Asked>;
  /** How often it has taken effect, as the site's rows say. */
  effects(desk: TestSite, input: Asked): Promise<number>;
  /** Its own lock comes before the barrier's: only the confirmation of one preview is tried. */
  readonly unheld?: true;
}

/** Confirmations of one preview at once. */
const tries = 20;

let made = 0;
const fresh = (): string => `twice${String((made += 1))}`;

async function person(desk: TestSite, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const username = fresh();
  await addPeople(desk.site.db, [{ username, points: 0, ...more }]);
  return username;
}

const named = async (desk: TestSite, more?: Readonly<Record<string, unknown>>) => ({
  who: { names: [await person(desk, more)] },
});

/** Audit entries of an operation that took effect on a thing. */
async function entries({ site }: TestSite, operation: string, target?: string): Promise<number> {
  const [row] = await site.db.rows<{ found: string }>(
    `SELECT COUNT(*) AS found FROM console_audit a JOIN console_audit_targets t ON t.audit_id = a.id WHERE a.operation = ? AND (? IS NULL OR t.target = ?)`,
    [operation, target ?? null, target ?? null],
  );
  return Number(row?.found);
}

const ofUser =
  (operation: string) =>
  (desk: TestSite, input: Asked): Promise<number> =>
    entries(desk, operation, (input['who'] as { names: string[] }).names[0]);

async function count({ site }: TestSite, sql: string, value: string): Promise<number> {
  const [row] = await site.db.rows<{ found: string }>(sql, [value]);
  return Number(row?.found);
}

const hashes = new Map<string, string>();
async function card(desk: TestSite, more?: Parameters<typeof addStock>[2]): Promise<string> {
  const [one] = await addStock(desk, 1, more);
  if (one === undefined) throw new Error('no card');
  hashes.set(one.id, one.hash);
  return one.id;
}

async function bound(desk: TestSite): Promise<string> {
  const [id, username] = [await card(desk), await person(desk)];
  const pairs = [{ card: { id }, username }];
  const { fingerprint } = await desk.call('cards.bind.preview', { pairs });
  await desk.call('cards.bind', { pairs, fingerprint });
  return id;
}

const ofCard =
  (operation: string) =>
  (desk: TestSite, input: Asked): Promise<number> =>
    entries(desk, operation, hashes.get((input['who'] as { ids: string[] }).ids[0] ?? ''));

const issued = { type: 'month', count: 3, format: { kind: 'grouped' }, expiry: { kind: 'type' } };

async function batch(desk: TestSite): Promise<string> {
  const input = { ...issued, note: fresh() } as never;
  const { fingerprint } = await desk.call('cards.issue.preview', input);
  const { jobId, batchId } = await desk.call('cards.issue', { ...(input as object), fingerprint } as never);
  await desk.settled(jobId);
  return batchId;
}

const cases: readonly Case[] = [
  {
    operation: 'users.ban',
    prepare: async (desk) => ({ ...(await named(desk)), reason: 'fraud' }),
    effects: ofUser('users.ban'),
  },
  { operation: 'users.unban', prepare: (desk) => named(desk, { banned: true }), effects: ofUser('users.unban') },
  {
    operation: 'users.role',
    prepare: async (desk) => ({ ...(await named(desk)), role: 'admin' }),
    effects: ofUser('users.role'),
  },
  {
    operation: 'users.tag',
    prepare: async (desk) => ({ ...(await named(desk)), add: ['vip'], remove: [] }),
    effects: ofUser('users.tag'),
  },
  {
    operation: 'users.apis',
    prepare: async (desk) => ({ ...(await named(desk)), apis: ['one'] }),
    effects: ofUser('users.apis'),
  },
  { operation: 'users.delete', prepare: (desk) => named(desk), effects: ofUser('users.delete') },
  {
    operation: 'cards.renew',
    prepare: async (desk) => ({ ...(await named(desk)), type: 'month' }),
    effects: (desk, input) =>
      count(
        desk,
        'SELECT COUNT(*) AS found FROM card_keys WHERE bound_to = ?',
        (input['who'] as { names: string[] }).names[0] ?? '',
      ),
  },
  {
    operation: 'cards.bind',
    prepare: async (desk) => ({ pairs: [{ card: { id: await card(desk) }, username: await person(desk) }] }),
    effects: (desk, input) =>
      entries(desk, 'cards.bind', hashes.get((input['pairs'] as { card: { id: string } }[])[0]?.card.id ?? '')),
  },
  {
    operation: 'cards.unbind',
    prepare: async (desk) => ({ who: { ids: [await bound(desk)] }, afterwards: 'stock' }),
    effects: ofCard('cards.unbind'),
  },
  {
    operation: 'cards.revoke',
    prepare: async (desk) => ({ who: { ids: [await card(desk)] } }),
    effects: ofCard('cards.revoke'),
  },
  {
    operation: 'cards.reissue',
    prepare: async (desk) => ({ who: { ids: [await card(desk)] } }),
    effects: ofCard('cards.reissue'),
  },
  {
    operation: 'cards.sweep',
    prepare: async (desk) => {
      await card(desk, { days: -1, age: 40 });
      return {};
    },
    effects: (desk) => entries(desk, 'cards.sweep', [...hashes.values()].at(-1)),
  },
  {
    operation: 'cards.issue',
    unheld: true,
    prepare: () => Promise.resolve({ ...issued, note: fresh() }),
    effects: (desk, input) =>
      count(desk, 'SELECT COUNT(*) AS found FROM console_card_batches WHERE note = ?', String(input['note'])),
  },
  {
    operation: 'cards.batches.rollback',
    unheld: true,
    prepare: async (desk) => ({ id: await batch(desk) }),
    effects: (desk, { id }) => entries(desk, 'cards.batches.rollback', `batch:${String(id)}`),
  },
  {
    operation: 'audit.undo',
    prepare: async (desk) => {
      const input = { ...(await named(desk)), reason: 'fraud' as const };
      const { fingerprint } = await desk.call('users.ban.preview', input);
      const answer = await desk.call('users.ban', { ...input, fingerprint });
      if (!answer.done) throw new Error('became a job');
      return { id: answer.proof.auditId };
    },
    effects: (desk, { id }) => count(desk, 'SELECT COUNT(*) AS found FROM console_audit WHERE undo_of = ?', String(id)),
  },
];

interface Pair {
  readonly desk: TestSite;
  readonly second: TestSite;
  /** Runs calls until they or their jobs wait for the config's row, does something else meanwhile, and lets them go. */
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

const call = (desk: TestSite, operation: string, input: Asked): Promise<{ fingerprint: string }> =>
  desk.call<'cards.issue.preview'>(operation as never, input as never);

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
      // Not committed yet: the confirmation sees both as they were.
      await tx.run("UPDATE card_keys SET status = 'unused' WHERE id = ?", [used ?? '']);
      await tx.run("UPDATE card_keys SET status = 'used' WHERE id = ?", [bound ?? '']);
      const answer = await desk.call('cards.batches.rollback', { id: batchId, fingerprint: back.fingerprint });
      if (answer.done) throw new Error('no job');
      job = answer.jobId;
      // Its first chunk waits for the first card that it would delete.
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
    // The job's first chunk waits for the config's row: it has looked at nobody yet.
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

describe.each(engines())('what was shown is what is done on %s', (engine) => {
  let desk: TestSite;
  let site: Half;
  beforeAll(async () => {
    hashes.clear();
    desk = await openTestSite(engine);
    site = openHalf(desk.site);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
  });
  afterAll(() => desk.close());

  /** Starts a job, and pauses or cancels it behind the chunk that comes to this card. */
  const steeredAt = async (
    cardId: string,
    wanted: 'pause' | 'cancel',
    start: () => Promise<Output<'cards.reissue'>>,
  ): Promise<{ readonly jobId: string }> => {
    let steering: Promise<void> | undefined;
    let jobId = '';
    await desk.site.db.transaction(async (tx) => {
      await tx.rows('SELECT id FROM card_keys WHERE id = ? FOR UPDATE', [BigInt(cardId)]);
      const answer = await start();
      if (answer.done) throw new Error('no job');
      jobId = answer.jobId;
      await waiting(desk.site, 1);
      steering = desk.jobs.steer(jobId, wanted);
      await waiting(desk.site, 2);
    });
    await steering;
    return { jobId };
  };
  const another = async (username: string): Promise<void> => {
    await desk.site.db.run('DELETE FROM users WHERE username = ?', [username]);
    await addPeople(desk.site.db, [{ username }]);
  };

  test.each([
    ['cards.reissue', { expiry: { kind: 'type' } }],
    ['cards.revoke', {}],
  ] as const)('%s is not confirmed of a card that is another type by now', async (operation, more) => {
    const id = await card(desk, { type: 'week' });
    const input = { who: { ids: [id] }, ...more };
    const { fingerprint } = await call(desk, `${operation}.preview`, input);
    await site.updateCardKey(hashes.get(id) ?? '', { keyType: 'year' });
    expect(await codeOf(call(desk, operation, { ...input, fingerprint }))).toBe('stale_preview');
  });

  test('a card is not bound as another type than was shown', async () => {
    const id = await card(desk, { type: 'week' });
    const pairs = [{ card: { id }, username: await person(desk) }];
    const { fingerprint } = await desk.call('cards.bind.preview', { pairs });
    await site.updateCardKey(hashes.get(id) ?? '', { keyType: 'year' });
    expect(await codeOf(desk.call('cards.bind', { pairs, fingerprint }))).toBe('stale_preview');
  });

  test('whoever takes the name of somebody who was deleted gets none of their cards', async () => {
    const username = await person(desk);
    const pairs = [{ card: { id: await card(desk) }, username }];
    const { fingerprint } = await desk.call('cards.bind.preview', { pairs });
    await another(username);
    expect(await codeOf(desk.call('cards.bind', { pairs, fingerprint }))).toBe('stale_preview');
  });

  test('a job gives keys to whom they were meant for, and not to a namesake', async () => {
    const [one, namesake] = [await person(desk), await person(desk)];
    const input = {
      type: 'month',
      format: { kind: 'grouped' },
      assign: { names: [one, namesake] },
    } as Input<'cards.issue.preview'>;
    const { fingerprint } = await desk.call('cards.issue.preview', input);
    let id = '';
    await desk.site.db.transaction(async (tx) => {
      // The job's chunk waits for the rows of those who get a key.
      await tx.rows('SELECT id FROM users WHERE username = ? FOR UPDATE', [one]);
      id = (await desk.call('cards.issue', { ...input, fingerprint })).jobId;
      await waiting(desk.site, 1);
      await another(namesake);
    });
    expect(await desk.settled(id)).toMatchObject({ state: 'done', done: 1, skipped: 1 });
    expect(await desk.call('jobs.leftOut', { id })).toEqual({ rows: [namesake], next: null });
    expect(
      await desk.site.db.rows('SELECT username FROM user_card_keys WHERE username IN (?)', [[one, namesake]]),
    ).toEqual([{ username: one }]);
  });

  test('a ban that the site has set anew is another ban', async () => {
    const username = await person(desk);
    await site.banUser(username, true);
    const who = { names: [username] };
    const { fingerprint } = await desk.call('users.unban.preview', { who });
    await site.banUser(username, false);
    await desk.site.db.run('UPDATE console_bans SET banned_at = banned_at - INTERVAL 5 SECOND WHERE username = ?', [
      username,
    ]);
    await site.banUser(username, true);
    await desk.site.db.run('UPDATE console_bans SET banned_at = banned_at + INTERVAL 5 SECOND WHERE username = ?', [
      username,
    ]);
    expect(await codeOf(desk.call('users.unban', { who, fingerprint }))).toBe('stale_preview');
  });

  test('whom a site has banned by the column alone is banned whole', async () => {
    const username = await person(desk, { token: 'token-of-theirs' });
    await desk.site.db.run('UPDATE users SET banned = 1 WHERE username = ?', [username]);
    const input = { who: { names: [username] }, reason: 'fraud' as const };
    const { changed, fingerprint } = await desk.call('users.ban.preview', input);
    expect(changed).toBe(1);
    await desk.call('users.ban', { ...input, fingerprint });
    const [row] = await desk.site.db.rows<{ token: string | null; code: string }>(
      'SELECT u.tvbox_token AS token, p.invitation_code AS code FROM users u JOIN user_points p ON p.username = u.username WHERE u.username = ?',
      [username],
    );
    expect(row).toEqual({ token: null, code: expect.stringMatching(/^[A-Z0-9]{20}$/) as string });
    expect((await desk.call('users.ban.preview', input)).skipped).toMatchObject([{ why: 'already_so', count: 1 }]);
  });

  test('a fingerprint that was cut short confirms nothing', async () => {
    const input = { ...issued, note: fresh() } as Input<'cards.issue.preview'>;
    const { fingerprint } = await desk.call('cards.issue.preview', input);
    for (const length of [40, 50, 61]) {
      const cut = { ...input, fingerprint: fingerprint.slice(0, length) };
      expect(await codeOf(desk.call('cards.issue', cut))).toBe('stale_preview');
    }
    expect(await codeOf(desk.call('cards.issue', { ...input, fingerprint: `${fingerprint}ab` }))).toBe('stale_preview');
  });

  test('a rollback whose cards are forgotten does not go on', async () => {
    const input = { ...issued, count: 2_600 } as Input<'cards.issue.preview'>;
    const { fingerprint } = await desk.call('cards.issue.preview', input);
    const { jobId, batchId } = await desk.call('cards.issue', { ...input, fingerprint });
    await desk.settled(jobId);
    const back = await desk.call('cards.batches.rollback.preview', { id: batchId });
    const [late] = await desk.site.db.rows<{ id: string | number }>(
      'SELECT c.id FROM card_keys c JOIN console_card_ranges r ON c.id BETWEEN r.first_id AND r.last_id WHERE r.batch_id = ? ORDER BY c.id LIMIT 1500, 1',
      [batchId],
    );
    const answer = await steeredAt(String(late?.id), 'cancel', () =>
      desk.call('cards.batches.rollback', { id: batchId, fingerprint: back.fingerprint }),
    );
    expect((await desk.settled(answer.jobId)).state).toBe('cancelled');
    await desk.site.db.run('DELETE FROM console_job_items WHERE job_id = ?', [answer.jobId]);
    expect(await codeOf(desk.jobs.steer(answer.jobId, 'run'))).toBe('conflict');
  });

  test('a job that re-issues fills no batch that was rolled back', async () => {
    const cards = await addStock(desk, 1_500);
    const who = { ids: cards.map(({ id }) => id) };
    const { fingerprint } = await desk.call('cards.reissue.preview', { who });
    const late = cards.map(({ id }) => Number(id)).sort((a, b) => a - b)[700];
    const answer = await steeredAt(String(late), 'pause', () => desk.call('cards.reissue', { who, fingerprint }));
    expect((await desk.settled(answer.jobId)).state).toBe('paused');
    const [row] = await desk.site.db.rows<{ id: string | number }>(
      'SELECT id FROM console_card_batches WHERE job_id = ?',
      [answer.jobId],
    );
    const id = String(row?.id);
    const back = await desk.call('cards.batches.rollback.preview', { id });
    const gone = await desk.call('cards.batches.rollback', { id, fingerprint: back.fingerprint });
    if (!gone.done) await desk.settled(gone.jobId);
    expect(await codeOf(desk.jobs.steer(answer.jobId, 'run'))).toBe('conflict');
  });
});
