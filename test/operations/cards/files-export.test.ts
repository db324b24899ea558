// @module-tag long
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { Decrypter } from 'age-encryption';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Input } from '../../../electron/contract/index.js';
import { engines } from '../../sandbox/database.js';
import { addTestCards, exported, imported, reportedFile, sha256, stock, writtenDown } from '../fixtures/card-files.js';
import { admin, codeOf, openSite, openTestSite, type TestSite } from '../helpers.js';
import { stuckFile } from '../fixtures/stuck-file.js';
import { addPeople } from '../fixtures/users.js';

const plain = [
  'AAAA-BBBB-CCCC-DDD1',
  '=cmd|calc',
  "'quoted",
  'with,comma"and',
  '短卡密一二三四五六七八九十',
  'Zz09Zz09Zz09Zz09',
];

describe.each(engines())('files of card keys from %s', (engine) => {
  let desk: TestSite;
  let other: TestSite;
  let ids: string[];
  beforeAll(async () => {
    desk = await openTestSite(engine);
    other = await openTestSite(engine);
    for (const site of [desk, other])
      await addPeople(site.site.db, [
        { username: 'boss', role: 'owner' },
        { username: 'helper', role: 'admin' },
        { username: '=anna' },
      ]);
    ids = await addTestCards(desk, [
      ...plain.map((key) => ({ key })),
      { key: 'USED-KEY-000000001', status: 'used', boundTo: '=anna', type: 'year' },
      { key: 'STALE-KEY-00000001', expires: '2026-02-02 00:00:00' },
    ]);
  });
  afterAll(async () => {
    await desk.close();
    await other.close();
  });
  afterEach(async () => {
    for (const site of [desk, other]) {
      for (const name of await readdir(site.folder)) await rm(join(site.folder, name));
    }
    await other.site.db.run('DELETE FROM card_keys');
  });

  test('CSV has every column, a BOM, and cells that no spreadsheet runs', async () => {
    const { job, bytes, text, path } = await exported(desk, { format: 'csv', descending: false });
    expect(job).toMatchObject({ state: 'done', total: 8, done: 8 });
    expect(path).toMatch(/\b8-\d{4}-\d\d-\d\d-\d{4}-card-keys\.csv$/);
    expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
    const lines = text.slice(1).split('\n');
    expect(lines[0]).toBe('id,key,key_hash,type,state,created_at,expires_at,bound_to,bound_at,assigned_to,batch');
    expect(lines[1]).toBe(
      `${ids[0] ?? ''},AAAA-BBBB-CCCC-DDD1,${sha256('AAAA-BBBB-CCCC-DDD1')},month,unused,2026-01-02T03:04:05Z,2037-01-02T03:04:05Z,,,,`,
    );
    expect(lines[2]).toContain(",'=cmd|calc,");
    expect(lines[7]).toContain(",used,2026-01-02T03:04:05Z,2037-01-02T03:04:05Z,'=anna,2026-02-03T04:05:06Z");
    expect(lines[8]).toContain(',expired,');
  });

  test('TXT has one key a line, exactly', async () => {
    const { text } = await exported(desk, { format: 'txt', filter: { states: ['unused'] }, descending: false });
    expect(text).toBe(plain.map((key) => `${key}\n`).join(''));
  });

  test('the site’s CSV is as the site writes it, but no spreadsheet runs what is in it', async () => {
    const { text, path } = await exported(desk, { format: 'site', descending: false });
    const lines = text.split('\n');
    expect(path).toMatch(/\bsite-8-.*-card-keys\.csv$/);
    expect(lines[0]).toBe('密钥哈希,类型,状态,创建时间,过期时间,绑定用户,绑定时间');
    expect(lines[2]).toBe("'=cmd|calc,month,unused,2026-01-02T03:04:05.000Z,2037-01-02T03:04:05.000Z,,");
    expect(lines[7]).toBe(
      "USED-KEY-000000001,year,used,2026-01-02T03:04:05.000Z,2037-01-02T03:04:05.000Z,'=anna,2026-02-03T04:05:06.000Z",
    );
  });

  test.each(['csv', 'txt', 'site'] as const)(
    'what %s holds is imported elsewhere with equal hashes',
    async (format) => {
      const { path } = await exported(desk, { format, filter: { states: ['unused', 'expired'] } });
      const report = await reportedFile(other, path, { expiry: { kind: 'at', at: '2037-01-02T03:04:05Z' } });
      // A line of TXT has no apostrophe: a key that looks like a formula cannot be told from one. Nor has it an expiry.
      const lost = format === 'txt' ? 1 : 0;
      const ended = format === 'txt' ? 0 : 1;
      expect(report.counts).toMatchObject({ new: 7 - lost - ended, ended, malformed: lost });
      expect(await imported(other, report)).toMatchObject({ state: 'done', done: 7 - lost, skipped: 0 });
      const there = await stock(other);
      const here = (await stock(desk)).filter(
        (row) => row['status'] !== 'used' && (lost === 0 || row['plain_key'] !== '=cmd|calc'),
      );
      expect(there.map((row) => row['key_hash'])).toEqual(here.map((row) => row['key_hash']));
      if (format === 'txt') return;
      // The stale card is imported with its effective state.
      expect(there).toEqual(
        here.map((row) => (row['expires_at'] === '2026-02-02 00:00:00' ? { ...row, status: 'expired' } : row)),
      );
    },
  );

  test('a sheet is a PDF with a page for every 27 cards', async () => {
    const { bytes, path } = await exported(desk, { format: 'sheet', filter: { states: ['unused'] } });
    expect(path).toMatch(/\bunused-6-.*-card-keys\.pdf$/);
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    const text = bytes.toString('latin1');
    expect(text.match(/\/Type \/Page\b/g)).toHaveLength(1);
    expect(text.trimEnd().endsWith('%%EOF')).toBe(true);
    const stream = /stream\n([\s\S]*?)\nendstream/.exec(text)?.[1] ?? '';
    const drawn = inflateSync(Buffer.from(stream, 'latin1')).toString('latin1');
    const words = [...drawn.matchAll(/<([0-9a-f]+)>/g)].map((match) =>
      Buffer.from(match[1] ?? '', 'hex').toString('latin1'),
    );
    expect(words.join('')).toContain('AAAA-BBBB-CCCC-DDD1');
    expect(words.join('')).toContain('Month card');
    expect(words.join('')).toContain('until 2037-01-02 03:04 UTC');
  });

  test('with a passphrase the file is opened by that alone', async () => {
    const passphrase = 'correct horse battery';
    const { bytes, path } = await exported(desk, {
      format: 'txt',
      filter: { states: ['unused'] },
      descending: false,
      passphrase,
    });
    expect(path.endsWith('.txt.age')).toBe(true);
    expect(bytes.includes('AAAA-BBBB')).toBe(false);
    const right = new Decrypter();
    right.addPassphrase(passphrase);
    expect(await right.decrypt(bytes, 'text')).toBe(plain.map((key) => `${key}\n`).join(''));
    const wrong = new Decrypter();
    wrong.addPassphrase('wrong horse battery');
    await expect(wrong.decrypt(bytes)).rejects.toThrow();
    // A truncated file is detected.
    await expect(right.decrypt(bytes.subarray(0, -1))).rejects.toThrow();
    expect(await writtenDown(desk)).not.toContain(passphrase);
  });

  test('chosen and pasted cards, in the order of the list; each one’s story knows of it', async () => {
    const [first = '', , third = ''] = ids;
    const { text } = await exported(desk, { who: { ids: [first, third, '999999'] }, format: 'txt' });
    expect(text).toBe("'quoted\nAAAA-BBBB-CCCC-DDD1\n");
    const [row] = await desk.site.db.rows<{ after_image: string }>(
      'SELECT after_image FROM console_audit_targets WHERE target = ? ORDER BY audit_id DESC LIMIT 1',
      [sha256('AAAA-BBBB-CCCC-DDD1')],
    );
    expect(JSON.parse(row?.after_image ?? '{}')).toEqual({ export: [{ format: 'txt', cards: 1, encrypted: false }] });
    expect((await exported(desk, { who: { keys: ['Zz09Zz09Zz09Zz09'] }, format: 'txt' })).text).toBe(
      'Zz09Zz09Zz09Zz09\n',
    );
  });

  test('an export of a batch is found by the batch, and nothing plain is written down', async () => {
    await desk.site.db.run(
      "INSERT INTO console_card_ranges (first_id, last_id, batch_id, cards, digest) VALUES (?, ?, 77, 2, '')",
      [ids[0] ?? 0, ids[1] ?? 0],
    );
    const { text, path } = await exported(desk, { filter: { batch: '77' }, format: 'csv' });
    expect(path).toMatch(/\bbatch-77-2-.*-card-keys/);
    expect(text.trim().split('\n')[1]).toMatch(/,77$/);
    const [row] = await desk.site.db.rows<{ operation: string; operator: string; input: string; after_image: string }>(
      "SELECT a.operation, a.operator, a.input, t.after_image FROM console_audit a JOIN console_audit_targets t ON t.audit_id = a.id WHERE t.target = 'batch:77'",
    );
    expect(row).toMatchObject({ operation: 'cards.export', operator: 'boss' });
    expect(JSON.parse(row?.after_image ?? '')).toEqual({ export: [{ format: 'csv', cards: 2, encrypted: false }] });
    expect(JSON.parse(row?.input ?? '')).toMatchObject({ format: 'csv', filter: { batch: '77' } });
    const { rows: entries } = await desk.call('audit.list', { filter: { operation: 'cards.export' } });
    expect(entries.every(({ undo }) => undo === 'impossible')).toBe(true);
    const written = await writtenDown(desk);
    for (const key of plain) expect(written).not.toContain(JSON.stringify(key).slice(1, -1));
  });

  test('nothing to export, too many for a sheet: refused before a file is made', async () => {
    expect(await codeOf(desk.call('cards.export', { format: 'txt', filter: { types: ['week'] } }))).toBe('not_found');
    expect(await codeOf(desk.call('cards.export', { format: 'txt', who: { ids: ['99999999'] } }))).toBe('not_found');
    await other.site.db.run(
      `INSERT INTO card_keys (key_hash, plain_key, key_type, expires_at) SELECT SHA2(n, 256), n, 'week', '2037-01-01' FROM
       (SELECT a.i + 10 * b.i + 100 * c.i + 1000 * d.i + 10000 * e.i AS n FROM ${'abcde'
         .split('')
         .map(
           (t) =>
             `(SELECT 0 AS i${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => ` UNION SELECT ${String(i)}`).join('')}) ${t}`,
         )
         .join(', ')}) numbers WHERE n <= 10000`,
    );
    expect(await codeOf(other.call('cards.export', { format: 'sheet' }))).toBe('invalid_input');
    expect(await readdir(other.folder)).toEqual([]);
    // With one card fewer the sheet is printed. If it is cancelled half-way, no file is left.
    const input = { format: 'sheet', filter: { types: ['week'] } } satisfies Input<'cards.export'>;
    await other.site.db.run("DELETE FROM card_keys WHERE plain_key = '10000'");
    const { saving } = other.console;
    const { begun } = stuckFile(other);
    const { jobId } = await other.call('cards.export', input, { operator: admin });
    await begun;
    other.console.saving = saving;
    expect(await readdir(other.folder)).toEqual(['half']);
    await other.call('jobs.cancel', { id: jobId });
    expect(await other.settled(jobId)).toMatchObject({ state: 'cancelled', file: null });
    expect(await readdir(other.folder)).toEqual([]);
  });

  test('no key leaves a locked site whose database would not write that down', async () => {
    await other.site.db.run('DELETE FROM card_keys');
    await addTestCards(other, [{ key: 'KEPT-KEY-000000001' }]);
    const grumpy = `CREATE TRIGGER no_audit BEFORE INSERT ON console_audit FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'read only'`;
    await other.site.db.run(grumpy);
    try {
      await expect(other.call('cards.export', { format: 'txt' }, { locked: true })).rejects.toThrow('read only');
      expect(await readdir(other.folder)).toEqual([]);
    } finally {
      await other.site.db.run('DROP TRIGGER no_audit');
    }
  });

  test('a site without the console’s tables is exported as well', async () => {
    const bare = await openTestSite(engine);
    try {
      await addTestCards(bare, [{ key: 'BARE-KEY-000000001' }]);
      const tables = await bare.site.db.rows<{ name: string }>(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE 'console%'",
      );
      for (const { name } of tables) await bare.site.db.run(`DROP TABLE ${name}`);
      // Opened again, because an open site does not check again whether the tables exist.
      const again = await openSite(bare.site.config);
      expect((await exported(again, { format: 'txt' })).text).toBe('BARE-KEY-000000001\n');
      await again.close();
    } finally {
      await bare.close();
    }
  });
});
