// @module-tag long
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ImportReport } from '../../../electron/contract/cards-import.js';
import { createBatch, reserveIds } from '../../../electron/operations/cards/batch-store.js';
import { engines } from '../../sandbox/database.js';
import { addTestCards, imported, reported, sha256, stock, writtenDown } from '../fixtures/card-files.js';
import { author, codeOf, openTestSite, type TestSite } from '../helpers.js';
import { addPeople } from '../fixtures/users.js';

const header = 'key,type,state,created_at,expires_at,bound_to';
const verdicts = ({ samples }: ImportReport): Record<string, string> =>
  Object.fromEntries(samples.map(({ line, verdict, why }) => [line, `${verdict}: ${why}`]));

describe.each(engines())('importing card keys into %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
  });
  afterAll(() => desk.close());
  afterEach(async () => {
    await desk.site.db.run('DELETE FROM card_keys');
    await desk.site.db.run('DELETE FROM console_card_import_rows');
  });
  const staged = async (): Promise<number> => {
    const [row] = await desk.site.db.rows<{ found: string }>('SELECT COUNT(*) AS found FROM console_card_import_rows');
    return Number(row?.found);
  };

  test('every line is one of seven things, and each is told with its line', async () => {
    await addTestCards(desk, [
      { key: 'SAME-0000-0000-0001', type: 'month', expires: '2037-01-01 00:00:00' },
      { key: 'OTHER-000-0000-0001', type: 'year', expires: '2037-01-01 00:00:00' },
      { key: 'LATER-000-0000-0001', type: 'month', expires: '2036-01-01 00:00:00' },
    ]);
    const lines = [
      header, // 1
      'NEW0-0000-0000-0001,month,unused,2026-01-01T00:00:00Z,2037-01-01T00:00:00Z,',
      'NEW0-0000-0000-0002,,,,,',
      'NEW0-0000-0000-0001,month,unused,,2037-01-01T00:00:00Z,',
      'SAME-0000-0000-0001,month,unused,,2037-01-01 00:00:00,', // 5
      'OTHER-000-0000-0001,month,unused,,2037-01-01T00:00:00.000Z,',
      'LATER-000-0000-0001,month,unused,,2037-01-01T08:00:00+08:00,',
      'USED-0000-0000-0001,month,used,,2037-01-01T00:00:00Z,someone',
      'USED-0000-0000-0002,month,,,2037-01-01T00:00:00Z,someone',
      '', // 10
      ',month,unused,,2037-01-01T00:00:00Z,',
      `${'x'.repeat(65)},month,unused,,,`,
      'DAY0-0000-0000-0001,day,unused,,,',
      'DATE-0000-0000-0001,month,unused,,2026-02-30T00:00:00Z,',
      'DATE-0000-0000-0002,month,unused,,2039-01-01T00:00:00Z,', // 15
      'DATE-0000-0000-0003,month,unused,soon,2037-01-01T00:00:00Z,',
      'DATE-0000-0000-0004,month,unused,2037-01-02T00:00:00Z,2037-01-01T00:00:00Z,',
      'GONE-0000-0000-0001,month,expired,,2037-01-01T00:00:00Z,',
      'GONE-0000-0000-0002,month,lost,,2037-01-01T00:00:00Z,',
      '"=HYPERLINK(""http://x"")",month,unused,,,', // 20
      '1.23E+15,month,unused,,,',
      `${sha256('x')},month,unused,,,`,
      'NUL0-\u0000-0000-0001,month,unused,,,',
      'GONE-0000-0000-0003,月卡,已过期,2026-01-01,2026-02-01,',
      '   ',
    ];
    const report = await reported(desk, 'all.csv', lines.join('\r\n'));
    expect(report).toMatchObject({
      state: 'ready',
      file: 'all.csv',
      lines: 22,
      counts: { new: 2, ended: 1, duplicate: 1, existing: 1, conflict: 2, used: 2, malformed: 13 },
      types: [{ type: 'month', count: 3 }],
    });
    expect(verdicts(report)).toEqual({
      4: 'duplicate: The file has this key on another line',
      5: 'existing: It is there already, the same',
      6: 'conflict: It is there already, but of another type or expiry',
      7: 'conflict: It is there already, but of another type or expiry',
      8: 'used: The file says that somebody uses it',
      9: 'used: The file says that somebody uses it',
      11: 'malformed: There is no key in it',
      12: 'malformed: It is longer than 64 characters',
      13: 'malformed: Its type is unknown',
      14: 'malformed: The expiry cannot be read',
      15: 'malformed: The expiry is not within 1970 and 2038-01-19',
      16: 'malformed: The time of creation cannot be read',
      17: 'malformed: It ends before it begins',
      18: 'malformed: It is said to have expired, but has not',
      19: 'malformed: Its state is unknown',
      20: 'malformed: This is a formula, not a key',
      21: 'malformed: A spreadsheet has altered it',
      22: 'malformed: This is a hash, not a key',
      23: 'malformed: It holds control characters',
      24: 'ended: It has ended; it is added as an expired key',
    });
    expect(report.samples.every(({ masked }) => masked.includes('•'))).toBe(true);
    // Until now nothing was written to card_keys.
    expect(await stock(desk)).toHaveLength(3);
    expect(await imported(desk, report)).toMatchObject({ state: 'done', done: 3, skipped: 0, total: 3 });
    const added = (await stock(desk))
      .filter(({ plain_key }) => /^(NEW0|GONE)/.test(String(plain_key)))
      .toSorted((a, b) => String(a['plain_key']).localeCompare(String(b['plain_key'])));
    expect(added.map((row) => [row['plain_key'], row['status'], row['created_at'], row['expires_at']])).toEqual([
      ['GONE-0000-0000-0003', 'expired', '2026-01-01 00:00:00', '2026-02-01 00:00:00'],
      ['NEW0-0000-0000-0001', 'unused', '2026-01-01 00:00:00', '2037-01-01 00:00:00'],
      ['NEW0-0000-0000-0002', 'unused', expect.any(String), expect.any(String)],
    ]);
    expect(await staged()).toBe(0);
    expect(await desk.call('cards.import.report', { importId: report.importId })).toMatchObject({ state: 'applied' });
    expect(await codeOf(imported(desk, report))).toBe('conflict');
  });

  test('CSV with semicolons or tabs, TXT with a mark and old line ends, and Chinese columns are read', async () => {
    expect((await reported(desk, 'a.csv', 'key;type\nSEMI-000000000001;year\n')).types).toEqual([
      { type: 'year', count: 1 },
    ]);
    expect((await reported(desk, 'b.tsv', '\uFEFF卡密\t类型\nTABS-000000000001\t季卡\n')).types).toEqual([
      { type: 'quarter', count: 1 },
    ]);
    const txt = await reported(
      desk,
      'c.txt',
      '\uFEFF  ONE-0000000000001  \r\n\r\nTWO-0000000000001\rTHREE-00000000001',
      {
        type: 'week',
        expiry: { kind: 'days', days: 3 },
        note: 'from a shop',
        channel: 'shop',
      },
    );
    expect(txt).toMatchObject({ lines: 3, counts: { new: 3 } });
    await imported(desk, txt);
    const rows = await desk.site.db.rows<Record<string, string>>(
      'SELECT plain_key, key_type, TIMESTAMPDIFF(HOUR, created_at, expires_at) AS hours, key_hash = SHA2(plain_key, 256) AS hashed FROM card_keys ORDER BY plain_key',
    );
    expect(rows.map((row) => [row['plain_key'], row['key_type'], Number(row['hours']), Number(row['hashed'])])).toEqual(
      [
        ['ONE-0000000000001', 'week', 72, 1],
        ['THREE-00000000001', 'week', 72, 1],
        ['TWO-0000000000001', 'week', 72, 1],
      ],
    );
    const [batch] = await desk.site.db.rows<Record<string, string>>(
      'SELECT kind, key_type, wanted, issued, note, channel, operator FROM console_card_batches ORDER BY id DESC LIMIT 1',
    );
    expect({ ...batch, wanted: Number(batch?.['wanted']), issued: Number(batch?.['issued']) }).toEqual({
      kind: 'import',
      key_type: 'week',
      wanted: 3,
      issued: 3,
      note: 'from a shop',
      channel: 'shop',
      operator: 'boss',
    });
  });

  test('GBK and GB18030 are read, also where the first such letter comes after megabytes of others', async () => {
    const head = Buffer.from([0xbf, 0xa8, 0xc3, 0xdc, 0x2c, 0xc0, 0xe0, 0xd0, 0xcd, 0x0a]); // 卡密,类型
    const yearly = Buffer.from([0x2c, 0xc4, 0xea, 0xbf, 0xa8, 0x0a]); // ,年卡
    const content = Buffer.concat([head, Buffer.from('GBK0-000000000001'), yearly]);
    expect((await reported(desk, 'gbk.csv', content)).types).toEqual([{ type: 'year', count: 1 }]);
    const plain = Array.from({ length: 20_000 }, (_, at) => `LATE-${String(at).padStart(12, '0')}\n`).join('');
    const late = Buffer.concat([Buffer.from(plain), Buffer.from([0xbf, 0xa8]), Buffer.from('-LATE-GB18030\n')]);
    const report = await reported(desk, 'late.txt', late);
    expect(report.counts).toMatchObject({ new: 20_001, malformed: 0 });
    const four = Buffer.concat([Buffer.from('FOUR-'), Buffer.from([0x95, 0x32, 0x82, 0x36]), Buffer.from('-0001\n')]); // 𠀀
    await imported(desk, await reported(desk, 'four.txt', four));
    expect((await stock(desk)).map((row) => row['plain_key'])).toEqual(['FOUR-𠀀-0001']);
  });

  test('a file that states its delimiter as a spreadsheet does is read by it, and its lines keep their numbers', async () => {
    const report = await reported(desk, 'sep.csv', 'sep=;\r\nkey;type\r\nSEP0-000000000001;year\r\n;year\r\n');
    expect(report).toMatchObject({ lines: 2, types: [{ type: 'year', count: 1 }] });
    expect(verdicts(report)).toEqual({ 4: 'malformed: There is no key in it' });
    const odd = await reported(desk, 'sep.txt', '"sep=|"\n\nkey|type\nSEP0-000000000002|week\n');
    expect(odd.types).toEqual([{ type: 'week', count: 1 }]);
  });

  test('a file that does not name its columns asks for them, and is read again as it was said', async () => {
    const lines = [
      'month,2037-01-01,ASKS-0000000000001,someone',
      'year,2037-01-02,ASKS-0000000000002,',
      'week,2037-01-03,ASKS-0000000000003,',
    ];
    for (const name of ['asks.csv', 'asks.txt']) {
      const failed = await reported(desk, name, lines.join('\n')).catch((error: unknown) => error);
      const { importId } = failed as { importId: string };
      const { state, asks } = await desk.call('cards.import.report', { importId });
      expect(state).toBe('failed');
      expect(asks?.guess).toEqual(['type', 'expires', 'key', 'ignored']);
      expect(asks?.rows[0]).toEqual(['month', '2037-01-01', '••••0001', 'someone']);
      const again = await desk.call('cards.import.read', {
        type: 'month',
        again: importId,
        columns: ['type', 'expires', 'key', 'boundTo'],
      });
      await desk.settled(again.jobId);
      expect(await desk.call('cards.import.report', { importId: again.importId })).toMatchObject({
        state: 'ready',
        file: name,
        asks: null,
        counts: { new: 2, used: 1 },
        types: [
          { type: 'year', count: 1 },
          { type: 'week', count: 1 },
        ],
      });
    }
    const named = await reported(desk, 'named.csv', 'Nr;Geheim\n1;NAMED-000000000001\n', {
      columns: ['ignored', 'key'],
      header: true,
    });
    expect(named).toMatchObject({ lines: 1, counts: { new: 1 } });
    const call = (input: object): Promise<string> =>
      codeOf(desk.call('cards.import.read', { type: 'month', ...input }));
    expect(await call({ again: '999999' })).toBe('not_found');
    expect(await call({ path: join(desk.folder, 'asks.csv'), columns: ['type'] })).toBe('invalid_input');
    // Keys between commas without anything else stay as they are.
    expect((await reported(desk, 'plain.txt', 'PLAIN-1,PLAIN-2\n')).counts.new).toBe(1);
  });

  test('all lines that are not added are saved as CSV, more than a report shows, keys masked, formulas escaped', async () => {
    await addTestCards(desk, [{ key: 'SAME-0000-0000-0001' }]);
    const wrong = Array.from({ length: 70 }, (_, at) => `WRONG-00000${String(at).padStart(6, '0')},day`);
    const lines = ['key,type', 'SAME-0000-0000-0001,month', ...wrong, 'GOOD-0000-0000-0001,month', '=1+cmd|x!A1,month'];
    const report = await reported(desk, 'bad-lines.csv', lines.join('\n'));
    expect(report).toMatchObject({ counts: { new: 1, existing: 1, malformed: 71 }, listed: true });
    expect(report.samples).toHaveLength(51);
    const job = await desk.settled((await desk.call('cards.import.lines', { importId: report.importId })).jobId);
    const saved = (await readFile(job.file ?? '', 'utf8')).split('\n');
    expect(saved).toHaveLength(1 + 72 + 1);
    expect(saved.slice(0, 3)).toEqual([
      '\uFEFFline,verdict,key,why',
      '2,existing,••••0001,"It is there already, the same"',
      '3,malformed,••••0000,Its type is unknown',
    ]);
    expect(saved.at(-2)).toMatch(/^74,malformed,.*This is a formula/);
    expect(saved.join()).not.toContain('WRONG');
    expect(await codeOf(desk.call('cards.import.lines', { importId: '999' }))).toBe('not_found');
  });

  test('of two lines with one key the one counts that says somebody has it', async () => {
    const content = `${header}\nTWICE-00000000001,month,,,,\nTWICE-00000000001,month,used,,,x\nTWICE-00000000001,month,,,,\n`;
    const report = await reported(desk, 'twice.csv', content);
    expect(report.counts).toMatchObject({ new: 0, used: 1, duplicate: 2 });
    expect(await codeOf(imported(desk, report))).toBe('conflict');
  });

  test('our own hashes tell a key that lost its first letters, and one that was defused', async () => {
    const lines = [
      `'=SUM(1),${sha256('=SUM(1)')}`,
      `'odd-00000000000,${sha256("'odd-00000000000")}`,
      `7-00000000000000,${sha256('07-00000000000000')}`,
      `,${sha256('never kept')}`,
    ];
    const report = await reported(desk, 'ours.csv', `key,key_hash\n${lines.join('\n')}\n`);
    expect(report.counts).toMatchObject({ new: 2, malformed: 2 });
    await imported(desk, report);
    expect(new Set((await stock(desk)).map((row) => row['plain_key']))).toEqual(
      new Set(["'odd-00000000000", '=SUM(1)']),
    );
  });

  test.each([
    ['UTF-16', Buffer.from('\uFEFFkey\nABCDEFGH12345678\n', 'utf16le'), 'in UTF-16'],
    ['UTF-16 without its mark', Buffer.from('ABCDEFGH12345678\n', 'utf16le'), 'in UTF-16'],
    ['neither UTF-8 nor GB18030', Buffer.from([0x41, 0x0a, 0xff, 0xff, 0xff, 0x0a]), 'neither in UTF-8 nor in GBK'],
    ['a spreadsheet', Buffer.from('PK\x03\x04xxxxxxxx'), 'no text file'],
    ['an archive', gzipSync('ABCDEFGH12345678'), 'no text file'],
    ['zeros', Buffer.alloc(100_000), 'no text file'],
    ['blank lines alone', '\n\n  \r\n', 'empty'],
    ['an age file', 'age-encryption.org/v1\n-> scrypt x 18\n', 'encrypted'],
    ['a CSV without keys', 'name,type\nx,month\n', 'no column that is named'],
    ['a CSV with an open quote', `key,type\n"${'x,'.repeat(80_000)}`, 'never closed'],
  ])('%s is refused with what to do', async (_what, content, message) => {
    const failed = await reported(desk, 'bad.csv', content).catch((error: unknown) => error);
    expect(failed).toMatchObject({ message: expect.stringContaining(message) as string, job: { state: 'failed' } });
    const { importId } = failed as { importId: string };
    expect((await desk.call('cards.import.report', { importId })).state).toBe('failed');
    expect(await codeOf(desk.call('cards.import', { importId, fingerprint: '0123456789abcdef' }))).toBe('conflict');
    expect(await staged()).toBe(0);
  });

  test('a line of megabytes, and zeros within lines, are malformed lines like others', async () => {
    const content = `GOOD-00000000000001\n${'y'.repeat(5_000_000)}\nBAD\u0000-00000000000\nGOOD-00000000000002\n`;
    expect((await reported(desk, 'long.txt', content)).counts).toMatchObject({ new: 2, malformed: 2 });
    expect((await reported(desk, 'header.csv', `${header}\n`)).counts).toMatchObject({ new: 0, malformed: 0 });
  });

  test('bad calls: no file, an empty one, a folder, locked, an end that has passed, an unknown import', async () => {
    const read = (input: object, options = {}): Promise<string> =>
      codeOf(desk.call('cards.import.read', { type: 'month', ...input }, options));
    const empty = join(desk.folder, 'empty.txt');
    await writeFile(empty, '');
    expect(await read({})).toBe('cancelled');
    expect(await read({ path: join(desk.folder, 'nowhere.txt') })).toBe('not_found');
    expect(await read({ path: empty })).toBe('invalid_input');
    expect(await read({ path: desk.folder })).toBe('invalid_input');
    expect(await read({ path: empty }, { locked: true })).toBe('read_only');
    expect(await read({ path: empty, expiry: { kind: 'at', at: '2020-01-01T00:00:00Z' } })).toBe('invalid_input');
    expect(await codeOf(desk.call('cards.import.report', { importId: '999' }))).toBe('not_found');
    const report = await reported(desk, 'one.txt', 'ABCDEFGH12345678\n');
    expect(
      await codeOf(desk.call('cards.import', { importId: report.importId, fingerprint: '0123456789abcdef' })),
    ).toBe('stale_preview');
    await desk.site.db.run('DELETE FROM console_card_import_rows WHERE import_id = ?', [report.importId]);
    expect(await codeOf(imported(desk, report))).toBe('stale_preview');
  });

  test('a card that ended years ago is not new, is added as expired, and gets no time of creation that nobody said', async () => {
    const csv = [
      'key,type,expires,created',
      'LONG-AGO-00000000001,year,1970-06-01,',
      'YEARS-AGO-0000000001,month,2021-06-01,2021-05-02',
      'OF-TODAY-00000000001,year,,',
    ];
    const report = await reported(desk, 'ages.csv', csv.join('\n'));
    expect(report.counts).toMatchObject({ new: 1, ended: 2, malformed: 0 });
    expect(report.listed).toBe(false);
    expect(await imported(desk, report)).toMatchObject({ state: 'done', done: 3 });
    const old = await desk.site.db.rows(
      'SELECT status, created_at, expires_at FROM card_keys WHERE key_hash IN (?) ORDER BY expires_at',
      [[sha256('LONG-AGO-00000000001'), sha256('YEARS-AGO-0000000001')]],
    );
    expect(old).toEqual([
      { status: 'expired', created_at: null, expires_at: '1970-06-01 00:00:00' },
      { status: 'expired', created_at: '2021-05-02 00:00:00', expires_at: '2021-06-01 00:00:00' },
    ]);
  });

  test('a batch whose cards have one end says so: cards that come back to stock end so again', async () => {
    const end = async (name: string, content: string): Promise<string | null> => {
      const report = await reported(desk, name, content, { expiry: { kind: 'days', days: 60 } });
      await imported(desk, report);
      const { batchId } = await desk.call('cards.import.report', { importId: report.importId });
      return (await desk.call('cards.batches.get', { id: batchId ?? '' })).expiresAt;
    };
    const one = await end('one-end.txt', 'ONE-END-000000000001\nONE-END-000000000002');
    const [card] = await desk.site.db.rows<{ expires_at: string }>(
      'SELECT expires_at FROM card_keys WHERE key_hash = ?',
      [sha256('ONE-END-000000000001')],
    );
    expect(one).toBe(`${card?.expires_at.replace(' ', 'T') ?? ''}Z`);
    const two = ['key,expires', 'TWO-ENDS-00000000001,2037-01-01', 'TWO-ENDS-00000000002,2037-01-02'];
    expect(await end('two-ends.csv', two.join('\n'))).toBeNull();
  });

  test('keys that came into being meanwhile are skipped, the others keep to ids without holes', async () => {
    const keys = Array.from({ length: 50 }, (_, at) => `RACE-0000000000${String(at).padStart(3, '0')}`);
    const report = await reported(desk, 'race.txt', keys.join('\n'));
    await addTestCards(
      desk,
      keys.slice(10, 17).map((key) => ({ key })),
    );
    expect(await imported(desk, report)).toMatchObject({ state: 'done', done: 43, skipped: 7 });
    expect(await stock(desk)).toHaveLength(50);
    const { batchId } = await desk.call('cards.import.report', { importId: report.importId });
    const [range] = await desk.site.db.rows<Record<string, string>>(
      `SELECT r.cards, r.last_id - r.first_id + 1 AS width, COUNT(c.id) AS found FROM console_card_ranges r JOIN card_keys c ON c.id BETWEEN r.first_id AND r.last_id WHERE r.batch_id = ? GROUP BY r.first_id, r.last_id, r.cards`,
      [batchId],
    );
    expect([range?.['cards'], range?.['width'], range?.['found']].map(Number)).toEqual([43, 43, 43]);
  });

  test('ids that somebody has taken although they were reserved give way to others', async () => {
    const keys = Array.from({ length: 2_500 }, (_, at) => `GIVE-WAY-${String(at).padStart(12, '0')}`);
    const report = await reported(desk, 'give-way.txt', keys.join('\n'));
    const { value: job } = await desk.change('cards.import', async (step) => {
      const batchId = await createBatch(step, author, { kind: 'import', type: 'month', wanted: keys.length });
      const firstId = String(await reserveIds(step.tx, keys.length));
      const input = { importId: report.importId, batchId, firstId };
      const jobId = await desk.jobs.create(step, {
        operation: 'cards.import',
        input,
        author,
        targets: keys.length,
      });
      return { jobId, batchId, firstId };
    });
    await desk.site.db.run('INSERT INTO card_keys (id, key_hash, plain_key, key_type, expires_at) VALUES ?', [
      [700, 1_700].map((at) => [
        BigInt(job.firstId) + BigInt(at),
        sha256(`BY-HAND-${String(at)}`),
        `BY-HAND-${String(at)}`,
        'month',
        '2037-01-01 00:00:00',
      ]),
    ]);
    desk.jobs.wake();
    expect(await desk.settled(job.jobId)).toMatchObject({ state: 'done', done: 2_500, skipped: 0 });
    const [row] = await desk.site.db.rows<Record<string, string>>(
      `SELECT COUNT(*) AS found, SUM(c.plain_key LIKE 'GIVE-WAY-%') AS own, (SELECT SUM(cards) FROM console_card_ranges WHERE batch_id = ?) AS ranged
       FROM console_card_ranges r JOIN card_keys c ON c.id BETWEEN r.first_id AND r.last_id WHERE r.batch_id = ?`,
      [job.batchId, job.batchId],
    );
    expect([row?.['found'], row?.['own'], row?.['ranged']].map(Number)).toEqual([2_500, 2_500, 2_500]);
  });

  test('whoever asked for a key before it was imported is told of it at once', async () => {
    const { site } = desk;
    const hash = sha256('ASKED-BEFORE-00001');
    const key = site.keys.of('cardKey', hash);
    const ask = (): Promise<string | null> =>
      site.cache.get('cardKey', hash, async () => {
        const [row] = await site.db.rows<{ plain_key: string }>('SELECT plain_key FROM card_keys WHERE key_hash = ?', [
          hash,
        ]);
        return row?.plain_key ?? null;
      });
    await site.cache.ready();
    expect(await ask()).toBeNull();
    expect(await site.redis.exists(key)).toBe(1);
    await imported(desk, await reported(desk, 'asked.txt', 'ASKED-BEFORE-00001\n'));
    expect(await ask()).toBe('ASKED-BEFORE-00001');
  });

  test('cancelled in the middle and taken up again: nothing is lost or doubled, and nobody is told of old', async () => {
    const keys = Array.from({ length: 12_000 }, (_, at) => `GOES-ON-${String(at).padStart(12, '0')}`);
    const report = await reported(desk, 'goes-on.txt', keys.join('\n'));
    await desk.site.cache.ready();
    const asked = keys.filter((_, at) => at % 1_000 === 0).map(sha256);
    const ask = (hash: string): Promise<string | null> =>
      desk.site.cache.get('cardKey', hash, async () => {
        const [row] = await desk.site.db.rows<{ id: string }>('SELECT id FROM card_keys WHERE key_hash = ?', [hash]);
        return row?.id ?? null;
      });
    for (const hash of asked) expect(await ask(hash)).toBeNull();
    const { jobId, batchId } = await desk.call('cards.import', {
      importId: report.importId,
      fingerprint: report.fingerprint ?? '',
    });
    const state = async (): Promise<{ state: string; done: number }> => desk.jobs.get(jobId, (name) => name);
    await desk.begun(jobId);
    await desk.call('jobs.cancel', { id: jobId });
    await desk.settled(jobId);
    const half = await state();
    expect(half).toMatchObject({ state: half.done === 12_000 ? 'done' : 'cancelled' });
    const counted = async (): Promise<number[]> => {
      const [row] = await desk.site.db.rows<Record<string, string>>(
        `SELECT (SELECT COUNT(*) FROM card_keys) AS cards, (SELECT issued FROM console_card_batches WHERE id = ?) AS issued,
           (SELECT SUM(cards) FROM console_card_ranges WHERE batch_id = ?) AS ranged, (SELECT COUNT(*) FROM console_card_import_rows) AS waiting`,
        [batchId, batchId],
      );
      return [row?.['cards'], row?.['issued'], row?.['ranged'], row?.['waiting']].map(Number);
    };
    expect(await counted()).toEqual([half.done, half.done, half.done, 12_000 - half.done]);
    if (half.state === 'cancelled') await desk.call('jobs.resume', { id: jobId });
    await desk.settled(jobId);
    expect(await state()).toMatchObject({ state: 'done', done: 12_000 });
    expect(await counted()).toEqual([12_000, 12_000, 12_000, 0]);
    for (const hash of asked) expect(await ask(hash)).not.toBeNull();
    const ranges = await desk.site.db.rows<{ first_id: string; last_id: string; digest: string }>(
      'SELECT first_id, last_id, digest FROM console_card_ranges WHERE batch_id = ?',
      [batchId],
    );
    for (const range of ranges) {
      const rows = await desk.site.db.rows<{ key_hash: string }>(
        'SELECT key_hash FROM card_keys WHERE id BETWEEN ? AND ? ORDER BY id',
        [range.first_id, range.last_id],
      );
      expect(sha256(rows.map((row) => row.key_hash).join(''))).toBe(range.digest);
    }
  });

  test('cancelled while it is read, nothing is left; old imports go when the next one comes', async () => {
    const path = join(desk.folder, 'many.txt');
    await writeFile(path, Array.from({ length: 60_000 }, (_, at) => `MANY-${String(at).padStart(12, '0')}`).join('\n'));
    const { importId, jobId } = await desk.call('cards.import.read', { type: 'month', path });
    while ((await desk.jobs.get(jobId, (name) => name)).done < 8_000)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await staged()).toBeGreaterThan(0);
    const since = Date.now();
    await desk.call('jobs.cancel', { id: jobId });
    expect((await desk.settled(jobId)).state).toBe('cancelled');
    expect(Date.now() - since).toBeLessThan(5_000);
    expect(await staged()).toBe(0);
    expect(await codeOf(desk.call('cards.import.report', { importId }))).toBe('not_found');

    const old = await reported(desk, 'old.txt', 'OLD0-0000000000001\n');
    await desk.site.db.run('UPDATE console_card_imports SET created_at = created_at - INTERVAL 25 HOUR WHERE id = ?', [
      old.importId,
    ]);
    await reported(desk, 'next.txt', 'NEXT-0000000000001\n');
    expect(await codeOf(desk.call('cards.import.report', { importId: old.importId }))).toBe('not_found');
    expect(await staged()).toBe(1);
  });

  test('no key is written down in plain', async () => {
    const content = `${header}\nSECRET-0000000001,month,,,,\nSECRET-0000000001,month,,,,\nSECRET-0000000002,nothing,,,,\n`;
    const report = await reported(desk, 'secret.csv', content);
    expect((await imported(desk, report)).done).toBe(1);
    expect(JSON.stringify(report)).not.toContain('SECRET');
    expect(await writtenDown(desk)).not.toContain('SECRET-');
  });
});
