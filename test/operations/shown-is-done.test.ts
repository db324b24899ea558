/** A confirmation covers what its preview has shown: if that has changed, it is refused, or left out of a job. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Input } from '../../electron/contract/index.js';
import { changeSteps } from '../../electron/operations/cards/change/index.js';
import { rollbackStep } from '../../electron/operations/cards/issue/rollback.js';
import { engines } from '../sandbox/database.js';
import { type SiteClient, openSiteClient } from '../storage/hybrid/site-client.js';
import { addStock } from './fixtures/cards.js';
import { call, card, fresh, hashes, issued, person } from './confirming.js';
import { codeOf, openTestSite, type TestSite } from './helpers.js';
import { addPeople, waiting } from './fixtures/users.js';

describe.each(engines())('what was shown is what is done on %s', (engine) => {
  let desk: TestSite;
  let site: SiteClient;
  beforeAll(async () => {
    hashes.clear();
    desk = await openTestSite(engine);
    site = openSiteClient(desk.site);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
  });
  afterAll(() => desk.close());

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
      // The chunk of the job waits for the rows of the users who get a key.
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

  test('a ban is lifted with the note of its preview, and with no other', async () => {
    const asked = { who: { names: [await person(desk, { banned: true })] }, note: 'paid meanwhile' };
    const { fingerprint } = await desk.call('users.unban.preview', asked);
    expect(await codeOf(desk.call('users.unban', { ...asked, note: 'asked nicely', fingerprint }))).toBe(
      'stale_preview',
    );
    const answer = await desk.call('users.unban', { ...asked, fingerprint });
    if (!answer.done) throw new Error('became a job');
    const { input } = await desk.call('audit.get', { id: answer.proof.auditId });
    expect(input).toMatchObject({ note: 'paid meanwhile' });
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
    const input = { ...issued, count: 600 } as Input<'cards.issue.preview'>;
    const { fingerprint } = await desk.call('cards.issue.preview', input);
    const { jobId, batchId } = await desk.call('cards.issue', { ...input, fingerprint });
    await desk.settled(jobId);
    const back = await desk.call('cards.batches.rollback.preview', { id: batchId });
    const answer = await desk.call('cards.batches.rollback', { id: batchId, fingerprint: back.fingerprint });
    if (answer.done) throw new Error('no job');
    await desk.settled(answer.jobId);
    const [row] = await desk.site.db.rows<{ input: string }>('SELECT input FROM console_jobs WHERE id = ?', [
      answer.jobId,
    ]);
    const job = { id: answer.jobId, input: JSON.parse(row?.input ?? '{}') as unknown, total: 600, auditId: null };
    const asked = (): Promise<unknown> => Promise.resolve(rollbackStep.mayGoOn?.(desk.site.db, job));
    expect(await codeOf(asked())).toBe('no refusal: null');
    await desk.site.db.run('DELETE FROM console_job_items WHERE job_id = ?', [answer.jobId]);
    expect(await codeOf(asked())).toBe('conflict');
  });

  test.each([
    ['cards.reissue', async () => ({ who: { ids: (await addStock(desk, 2)).map(({ id }) => id) } })],
    ['cards.renew', async () => ({ who: { names: [await person(desk)] }, type: 'month' })],
  ] as const)('a job of %s fills no batch that was rolled back', async (operation, prepare) => {
    const input = await prepare();
    const { fingerprint } = await call(desk, `${operation}.preview`, input);
    await call(desk, operation, { ...input, fingerprint });
    const [row] = await desk.site.db.rows<{ id: string | number }>('SELECT MAX(id) AS id FROM console_card_batches');
    const id = String(row?.id);
    const step = changeSteps.find((one) => one.operation === operation);
    const job = { id: 'a job', input: { batchId: id }, total: 2, auditId: null };
    const asked = (): Promise<unknown> => Promise.resolve(step?.mayGoOn?.(desk.site.db, job));
    expect(await codeOf(asked())).toBe('no refusal: null');
    const back = await desk.call('cards.batches.rollback.preview', { id });
    await desk.call('cards.batches.rollback', { id, fingerprint: back.fingerprint });
    expect(await codeOf(asked())).toBe('conflict');
  });
});
