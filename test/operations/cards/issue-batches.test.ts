// @module-tag long
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Issued } from '../../../electron/contract/cards-issue.js';
import type { Input } from '../../../electron/contract/index.js';
import type { Changed } from '../../../electron/contract/common.js';
import { rollbackStep } from '../../../electron/operations/cards/issue/rollback.js';
import type { Transaction } from '../../../electron/data/mysql/database.js';
import { Consequences } from '../../../electron/data/write/write-path.js';
import { Change } from '../../../electron/data/write/audited-change.js';
import { engines } from '../../sandbox/database.js';
import { admin, codeOf, openTestSite, type TestSite } from '../helpers.js';
import { addPeople } from '../fixtures/users.js';

async function issued(desk: TestSite, input: Input<'cards.issue.preview'>): Promise<Issued> {
  const { fingerprint } = await desk.call('cards.issue.preview', input);
  const answer = await desk.call('cards.issue', { ...input, fingerprint });
  await desk.settled(answer.jobId);
  return answer;
}

async function rollBack(desk: TestSite, id: string): Promise<Changed> {
  const { fingerprint } = await desk.call('cards.batches.rollback.preview', { id });
  return desk.call('cards.batches.rollback', { id, fingerprint });
}

const funnelOf = async (desk: TestSite, id: string) => (await desk.call('cards.batches.get', { id })).funnel;

describe.each(engines())('batches on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'buyer' }, { username: 'friend' }]);
  });
  afterAll(() => desk.close());

  /** The ids of a batch's cards. */
  const idsOf = async (batch: string): Promise<string[]> =>
    (
      await desk.site.db.rows<{ id: string }>(
        'SELECT c.id FROM console_card_ranges r JOIN card_keys c ON c.id BETWEEN r.first_id AND r.last_id WHERE r.batch_id = ? ORDER BY c.id',
        [batch],
      )
    ).map((row) => row.id);

  test('are listed newest first, a page at a time, with their jobs', async () => {
    const made: string[] = [];
    for (const channel of ['a', 'b', 'c'])
      made.unshift((await issued(desk, { type: 'month', count: 5, channel, note: `for ${channel}` })).batchId);
    const first = await desk.call('cards.batches.list', { limit: 2 });
    const second = await desk.call('cards.batches.list', { limit: 2, after: first.next ?? '' });
    expect([...first.rows, ...second.rows].map((row) => row.id)).toEqual(made);
    expect(second.next).toBeNull();
    expect(first.rows[0]).toMatchObject({
      kind: 'issue',
      type: 'month',
      wanted: 5,
      issued: 5,
      note: 'for c',
      channel: 'c',
      operator: 'boss',
      jobState: 'done',
      rolledBack: 0,
    });
    expect(await codeOf(desk.call('cards.batches.list', { after: 'nonsense' }))).toBe('invalid_input');
    // The audit is sorted by id as well, but does not accept this cursor.
    expect(await codeOf(desk.call('audit.list', { after: first.next ?? '' }))).toBe('invalid_input');
    expect(await codeOf(desk.call('cards.batches.get', { id: '999999' }))).toBe('not_found');
  });

  test.each(['CASCADE', 'RESTRICT'])('that another table of the site refers to: ON DELETE %s', async (rule) => {
    const { site } = desk;
    const { batchId } = await issued(desk, { type: 'month', count: 3 });
    await site.db.run(
      `CREATE TABLE orders (id INT PRIMARY KEY AUTO_INCREMENT, card BIGINT NOT NULL, FOREIGN KEY (card) REFERENCES card_keys(id) ON DELETE ${rule}) ENGINE=InnoDB`,
    );
    try {
      const [id = ''] = await idsOf(batchId);
      await site.db.run('INSERT INTO orders (card) VALUES (?)', [id]);
      if (rule === 'RESTRICT') {
        expect(await codeOf(rollBack(desk, batchId))).toBe('unsupported');
        expect(await idsOf(batchId)).toHaveLength(3);
      } else expect(await rollBack(desk, batchId)).toMatchObject({ changed: 3, proof: { undo: 'impossible' } });
    } finally {
      await site.db.run('DROP TABLE orders');
    }
  });

  test('come back from a rollback with what a site keeps in columns of its own', async () => {
    const { site } = desk;
    const { batchId } = await issued(desk, { type: 'month', count: 2 });
    await site.db.run('ALTER TABLE card_keys ADD COLUMN price INT NULL');
    try {
      const ids = await idsOf(batchId);
      await site.db.run('UPDATE card_keys SET price = 25 WHERE id IN (?)', [ids]);
      const answer = await rollBack(desk, batchId);
      if (!answer.done) throw new Error('became a job');
      const { fingerprint } = await desk.call('audit.undo.preview', { id: answer.proof.auditId });
      await desk.call('audit.undo', { id: answer.proof.auditId, fingerprint });
      expect(await site.db.rows('SELECT price FROM card_keys WHERE id IN (?)', [ids])).toEqual([
        { price: 25 },
        { price: 25 },
      ]);
    } finally {
      await site.db.run('ALTER TABLE card_keys DROP COLUMN price');
    }
  });

  test('tell what has become of their cards, and who looked at them', async () => {
    const { batchId } = await issued(desk, { type: 'week', count: 8, format: { kind: 'site' } });
    const ids = await idsOf(batchId);
    const card = (at: number): bigint => BigInt(ids[at] ?? '0');
    await desk.site.db.run(
      "UPDATE card_keys SET status = 'used', bound_to = 'buyer', bound_at = UTC_TIMESTAMP() WHERE id = ?",
      [card(0)],
    );
    await desk.site.db.run('UPDATE card_keys SET expires_at = UTC_TIMESTAMP() - INTERVAL 1 DAY WHERE id = ?', [
      card(1),
    ]);
    await desk.site.db.run("UPDATE card_keys SET status = 'expired', expires_at = UTC_TIMESTAMP() WHERE id = ?", [
      card(2),
    ]);
    await desk.site.db.run(
      'INSERT INTO console_card_marks (card_id, key_hash, revoked_at, revoked_by, audit_id) SELECT id, key_hash, UTC_TIMESTAMP(), ?, 1 FROM card_keys WHERE id = ?',
      ['boss', card(2)],
    );
    await desk.site.db.run('DELETE FROM card_keys WHERE id = ?', [card(3)]);
    await desk.call('cards.reveal', { ids: [ids[4] ?? '', ids[5] ?? ''] });
    const batch = await desk.call('cards.batches.get', { id: batchId });
    expect(batch.funnel).toEqual({ unused: 4, used: 1, expired: 1, revoked: 1, gone: 1 });
    expect(batch.format).toEqual({ kind: 'site' });
    expect(batch.taken).toMatchObject([{ by: 'boss', how: 'reveal', format: null, count: 2 }]);
    const { rows } = await desk.call('audit.list', { filter: { target: `batch:${batchId}` } });
    expect(rows.map((row) => row.id)).toEqual([batch.auditId]);

    const preview = await desk.call('cards.batches.rollback.preview', { id: batchId });
    expect(preview).toMatchObject({ changed: 4, matching: 7, asJob: false });
    expect(Object.fromEntries(preview.skipped.map(({ why, count }) => [why, count]))).toEqual({
      card_used: 1,
      card_expired: 1,
      card_revoked: 1,
    });
    const plain = await desk.site.db.rows<{ plain_key: string }>('SELECT plain_key FROM card_keys');
    for (const { plain_key: key } of plain) expect(JSON.stringify(preview)).not.toContain(key);
  });

  test('are rolled back as far as nobody uses them, with the records of whom they were assigned to, and that is undone', async () => {
    const { batchId } = await issued(desk, { type: 'month', assign: { names: ['buyer', 'friend'] } });
    const [used] = await idsOf(batchId);
    const everything = () =>
      desk.site.db.rows(
        'SELECT c.*, k.id AS record, k.username, k.source FROM card_keys c LEFT JOIN user_card_keys k ON k.key_hash = c.key_hash ORDER BY c.id',
      );
    await desk.site.db.run(
      "UPDATE card_keys c JOIN user_card_keys k ON k.key_hash = c.key_hash SET c.status = 'used', c.bound_to = k.username, c.bound_at = UTC_TIMESTAMP(), k.status = 'used' WHERE c.id = ?",
      [BigInt(used ?? '0')],
    );
    const before = await everything();
    const preview = await desk.call('cards.batches.rollback.preview', { id: batchId });
    expect(preview).toMatchObject({ changed: 1, effects: { assigned: 1 } });
    const done = await desk.call('cards.batches.rollback', { id: batchId, fingerprint: preview.fingerprint });
    if (!done.done) throw new Error('became a job');
    expect(done).toMatchObject({ changed: 1, skipped: [{ why: 'card_used', count: 1 }], proof: { undo: 'possible' } });
    expect(await idsOf(batchId)).toEqual([used]);
    expect(await desk.call('cards.batches.get', { id: batchId })).toMatchObject({
      rolledBack: 1,
      funnel: { unused: 0, used: 1, gone: 1 },
    });
    const shown = JSON.stringify(await desk.call('audit.get', { id: done.proof.auditId }));
    for (const row of before as { plain_key: string }[]) expect(shown).not.toContain(row.plain_key);

    const undo = await desk.call('audit.undo.preview', { id: done.proof.auditId });
    await desk.call('audit.undo', { id: done.proof.auditId, fingerprint: undo.fingerprint });
    expect(await everything()).toEqual(before);
    expect(await desk.call('cards.batches.get', { id: batchId })).toMatchObject({ rolledBack: 0, funnel: { gone: 0 } });
  });

  test('are rolled back by an admin only where no owner or other admin has cards of them', async () => {
    await addPeople(desk.site.db, [
      { username: 'helper', role: 'admin' },
      { username: 'other', role: 'admin' },
    ]);
    const own = await issued(desk, { type: 'week', assign: { names: ['buyer', 'helper'] } });
    const { batchId: id } = await issued(desk, { type: 'week', assign: { names: ['buyer', 'other'] } });
    const options = { operator: admin };
    expect(await codeOf(desk.call('cards.batches.rollback.preview', { id }, options))).toBe('forbidden');
    const { fingerprint } = await desk.call('cards.batches.rollback.preview', { id });
    expect(await codeOf(desk.call('cards.batches.rollback', { id, fingerprint }, options))).toBe('forbidden');
    expect(await rollBack(desk, id)).toMatchObject({ done: true, changed: 2 });
    expect(await desk.call('cards.batches.rollback.preview', { id: own.batchId }, options)).toMatchObject({
      changed: 2,
    });
  });

  test('are stale when somebody has used one since the preview', async () => {
    const { batchId } = await issued(desk, { type: 'month', count: 3 });
    const { fingerprint } = await desk.call('cards.batches.rollback.preview', { id: batchId });
    const [id] = await idsOf(batchId);
    await desk.site.db.run("UPDATE card_keys SET status = 'used', bound_to = 'buyer' WHERE id = ?", [
      BigInt(id ?? '0'),
    ]);
    expect(await codeOf(desk.call('cards.batches.rollback', { id: batchId, fingerprint }))).toBe('stale_preview');
    expect(await idsOf(batchId)).toHaveLength(3);
  });

  test('are rolled back as a job where they are large, which leaves alone what was used meanwhile', async () => {
    const { batchId } = await issued(desk, { type: 'quarter', count: 3_500 });
    const ids = await idsOf(batchId);
    const answer = await rollBack(desk, batchId);
    if (answer.done) throw new Error('was not a job');
    expect(answer.total).toBe(3_500);
    await desk.site.db.run("UPDATE card_keys SET status = 'used', bound_to = 'buyer' WHERE id = ?", [
      BigInt(ids[3_499] ?? '0'),
    ]);
    const job = await desk.settled(answer.jobId);
    expect(job).toMatchObject({ state: 'done', failed: 0 });
    const left = await idsOf(batchId);
    expect(job.done + left.length).toBe(3_500);
    expect(job.skipped).toBe(left.length);
    const funnel = await funnelOf(desk, batchId);
    expect(funnel).toMatchObject({ unused: 0, used: left.length, gone: job.done });
    expect((await desk.call('cards.batches.get', { id: batchId })).rolledBack).toBe(job.done);
  });

  test('are not rolled back while they are still being filled', async () => {
    const input = { type: 'month' as const, count: 200_000 };
    const { fingerprint } = await desk.call('cards.issue.preview', input);
    const { jobId, batchId } = await desk.call('cards.issue', { ...input, fingerprint });
    expect(await codeOf(desk.call('cards.batches.rollback.preview', { id: batchId }))).toBe('conflict');
    await desk.call('jobs.cancel', { id: jobId });
    await desk.settled(jobId);
    expect(await codeOf(desk.call('cards.batches.rollback.preview', { id: batchId }))).toBe('no refusal: null');
  }, 60_000);

  test('are filled no further once they were rolled back, until that is undone', async () => {
    const input = { type: 'week' as const, count: 60_000 };
    const { fingerprint } = await desk.call('cards.issue.preview', input);
    const { jobId, batchId } = await desk.call('cards.issue', { ...input, fingerprint });
    await desk.begun(jobId);
    await desk.call('jobs.cancel', { id: jobId });
    expect(await desk.settled(jobId)).toMatchObject({ state: 'cancelled' });
    const back = await rollBack(desk, batchId);
    if (back.done) throw new Error('was not a job');
    expect(await codeOf(desk.call('jobs.resume', { id: jobId }))).toBe('conflict');
    const { audits } = await desk.settled(back.jobId);
    expect(await codeOf(desk.call('jobs.resume', { id: jobId }))).toBe('conflict');
    expect(await desk.jobs.get(jobId, (name) => name)).toMatchObject({ state: 'cancelled' });
    expect(await funnelOf(desk, batchId)).toMatchObject({ unused: 0 });

    const [id = ''] = audits;
    const undo = await desk.call('audit.undo.preview', { id });
    const undone = await desk.call('audit.undo', { id, fingerprint: undo.fingerprint });
    if (!undone.done) await desk.settled(undone.jobId);
    await desk.call('jobs.resume', { id: jobId });
    expect(await desk.settled(jobId)).toMatchObject({ state: 'done', done: 60_000 });
    expect(await funnelOf(desk, batchId)).toMatchObject({ unused: 60_000, gone: 0 });
  }, 120_000);

  test('for users are filled no further once it is forgotten who they were', async () => {
    const { batchId, jobId } = await issued(desk, { type: 'week', assign: { names: ['buyer', 'friend'] } });
    // As if the job had been cancelled before the second card.
    await desk.site.db.run("UPDATE console_jobs SET state = 'cancelled', done = 1, next_seq = 1 WHERE id = ?", [jobId]);
    await desk.site.db.run('DELETE FROM console_job_items WHERE job_id = ?', [jobId]);
    expect(await codeOf(desk.call('jobs.resume', { id: jobId }))).toBe('conflict');
    expect(await idsOf(batchId)).toHaveLength(2);
  });

  test('are not rolled back any further once the rollback was undone', async () => {
    const { batchId } = await issued(desk, { type: 'week', count: 30_000 });
    const back = await rollBack(desk, batchId);
    if (back.done) throw new Error('was not a job');
    await desk.begun(back.jobId);
    await desk.call('jobs.cancel', { id: back.jobId });
    const { state, audits } = await desk.settled(back.jobId);
    expect(state).toBe('cancelled');
    const [id = ''] = audits;
    const undo = await desk.call('audit.undo.preview', { id });
    const undone = await desk.call('audit.undo', { id, fingerprint: undo.fingerprint });
    if (!undone.done) await desk.settled(undone.jobId);
    expect(await codeOf(desk.call('jobs.resume', { id: back.jobId }))).toBe('conflict');
    expect(await funnelOf(desk, batchId)).toMatchObject({ unused: 30_000, gone: 0 });
  }, 120_000);

  test('lose nothing out of sight to a chunk that was taken back', async () => {
    const { batchId, jobId } = await issued(desk, { type: 'week', count: 5 });
    const author = { operator: 'boss', role: 'owner', origin: 'job' } as const;
    const context = { site: desk.site, author, input: { id: batchId }, jobId, from: 0, left: 5 };
    const changeIn = (tx: Transaction): Change => {
      const consequences = new Consequences();
      consequences.auditId = '1';
      return new Change(tx, consequences);
    };
    const broken = desk.site.db.transaction(async (tx) => {
      await rollbackStep.run(changeIn(tx), context);
      throw new Error('the server went away');
    });
    await expect(broken).rejects.toThrow('the server went away');
    const again = await desk.site.db.transaction((tx) => rollbackStep.run(changeIn(tx), context));
    expect(again).toEqual({ changed: 5, skipped: 0 });
    rollbackStep.release?.(jobId);
  });
});
