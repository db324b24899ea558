import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeJobError } from '../../../electron/jobs/job-error.js';
import { engines } from '../../sandbox/database.js';
import { reported } from '../fixtures/card-files.js';
import { addPeople, addSession } from '../fixtures/users.js';
import { banned, openTestSite, type TestSite } from '../helpers.js';

describe.each(engines())('how an audited operation ended, on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
  });
  afterAll(() => desk.close());

  /** An entry with its job, as the job runner leaves them. */
  const entryOf = async (
    outcome: 'running' | 'done',
    job: { readonly state: string; readonly done: number; readonly skipped: number; readonly error?: string },
  ): Promise<string> => {
    const { insertId } = await desk.site.db.run(
      `INSERT INTO console_audit (at, operator, operator_role, origin, operation, input, outcome, targets, job_id)
       VALUES (UTC_TIMESTAMP(3), 'boss', 'owner', 'window', 'users.ban', '{}', ?, ?, UUID())`,
      [outcome, job.done],
    );
    await desk.site.db.run(
      `INSERT INTO console_jobs (id, operation, input, operator, operator_role, origin, state, total, done, skipped, audit_id, error, created_at)
       SELECT job_id, operation, input, operator, operator_role, origin, ?, 10, ?, ?, id, ?, at FROM console_audit WHERE id = ?`,
      [job.state, job.done, job.skipped, job.error ?? null, insertId],
    );
    return insertId;
  };

  test.each(['null', '{}', '[1]', '"x"', '7', '', '{'])('an entry spoilt with %j hides no other', async (spoilt) => {
    const { insertId } = await desk.site.db.run(
      `INSERT INTO console_audit (at, operator, operator_role, origin, operation, input, outcome, sample, places, error)
       VALUES (UTC_TIMESTAMP(3), 'boss', 'owner', 'window', 'cards.issue', '{}', 'done', ?, ?, ?)`,
      [spoilt, spoilt, spoilt],
    );
    const { rows } = await desk.call('audit.list', {});
    expect(rows.find(({ id }) => id === insertId)).toMatchObject({ sample: [], names: [], undo: 'impossible' });
    expect(await desk.call('audit.get', { id: insertId })).toMatchObject({ id: insertId, sample: [] });
  });

  test.each([
    ['running', { state: 'running', done: 3, skipped: 0 }, 'running', 'impossible'],
    ['running', { state: 'paused', done: 3, skipped: 1 }, 'running', 'impossible'],
    ['done', { state: 'done', done: 10, skipped: 0 }, 'done', 'possible'],
    ['done', { state: 'done', done: 7, skipped: 3 }, 'partly', 'possible'],
    ['done', { state: 'done', done: 0, skipped: 10 }, 'failed', 'impossible'],
    ['done', { state: 'cancelled', done: 4, skipped: 0 }, 'stopped', 'possible'],
    ['running', { state: 'failed', done: 4, skipped: 0 }, 'failed', 'impossible'],
  ] as const)('stored as %s with the job %j it is %s', async (stored, job, outcome, undo) => {
    const id = await entryOf(stored, job);
    const one = await desk.call('audit.get', { id });
    expect(one).toMatchObject({
      outcome,
      undo,
      job: { done: job.done, skipped: job.skipped, left: 10 - job.done - job.skipped },
    });
    const found = async (wanted: typeof outcome) =>
      (await desk.call('audit.list', { filter: { outcome: wanted } })).rows.map((row) => row.id);
    expect(await found(outcome)).toContain(id);
    for (const other of ['running', 'done', 'partly', 'stopped', 'failed'] as const)
      if (other !== outcome) expect(await found(other)).not.toContain(id);
    expect((await desk.call('audit.proof', { id })).undo).toBe(undo);
  });

  test('why a job failed is told in the language of whoever looks', async () => {
    const error = writeJobError({ zh: '磁盘已满', en: 'The disk is full' });
    const id = await entryOf('running', { state: 'failed', done: 4, skipped: 0, error });
    expect((await desk.call('audit.get', { id })).error).toBe('The disk is full');
    await expect(desk.call('audit.undo.preview', { id })).rejects.toMatchObject({
      hint: { en: 'Its job failed half-way: let it go on, or cancel it.' },
    });
  });

  test('a refused attempt is told in both languages, an unexpected error as it was', async () => {
    const input = { who: { names: ['boss'] }, reason: 'fraud' as const, fingerprint: '0123456789abcdef' };
    await expect(desk.call('users.ban', input)).rejects.toThrow();
    const [refused] = (await desk.call('audit.list', { filter: { outcome: 'refused' }, limit: 1 })).rows;
    const [stored] = await desk.site.db.rows<{ error: string }>('SELECT error FROM console_audit WHERE id = ?', [
      refused?.id ?? '',
    ]);
    const { zh, en } = JSON.parse(stored?.error ?? '{}') as { readonly zh: string; readonly en: string };
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(refused?.error).toBe(en);
    expect((await desk.call('audit.get', { id: refused?.id ?? '' })).error).toBe(en);
  });

  test('what another version has written still reads', async () => {
    const { insertId: id } = await desk.site.db.run(
      `INSERT INTO console_audit (at, operator, operator_role, origin, operation, input, outcome, error, targets, job_id)
       VALUES (UTC_TIMESTAMP(3), 'boss', 'owner', 'satellite', 'points.donate', '{}', 'done', 'plain words', 1, 'a job that is gone')`,
    );
    const one = await desk.call('audit.get', { id });
    expect(one).toMatchObject({
      label: 'points.donate, unknown to this version',
      origin: 'satellite',
      outcome: 'done',
      error: 'plain words',
      job: null,
    });
  });

  test('a file that could not be read to its end is no import that was done', async () => {
    const latest = async () => (await desk.call('audit.list', { filter: { operation: 'cards.import.read' } })).rows[0];
    await reported(desk, 'good.txt', 'GOOD-000000000001\n');
    expect(await latest()).toMatchObject({ outcome: 'done', error: null });
    const failed = await reported(desk, 'bad.csv', 'month,someone\nyear,else\n').catch((error: unknown) => error);
    expect(failed).toMatchObject({ job: { state: 'failed' } });
    expect(await latest()).toMatchObject({ outcome: 'failed', error: expect.any(String) as string });

    const path = join(desk.folder, 'long.txt');
    await writeFile(
      path,
      Array.from({ length: 400_000 }, (_, at) => `STOP-${String(at).padStart(12, '0')}`).join('\n'),
    );
    const { jobId } = await desk.call('cards.import.read', { type: 'month', path });
    await desk.call('jobs.cancel', { id: jobId });
    await desk.settled(jobId);
    expect(await latest()).toMatchObject({ outcome: 'stopped', error: 'Cancelled' });
  });

  test('a file that could not be written to its end was not exported', async () => {
    const { saving } = desk.console;
    desk.console.saving = () =>
      Promise.resolve({ path: join(desk.folder, 'full.csv'), stream: createWriteStream('/dev/full') });
    const { jobId } = await desk.call('audit.export', {});
    expect(await desk.settled(jobId)).toMatchObject({ state: 'failed' });
    desk.console.saving = saving;
    const latest = async () => (await desk.call('audit.list', { filter: { operation: 'audit.export' } })).rows[0];
    expect(await latest()).toMatchObject({
      outcome: 'failed',
      error: 'The disk is full. Choose another place or name.',
    });
    const whole = await desk.call('audit.export', {});
    expect(await desk.settled(whole.jobId)).toMatchObject({ state: 'done' });
    expect(await latest()).toMatchObject({ outcome: 'done', error: null });
  });

  test('the proof of an undo counts what came back, and names the sessions that did not', async () => {
    await addPeople(desk.site.db, [{ username: 'back', token: 'tv', code: 'BACK0000' }, { username: 'plain' }]);
    await addSession(desk.site, 'back', 'back-1');
    await addSession(desk.site, 'back', 'back-2');
    const undone = async (names: string[]) => {
      const id = await banned(desk, names);
      const { fingerprint, effects } = await desk.call('audit.undo.preview', { id });
      const answer = await desk.call('audit.undo', { id, fingerprint });
      if (!answer.done) throw new Error('became a job');
      return { effects, proof: await desk.call('audit.proof', { id: answer.proof.auditId }) };
    };
    const { effects, proof } = await undone(['back']);
    expect(effects).toEqual({ sessions_not_restored: 2 });
    expect(proof.notRestored).toEqual({ sessions: 2 });
    const place = (name: string) => proof.places.find((one) => one.place === name);
    expect(place('tvbox')).toMatchObject({ state: 'done', count: 1 });
    expect(place('invitation_code')).toMatchObject({ state: 'done', count: 1 });
    expect(place('sessions')).toMatchObject({ state: 'none', count: 0 });

    const without = (await undone(['plain'])).proof;
    expect(without.notRestored).toBeUndefined();
    expect(without.places.find((one) => one.place === 'tvbox')).toMatchObject({ state: 'none', count: 0 });
    expect(await desk.site.db.rows("SELECT tvbox_token FROM users WHERE username = 'back'")).toEqual([
      { tvbox_token: 'tv' },
    ]);
  });
});
