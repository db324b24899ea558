// @module-tag long
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expireStaleCards } from '../../../electron/operations/cards/index.js';
import { addCards, createBatch } from '../../../electron/operations/cards/batch-store.js';
import { engines } from '../../sandbox/database.js';
import { addStock, doCards, undo } from '../fixtures/cards.js';
import { author, codeOf, openTestSite, type TestSite } from '../helpers.js';
import { addPeople, snapshot } from '../fixtures/users.js';

describe.each(engines())('many card keys at once on %s', (engine) => {
  let desk: TestSite;
  const names = Array.from({ length: 1_200 }, (_, at) => `many${String(at)}`);
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }, ...names.map((username) => ({ username }))]);
  });
  afterAll(() => desk.close());

  /** Waits for the job of a change and returns its audit entry. */
  const ended = async (answer: { readonly done: boolean; readonly jobId?: string }, done: number): Promise<string> => {
    if (answer.jobId === undefined) throw new Error('was not a job');
    const job = await desk.settled(answer.jobId);
    expect(job).toMatchObject({ state: 'done', done, failed: 0 });
    return job.audits[0] ?? '';
  };
  const tables = async (): Promise<unknown> => {
    const { card_keys, user_card_keys, config } = await snapshot(desk.site);
    return { card_keys, user_card_keys, config, marks: await desk.site.db.rows('SELECT * FROM console_card_marks') };
  };

  test('twelve thousand are revoked as a job, and undone as one', async () => {
    await addStock(desk, 12_000);
    const before = await tables();
    const { preview, answer } = await doCards(desk, 'revoke', { who: { filter: { states: ['unused'] } } });
    expect(preview).toMatchObject({ changed: 12_000, asJob: true });
    const auditId = await ended(answer, 12_000);
    expect(
      (
        await desk.site.db.rows<{ n: string }>(
          "SELECT COUNT(*) AS n FROM card_keys c JOIN console_card_marks m ON m.card_id = c.id WHERE c.status = 'expired' AND c.expires_at <= UTC_TIMESTAMP() AND m.key_hash = c.key_hash",
        )
      ).map(({ n }) => Number(n)),
    ).toEqual([12_000]);
    await ended(await undo(desk, auditId), 12_000);
    expect(await tables()).toEqual(before);
    await desk.site.db.run('DELETE FROM card_keys');
  }, 120_000);

  test('four thousand pairs stack in order over the chunks of a job, and the undo goes back through all of them', async () => {
    const cards = await addStock(desk, 4_000, { type: 'week' });
    const before = await tables();
    // Each of a thousand users gets four cards, a thousand pairs apart: every chunk changes cards of earlier chunks.
    const pairs = cards.map(({ id, key }, at) => ({
      card: at % 5 === 0 ? { key } : { id },
      username: names[at % 1_000] ?? '',
    }));
    const { preview, answer } = await doCards(desk, 'bind', { pairs });
    expect(preview).toMatchObject({ changed: 4_000, asJob: true });
    const auditId = await ended(answer, 4_000);
    const [row] = await desk.site.db.rows<{ users: string; ends: string; least: string; most: string }>(
      `SELECT COUNT(*) AS users, MAX(t.ends) AS ends, MIN(t.days) AS least, MAX(t.days) AS most FROM
       (SELECT COUNT(DISTINCT expires_at) AS ends, ROUND(TIMESTAMPDIFF(HOUR, UTC_TIMESTAMP(), MAX(expires_at)) / 24) AS days FROM card_keys WHERE bound_to IS NOT NULL GROUP BY bound_to) t`,
    );
    expect([row?.users, row?.ends, row?.least, row?.most].map(Number)).toEqual([1_000, 1, 28, 28]);
    const [job] = await desk.site.db.rows<{ text: string }>(
      "SELECT GROUP_CONCAT(j.input) AS text FROM console_jobs j WHERE j.operation = 'cards.bind'",
    );
    expect(job?.text).toBe('{}');
    const [logged] = await desk.site.db.rows<{ input: string }>('SELECT input FROM console_audit WHERE id = ?', [
      auditId,
    ]);
    expect(logged?.input).not.toContain(cards[0]?.key);
    expect(await desk.call('audit.undo.preview', { id: auditId })).toMatchObject({ changed: 4_000, skipped: [] });
    await ended(await undo(desk, auditId), 4_000);
    expect(await tables()).toEqual(before);
    await desk.site.db.run('DELETE FROM card_keys');
  }, 120_000);

  test('memberships are renewed, keys re-issued and unbound as jobs, each into one batch', async () => {
    const { answer } = await doCards(desk, 'renew', {
      who: { filter: { roles: ['user'] } },
      type: 'month',
      note: 'all',
    });
    await ended(answer, 1_200);
    expect(
      await desk.site.db.rows(
        "SELECT kind, wanted, issued, job_id IS NOT NULL AS job FROM console_card_batches WHERE note = 'all'",
      ),
    ).toMatchObject([{ kind: 'renewal', wanted: 1_200, issued: 1_200 }]);
    const back = await doCards(desk, 'unbind', { who: { filter: { states: ['used'] } }, afterwards: 'stock' });
    const unbound = await ended(back.answer, 1_200);
    expect(await desk.site.db.rows('SELECT id FROM user_card_keys')).toEqual([]);
    const again = await doCards(desk, 'reissue', {
      who: { filter: { states: ['unused'] } },
      expiry: { kind: 'days', days: 10 },
    });
    const reissued = await ended(again.answer, 1_200);
    const [row] = await desk.site.db.rows<{ batches: string; fresh: string }>(
      `SELECT COUNT(DISTINCT r.batch_id) AS batches, COUNT(*) AS fresh FROM console_card_marks m
       JOIN console_card_ranges r ON m.card_id BETWEEN r.first_id AND r.last_id WHERE m.replaces IS NOT NULL`,
    );
    expect([row?.batches, row?.fresh].map(Number)).toEqual([1, 1_200]);
    // A card gets the batch's expiry again when it returns to stock, so both must be equal.
    expect(
      await desk.site.db.rows(
        `SELECT DISTINCT b.expires_at = c.expires_at AS same FROM console_card_batches b JOIN console_card_ranges r ON r.batch_id = b.id
         JOIN card_keys c ON c.id BETWEEN r.first_id AND r.last_id WHERE b.kind = 'reissue'`,
      ),
    ).toEqual([{ same: 1 }]);
    // The entry has one more target, the batch, which has no rows of its own.
    await ended(await undo(desk, reissued), 1_201);
    await ended(await undo(desk, unbound), 1_200);
    await desk.site.db.run('DELETE FROM card_keys');
    await desk.site.db.run('DELETE FROM user_card_keys');
  }, 120_000);

  test('a user with a high stack of cards is written down in packets that the server takes', async () => {
    await desk.site.db.run('DELETE FROM card_keys');
    const cards = await addStock(desk, 320, { type: 'week' });
    const username = names[2] ?? '';
    const pairs = cards.map(({ id }) => ({ card: { id }, username }));
    const { answer } = await doCards(desk, 'bind', { pairs });
    if (!answer.done) throw new Error('became a job');
    // Each card changes all cards that were bound before it.
    const [row] = await desk.site.db.rows<{ size: string }>(
      'SELECT SUM(LENGTH(before_image) + LENGTH(after_image)) AS size FROM console_audit_targets WHERE audit_id = ?',
      [answer.proof.auditId],
    );
    expect(Number(row?.size)).toBeGreaterThan(16 * 1024 * 1024);
    expect(await undo(desk, answer.proof.auditId)).toMatchObject({ done: true, changed: 320 });
    expect(await desk.site.db.rows('SELECT id FROM card_keys WHERE bound_to IS NOT NULL')).toEqual([]);
  });

  test('a card of a batch goes back to stock with the batch’s end', async () => {
    const ids = await desk.change('cards.issue', async (step) => {
      const expiresAt = '2037-05-05 05:05:05';
      const batch = { kind: 'issue', type: 'month', wanted: 1, expiresAt } as const;
      const id = await createBatch(step, author, batch);
      const card = { key: 'batch-key-1', type: 'month', createdAt: '2026-01-01 00:00:00', expiresAt } as const;
      return addCards(step.tx, id, [card]);
    });
    const card = ids.value[0];
    if (card === undefined) throw new Error('no card');
    const [own] = await addStock(desk, 1);
    const username = names[0] ?? '';
    await doCards(desk, 'bind', {
      pairs: [
        { card: { id: card.id }, username },
        { card: { id: own?.id ?? '' }, username },
      ],
    });
    const { preview } = await doCards(desk, 'unbind', { who: { ids: [card.id] }, afterwards: 'stock' });
    expect(preview.rows[0]?.detail).toMatchObject({
      user: username,
      of: 'membership',
      ownEnd: '2037-05-05T05:05:05Z',
    });
    expect(await desk.site.db.rows('SELECT status, expires_at FROM card_keys WHERE id = ?', [card.id])).toEqual([
      { status: 'unused', expires_at: '2037-05-05 05:05:05' },
    ]);
  });

  test('stale cards are swept when asked, and by the clock', async () => {
    await desk.site.db.run('DELETE FROM card_keys');
    await desk.site.db.run('DELETE FROM user_card_keys');
    await addStock(desk, 3, { age: 40 });
    await addStock(desk, 2, { age: 40, assigned: names[1] ?? '' });
    await addStock(desk, 1);
    const before = await tables();
    const { preview, answer } = await doCards(desk, 'sweep', {});
    expect(preview).toMatchObject({ matching: 5, changed: 5, skipped: [] });
    const states = () =>
      desk.site.db.rows<{ status: string; n: string }>(
        'SELECT status, COUNT(*) AS n FROM (SELECT status FROM card_keys UNION ALL SELECT status FROM user_card_keys) t GROUP BY status ORDER BY 1',
      );
    expect((await states()).map(({ status, n }) => [status, Number(n)])).toEqual([
      ['expired', 7],
      ['unused', 1],
    ]);
    if (!answer.done) throw new Error('became a job');
    await undo(desk, answer.proof.auditId);
    expect(await tables()).toEqual(before);
    const now = Date.now();
    expect(await expireStaleCards(desk.site, now)).toBe(5);
    const [entry] = (await desk.call('audit.list', { filter: { operation: 'cards.sweep' }, limit: 1 })).rows;
    expect(entry).toMatchObject({ origin: 'schedule', targets: 5, undo: 'possible' });
    await addStock(desk, 2_100, { age: 40 });
    expect(await expireStaleCards(desk.site, now + 1_000)).toBe(0);
    expect(await expireStaleCards(desk.site, now + 600_000)).toBe(2_000);
    expect(await expireStaleCards(desk.site, now + 1_200_000)).toBe(100);
    const [{ count } = { count: '' }] = await desk.site.db.rows<{ count: string }>(
      'SELECT COUNT(*) AS count FROM console_audit',
    );
    expect(await expireStaleCards(desk.site, now + 1_800_000)).toBe(0);
    expect(await desk.site.db.rows('SELECT COUNT(*) AS count FROM console_audit')).toEqual([{ count }]);
  });

  test('without the tables nothing is changed, and it is said what is missing', async () => {
    const bare = await openTestSite(engine);
    try {
      await addPeople(bare.site.db, [{ username: 'boss', role: 'owner' }, { username: 'u' }]);
      const [card] = await addStock(bare, 1, { age: 40 });
      await bare.site.db.run('DROP TABLE console_card_marks');
      expect(await expireStaleCards(bare.site)).toBe(0);
      const who = { ids: [card?.id ?? '1'] };
      const pairs = [{ card: { id: card?.id ?? '1' }, username: 'u' }];
      expect(await codeOf(bare.call('cards.revoke.preview', { who }))).toBe('unsupported');
      expect(await codeOf(bare.call('cards.bind.preview', { pairs }))).toBe('unsupported');
      expect(await codeOf(bare.call('cards.renew.preview', { who: { names: ['u'] }, type: 'week' }))).toBe(
        'unsupported',
      );
      expect(await codeOf(bare.call('cards.sweep', { fingerprint: '0'.repeat(40) }))).toBe('unsupported');
    } finally {
      await bare.close();
    }
  });
});
