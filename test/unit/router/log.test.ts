import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { Refusal } from '../../../electron/contract/errors.js';
import { createLog } from '../../../electron/router/log.js';

test('what drivers hang on their errors does not reach the log: statements with values, commands with passwords', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'moondesk-log-'));
  try {
    const path = join(folder, 'moondesk.log');
    const log = createLog(path);
    const sql = Object.assign(new Error('Data too long'), {
      errno: 1406,
      sql: "UPDATE users SET password_hash = 'deadbeef' WHERE id = 1",
    });
    const redis = Object.assign(new Error('NOPERM'), { command: { name: 'auth', args: ['deadbeef'] } });
    log.error({ err: sql, reference: 'r1' }, 'one');
    log.error({ err: new Refusal('conflict', { zh: '', en: 'other' }, { cause: redis }) }, 'two');
    const text = await vi.waitFor(() => {
      const written = readFileSync(path, 'utf8');
      expect(written.trim().split('\n')).toHaveLength(2);
      return written;
    });
    expect(text).toContain('Data too long');
    expect(text).toContain('1406');
    expect(text).toContain('NOPERM');
    expect(text).not.toContain('deadbeef');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
