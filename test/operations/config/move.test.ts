import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configState } from '../../../electron/operations/config/state.js';
import { createStorage } from '../../../electron/storage/index.js';
import { engines } from '../../sandbox/database.js';
import { codeOf, openTestSite, type TestSite } from '../helpers.js';
import { addPeople } from '../fixtures/users.js';

/** Text that JSON.parse followed by JSON.stringify would change. */
const odd = '{ "username":"odd" , "role": "user","big":12345678901234567890, "one":1.0 }';

describe.each(engines())('moving the config’s entries on %s', (engine) => {
  let desk: TestSite;
  beforeEach(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [
      { username: 'boss', role: 'owner' },
      { username: 'ann', tags: '["vip"]' },
      { username: 'ben', entry: { banned: true } },
    ]);
    const [row] = await desk.site.db.rows<{ text: string }>(
      'SELECT CAST(config_value AS CHAR) AS text FROM admin_configs',
    );
    const text = (row?.text ?? '').replace(/\]\s*\}\s*\}\s*$/, `, ${odd} ] } }`);
    await desk.site.db.run('UPDATE admin_configs SET config_value = ?', [text]);
  });
  afterEach(() => desk.close());

  const stored = async (): Promise<string> =>
    (await desk.site.db.rows<{ text: string }>('SELECT CAST(config_value AS CHAR) AS text FROM admin_configs'))[0]
      ?.text ?? '';
  const move = async (to: 'rows' | 'document'): Promise<string> => {
    const { fingerprint } = await desk.call('config.move.preview', { to });
    return (await desk.call('config.move', { to, fingerprint })).auditId;
  };

  test('is previewed, happens whole, is written down, and goes back to the letter', async () => {
    const before = await stored();
    const site = createStorage({ engine: 'hybrid', mysql: desk.site.config.mysql, redis: desk.site.config.redis });
    try {
      const read = await site.getAdminConfig();
      expect(await desk.call('config.state', {})).toMatchObject({
        home: 'document',
        movable: true,
        entries: null,
        bytes: Buffer.byteLength(before),
        movedAt: null,
      });
      const plan = await desk.call('config.move.preview', { to: 'rows' });
      expect(plan).toMatchObject({ to: 'rows', entries: 4, withoutUser: 1, doubled: [], odd: 0 });
      expect(plan.drifted).toMatchObject({ banned: 1 });
      expect(plan.driftedSample).toContain('ben');
      expect(await stored()).toBe(before);

      const { auditId, home } = await desk.call('config.move', { to: 'rows', fingerprint: plan.fingerprint });
      expect(home).toBe('rows');
      expect(JSON.parse(await stored())).toMatchObject({ UserConfig: { Users: [] } });
      expect(await site.getAdminConfig()).toEqual(read);
      expect(await desk.call('config.state', {})).toMatchObject({
        home: 'rows',
        entries: { count: 4, exact: true },
        movedBy: 'boss',
        foundAgain: 0,
      });
      // The entries of a large site are not all counted: the number is the server's estimate, but at least what was
      // seen.
      const large = await configState({ site: desk.site, signal: new AbortController().signal }, 2);
      expect(large.entries).toMatchObject({ exact: false });
      expect(large.entries?.count).toBeGreaterThanOrEqual(3);
      const entry = await desk.call('audit.get', { id: auditId });
      expect(entry).toMatchObject({ operation: 'config.move', operator: 'boss', outcome: 'done' });
      expect(entry.proof.undo).toBe('impossible');
      expect(await codeOf(desk.call('config.move.preview', { to: 'rows' }))).toBe('conflict');

      await move('document');
      expect(await stored()).toBe(before);
      expect(await site.getAdminConfig()).toEqual(read);
      expect(await desk.call('config.state', {})).toMatchObject({ home: 'document', entries: null });
    } finally {
      await site.close();
    }
  });

  test('is refused where there is another entry than was shown, and where it was confirmed before', async () => {
    const { fingerprint } = await desk.call('config.move.preview', { to: 'rows' });
    await addPeople(desk.site.db, [{ username: 'cat' }]);
    expect(await codeOf(desk.call('config.move', { to: 'rows', fingerprint }))).toBe('stale_preview');
    expect(await desk.call('config.state', {})).toMatchObject({ home: 'document' });

    const again = await desk.call('config.move.preview', { to: 'rows' });
    const key = 'moved-once';
    const once = await desk.call('config.move', { to: 'rows', fingerprint: again.fingerprint }, { key });
    expect(await codeOf(desk.call('config.move', { to: 'rows', fingerprint: again.fingerprint }))).toBe('conflict');
    expect((await desk.call('config.state', {})).entries).toEqual({ count: once.entries, exact: true });
  });

  test('leaves the rows as they are when a move back is stale, and a move back that was begun can be called off', async () => {
    await move('rows');
    const { fingerprint } = await desk.call('config.move.preview', { to: 'document' });
    await desk.site.db.run("DELETE FROM console_config_entries WHERE username = 'ann'");
    expect(await codeOf(desk.call('config.move', { to: 'document', fingerprint }))).toBe('stale_preview');
    expect(await desk.call('config.state', {})).toMatchObject({ home: 'rows', entries: { count: 3, exact: true } });

    await desk.site.db.run("UPDATE console_config_state SET mode = 'leaving'");
    expect(await desk.call('config.state', {})).toMatchObject({ home: 'leaving' });
    expect(await desk.call('config.move.callOff', {})).toMatchObject({ home: 'rows', entries: 3 });
    expect(await desk.call('config.state', {})).toMatchObject({ home: 'rows' });
    await desk.site.db.run("UPDATE console_config_state SET mode = 'leaving'");
    await move('document');
    expect(await desk.call('config.state', {})).toMatchObject({ home: 'document' });
  });

  test('that was not begun cannot be called off, wherever the entries are', async () => {
    for (const home of ['document', 'rows'] as const) {
      if (home === 'rows') await move('rows');
      expect(await codeOf(desk.call('config.move.callOff', {}))).toBe('conflict');
      expect(await desk.call('config.state', {})).toMatchObject({ home });
    }
    const told = await desk.site.db.rows<{ outcome: string }>(
      "SELECT outcome FROM console_audit WHERE operation = 'config.move.callOff'",
    );
    expect(told.map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
  });

  test('is not offered where migration 0005 has not run', async () => {
    for (const table of ['console_config_state', 'console_config_changes', 'console_config_entries'])
      await desk.site.db.run(`DROP TABLE ${table}`);
    const other = await import('../helpers.js').then(({ openSite }) => openSite(desk.site.config));
    try {
      expect(await other.call('config.state', {})).toMatchObject({ home: 'document', movable: false });
      expect(await codeOf(other.call('config.move.preview', { to: 'rows' }))).toBe('unsupported');
    } finally {
      await other.close();
    }
  });
});
