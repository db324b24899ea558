/** A change is confirmed of what its preview has shown: whatever of that is otherwise by now is refused, or left out of a job. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Input, Output } from '../../electron/contract/index.js';
import { engines } from '../sandbox/database.js';
import { type Half, openHalf } from '../storage/hybrid-half.js';
import { addStock } from './cards.js';
import { call, card, fresh, hashes, issued, person } from './confirming.js';
import { codeOf, openTestSite, type TestSite } from './helpers.js';
import { addPeople, waiting } from './people.js';

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
