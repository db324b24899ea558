import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Input } from '../../../electron/contract/index.js';
import { rangesOf } from '../../../electron/operations/cards/batch-store.js';
import { hashOf } from '../../../electron/operations/cards/key.js';
import { engines } from '../../sandbox/database.js';
import { admin, codeOf, openTestSite, type TestSite } from '../helpers.js';
import { cardsOf, startIssue as start } from '../fixtures/issued.js';
import { addPeople } from '../fixtures/users.js';

type Asked = Input<'cards.issue.preview'>;

describe.each(engines())('issuing card keys on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => (desk = await openTestSite(engine)));
  afterAll(() => desk.close());

  test.each([
    [{ type: 'week' as const, count: 1 }, /^[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){3}$/],
    [
      {
        type: 'month' as const,
        count: 7_001,
        format: { kind: 'grouped' as const, prefix: 'MOON', symbols: 20, group: 5 },
      },
      /^MOON(-[2-9A-HJ-NP-Z]{5}){4}$/,
    ],
    [{ type: 'year' as const, count: 300, format: { kind: 'site' as const } }, /^[A-Za-z0-9]{16}$/],
  ])('makes exactly as many as were asked for: %o', async (input, shape) => {
    const before = await desk.call('cards.issue.preview', input);
    expect(before).toMatchObject({ count: input.count, skipped: [] });
    for (const sample of before.samples) expect(sample).toMatch(shape);
    const { jobId, batchId, total } = await start(desk, input);
    expect(total).toBe(input.count);
    expect(await desk.settled(jobId)).toMatchObject({ state: 'done', done: input.count, skipped: 0, failed: 0 });
    const cards = await cardsOf(desk, batchId);
    expect(cards).toHaveLength(input.count);
    expect(new Set(cards.map((card) => card.plain_key)).size).toBe(input.count);
    for (const card of cards) {
      expect(card.plain_key).toMatch(shape);
      expect(hashOf(card.plain_key)).toBe(card.key_hash);
      expect(card).toMatchObject({ key_type: input.type, status: 'unused' });
    }
    const days = (Date.parse(cards[0]?.expires_at ?? '') - Date.parse(cards[0]?.created_at ?? '')) / 86_400_000;
    expect(days).toBe({ week: 7, month: 30, year: 365 }[input.type]);
    // One range of ids, and within each chunk the order of the hashes.
    expect(await rangesOf(desk.site.db, batchId)).toHaveLength(1);
    const prefixes = cards.map((card) => card.key_hash.slice(0, 8));
    expect(prefixes).toEqual([...prefixes].sort());
  });

  test('is found in the audit by its batch, keeps no key in it, and cannot be undone but by rolling back', async () => {
    const { jobId, batchId } = await start(desk, { type: 'month', count: 20, note: 'for the shop', channel: 'taobao' });
    await desk.settled(jobId);
    const { rows } = await desk.call('audit.list', { filter: { target: `batch:${batchId}` } });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ operation: 'cards.issue', outcome: 'done', undo: 'impossible' });
    const auditId = rows[0]?.id ?? '';
    const entry = JSON.stringify(await desk.call('audit.get', { id: auditId }));
    const written = JSON.stringify(
      await desk.site.db.rows(
        'SELECT a.input, a.sample, i.answer, j.input AS job FROM console_audit a JOIN console_idempotency i ON i.audit_id = a.id JOIN console_jobs j ON j.audit_id = a.id WHERE a.id = ?',
        [auditId],
      ),
    );
    for (const card of await cardsOf(desk, batchId)) {
      expect(entry).not.toContain(card.plain_key);
      expect(written).not.toContain(card.plain_key);
    }
    await expect(desk.call('audit.undo.preview', { id: auditId })).rejects.toMatchObject({
      code: 'conflict',
      hint: { en: expect.stringContaining('Roll the batch back') as string },
    });
  });

  test('may be done by an admin', async () => {
    const input = { type: 'week' as const, count: 2 };
    const { fingerprint } = await desk.call('cards.issue.preview', input, { operator: admin });
    const { jobId } = await desk.call('cards.issue', { ...input, fingerprint }, { operator: admin });
    expect(await desk.settled(jobId)).toMatchObject({ state: 'done', operator: admin.username });
  });

  test('refuses ends that cannot be, keys that are too long, and what was not previewed', async () => {
    const preview = (more: Partial<Asked>): Promise<string> =>
      codeOf(desk.call('cards.issue.preview', { type: 'month', count: 5, ...more }));
    expect(await preview({ expiry: { kind: 'at', at: '2020-01-01T00:00:00Z' } })).toBe('invalid_input');
    expect(await preview({ expiry: { kind: 'at', at: '2038-01-19T03:14:08Z' } })).toBe('invalid_input');
    expect(await preview({ expiry: { kind: 'at', at: '2038-01-19T03:14:07Z' } })).toBe('no refusal: null');
    expect(await preview({ format: { kind: 'grouped', prefix: 'ABCDEFGHIJKL', symbols: 31, group: 1 } })).toBe(
      'invalid_input',
    );
    const { fingerprint } = await desk.call('cards.issue.preview', { type: 'month', count: 5 });
    expect(await codeOf(desk.call('cards.issue', { type: 'month', count: 6, fingerprint }))).toBe('stale_preview');
    expect(await codeOf(desk.call('cards.issue', { type: 'week', count: 5, fingerprint }))).toBe('stale_preview');
  });

  test('stops within a second when cancelled, keeps what it has made, and makes the rest when resumed', async () => {
    const { jobId, batchId } = await start(desk, { type: 'quarter', count: 150_000 });
    await desk.begun(jobId);
    const since = performance.now();
    await desk.call('jobs.cancel', { id: jobId });
    const cancelled = await desk.settled(jobId);
    expect(performance.now() - since).toBeLessThan(5_000);
    expect(cancelled).toMatchObject({ state: 'cancelled', canResume: true });
    const kept = await cardsOf(desk, batchId);
    expect(kept).toHaveLength(cancelled.done);
    expect(kept.length).toBeLessThan(150_000);
    await desk.call('jobs.resume', { id: jobId });
    expect(await desk.settled(jobId)).toMatchObject({ state: 'done', done: 150_000 });
    const cards = await cardsOf(desk, batchId);
    expect(new Set(cards.map((card) => card.key_hash)).size).toBe(150_000);
    expect(cards.slice(0, kept.length)).toEqual(kept);
  }, 120_000);

  test('goes round a card that somebody put into its ids', async () => {
    const { jobId, batchId } = await start(desk, { type: 'week', count: 30_000 });
    const [row] = await desk.site.db.rows<{ input: string }>('SELECT input FROM console_jobs WHERE id = ?', [jobId]);
    const { first } = JSON.parse(row?.input ?? '') as { first: string };
    await desk.site.db.run(
      "INSERT INTO card_keys (id, key_hash, plain_key, key_type, expires_at) VALUES (?, UUID(), 'foreign', 'week', UTC_TIMESTAMP())",
      [BigInt(first) + 29_000n],
    );
    expect(await desk.settled(jobId)).toMatchObject({ state: 'done', done: 30_000 });
    const cards = await cardsOf(desk, batchId);
    expect(new Set(cards.map((card) => card.key_hash)).size).toBe(30_000);
    expect(cards.some((card) => card.plain_key === 'foreign')).toBe(false);
    expect((await rangesOf(desk.site.db, batchId)).length).toBe(2);
  });

  describe('for users', () => {
    beforeAll(() =>
      addPeople(desk.site.db, [
        ...Array.from({ length: 2_500 }, (_, at) => ({ username: `gift${String(at)}` })),
        { username: 'giftBanned', banned: true },
      ]),
    );

    test('gives each of them one, unused, and leaves out who cannot have it', async () => {
      const names = ['gift1', 'gift2', 'GIFT2', 'giftBanned', 'nobody here'];
      const input = { type: 'month' as const, assign: { names } };
      const preview = await desk.call('cards.issue.preview', input);
      expect(preview.count).toBe(2);
      expect(Object.fromEntries(preview.skipped.map(({ why, count }) => [why, count]))).toEqual({
        user_banned: 1,
        user_unknown: 1,
        duplicate: 1,
      });
      const { jobId, batchId } = await start(desk, input);
      expect(await desk.settled(jobId)).toMatchObject({ state: 'done', done: 2, skipped: 0 });
      const cards = await cardsOf(desk, batchId);
      const records = await desk.site.db.rows<Record<string, string>>(
        'SELECT * FROM user_card_keys WHERE key_hash IN (?) ORDER BY username',
        [cards.map((card) => card.key_hash)],
      );
      expect(records.map((record) => record['username'])).toEqual(['gift1', 'gift2']);
      for (const record of records) {
        const card = cards.find(({ key_hash: hash }) => hash === record['key_hash']);
        expect(record).toMatchObject({
          key_type: 'month',
          status: 'unused',
          source: 'manual',
          created_at: card?.created_at,
          expires_at: card?.expires_at,
          used_at: null,
        });
      }
      expect((await desk.call('audit.list', { filter: { target: 'gift1' } })).rows).toHaveLength(1);
    });

    test('skips who is banned between the preview and their turn, and is stale before', async () => {
      const input = { type: 'week' as const, assign: { filter: { search: 'gift' } } };
      const { fingerprint, count } = await desk.call('cards.issue.preview', input);
      expect(count).toBe(2_500);
      await desk.site.db.run("UPDATE users SET banned = 1 WHERE username = 'gift7'");
      expect(await codeOf(desk.call('cards.issue', { ...input, fingerprint }))).toBe('stale_preview');
      await desk.site.db.run("UPDATE users SET banned = 0 WHERE username = 'gift7'");
      const { jobId, batchId } = await desk.call('cards.issue', { ...input, fingerprint });
      await desk.site.db.run("UPDATE users SET banned = 1 WHERE username = 'gift2499'");
      const job = await desk.settled(jobId);
      expect(job.state).toBe('done');
      expect(job.done + job.skipped).toBe(2_500);
      expect(await cardsOf(desk, batchId)).toHaveLength(job.done);
      const [records] = await desk.site.db.rows<{ found: string }>(
        'SELECT COUNT(*) AS found FROM user_card_keys k JOIN card_keys c ON c.key_hash = k.key_hash JOIN console_card_ranges r ON c.id BETWEEN r.first_id AND r.last_id WHERE r.batch_id = ?',
        [batchId],
      );
      expect(Number(records?.found)).toBe(job.done);
    });

    test('refuses where nobody is left', async () => {
      const input = { type: 'week' as const, assign: { names: ['giftBanned'] } };
      const { fingerprint } = await desk.call('cards.issue.preview', input);
      expect(await codeOf(desk.call('cards.issue', { ...input, fingerprint }))).toBe('invalid_input');
    });
  });
});
