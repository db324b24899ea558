import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prune } from '../../../electron/operations/desk/prune.js';
import { engines } from '../../sandbox/database.js';
import { openTestSite, type TestSite } from '../helpers.js';

describe.each(engines())('what has served is forgotten, on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    const { db } = desk.site;
    await db.run(
      `INSERT INTO console_idempotency (idempotency_key, operator, operation, input_hash, audit_id, answer, created_at) VALUES
       ('old-key-00', 'boss', 'users.ban', '', 1, '1', UTC_TIMESTAMP(3) - INTERVAL 31 DAY),
       ('new-key-00', 'boss', 'users.ban', '', 2, '1', UTC_TIMESTAMP(3) - INTERVAL 29 DAY)`,
    );
    await db.run(
      `INSERT INTO console_jobs (id, operation, input, operator, operator_role, origin, state, total, created_at, finished_at) VALUES
       ('ended', 'users.ban', '{}', 'boss', 'owner', 'window', 'done', 3000, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) - INTERVAL 8 DAY),
       ('fresh', 'users.ban', '{}', 'boss', 'owner', 'window', 'done', 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) - INTERVAL 6 DAY),
       ('paused', 'users.ban', '{}', 'boss', 'owner', 'window', 'paused', 1, UTC_TIMESTAMP(3) - INTERVAL 90 DAY, NULL)`,
    );
    const items = Array.from({ length: 3_000 }, (_, seq) => ['ended', seq, 'x'] as const);
    await db.run('INSERT INTO console_job_items (job_id, seq, target) VALUES ?', [
      [...items, ['fresh', 0, 'x'], ['paused', 0, 'x']],
    ]);
  });
  afterAll(() => desk.close());

  test('old keys and the sets of ended jobs go, piece by piece; the rest stays', async () => {
    expect(await prune(desk.site)).toBe(2_001);
    expect(await prune(desk.site)).toBe(1_000);
    expect(await prune(desk.site)).toBe(0);
    const { db } = desk.site;
    expect(await db.rows('SELECT idempotency_key AS k FROM console_idempotency')).toEqual([{ k: 'new-key-00' }]);
    expect(await db.rows('SELECT job_id AS j FROM console_job_items ORDER BY job_id')).toEqual([
      { j: 'fresh' },
      { j: 'paused' },
    ]);
    expect(await db.rows('SELECT id FROM console_jobs')).toHaveLength(3);
  });
});
