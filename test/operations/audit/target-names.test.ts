import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../../sandbox/database.js';
import { addStock, doCards, hashOf } from '../fixtures/cards.js';
import { openTestSite, type TestSite } from '../helpers.js';
import { addPeople } from '../fixtures/users.js';

describe.each(engines())('what an audit entry has changed, as people call it, on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }, { username: 'Bob' }]);
  });
  afterAll(() => desk.close());

  const latest = async (operation: string) => {
    const { rows } = await desk.call('audit.list', { filter: { operation }, limit: 1 });
    const [row] = rows;
    if (row === undefined) throw new Error('no entry');
    const one = await desk.call('audit.get', { id: row.id });
    expect({ amount: one.amount, names: one.names }).toEqual({ amount: row.amount, names: row.names });
    return row;
  };

  test('a batch is counted by its cards and named by its note', async () => {
    const input = { type: 'month', count: 1_200, format: { kind: 'grouped' }, note: '十一月活动' } as const;
    const { fingerprint } = await desk.call('cards.issue.preview', input);
    const { jobId, batchId } = await desk.call('cards.issue', { ...input, fingerprint });
    await desk.jobs.settled(jobId);
    expect(await latest('cards.issue')).toMatchObject({ amount: 1_200, names: [`batch #${batchId} 十一月活动`] });

    const again = await desk.call('cards.batches.rollback.preview', { id: batchId });
    const answer = await desk.call('cards.batches.rollback', { id: batchId, fingerprint: again.fingerprint });
    if (!answer.done) await desk.jobs.settled(answer.jobId);
    const { amount, names } = await latest('cards.batches.rollback');
    expect(amount).toBe(1_200);
    expect(names[0]).toBe(`batch #${batchId} 十一月活动`);
  });

  test('a batch whose cards have owners or replace others is counted by its cards too', async () => {
    const input = {
      type: 'month' as const,
      format: { kind: 'grouped' as const },
      assign: { names: ['Bob', 'boss'] },
    };
    const { fingerprint } = await desk.call('cards.issue.preview', input);
    const { jobId, batchId } = await desk.call('cards.issue', { ...input, fingerprint });
    await desk.jobs.settled(jobId);
    expect(await latest('cards.issue')).toMatchObject({ amount: 2 });
    const again = await desk.call('cards.batches.rollback.preview', { id: batchId });
    await desk.call('cards.batches.rollback', { id: batchId, fingerprint: again.fingerprint });
    expect(await latest('cards.batches.rollback')).toMatchObject({ amount: 2 });

    const [card] = await addStock(desk, 1);
    if (!card) throw new Error('no card');
    await doCards(desk, 'reissue', { who: { ids: [card.id] } });
    expect(await latest('cards.reissue')).toMatchObject({ amount: 1 });
  });

  test('a user who is called like a batch keeps that name', async () => {
    await addPeople(desk.site.db, [{ username: 'batch:1' }]);
    const input = { who: { names: ['batch:1'] }, reason: 'fraud' as const };
    const { fingerprint } = await desk.call('users.ban.preview', input);
    await desk.call('users.ban', { ...input, fingerprint });
    expect(await latest('users.ban')).toMatchObject({ amount: 1, names: ['batch:1'] });
  });

  test('cards are named by their masked keys, deleted ones as such, users by their names', async () => {
    const [card, gone] = await addStock(desk, 2);
    if (!card || !gone) throw new Error('no cards');
    await doCards(desk, 'revoke', { who: { ids: [card.id, gone.id] } });
    await desk.site.db.run('DELETE FROM card_keys WHERE key_hash = ?', [hashOf(gone.key)]);
    const { amount, names, sample } = await latest('cards.revoke');
    expect(amount).toBe(2);
    expect([...names].sort()).toEqual(['a deleted key', `••••${card.key.slice(-4)}`].sort());
    expect([...sample].sort()).toEqual([card.hash, gone.hash].sort());

    const input = { who: { names: ['Bob'] }, reason: 'fraud' as const };
    const { fingerprint } = await desk.call('users.ban.preview', input);
    await desk.call('users.ban', { ...input, fingerprint });
    expect(await latest('users.ban')).toMatchObject({ amount: 1, names: ['Bob'] });
  });
});
