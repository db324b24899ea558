import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { contract, type Input } from '../../electron/contract/index.js';
import { engines } from '../sandbox/database.js';
import { admin, banned, codeOf, openSite, openTestSite, type TestSite } from './helpers.js';
import { stuckFile } from './fixtures/stuck-file.js';
import { addPeople } from './fixtures/users.js';

const names = ['anna', 'Bob', 'o\'brien,"x"', '=cmd|calc', '🦊🦊', 'zoe'];

describe.each(engines())('exports on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [
      { username: 'boss', role: 'owner' },
      ...names.map((username, at) => ({ username, points: at, banned: at === 5 })),
    ]);
  });
  afterAll(() => desk.close());
  afterEach(async () => {
    for (const name of await readdir(desk.folder)) await rm(join(desk.folder, name));
  });

  async function read(jobId: string): Promise<{ text: string; lines: string[]; total: number }> {
    const job = await desk.settled(jobId);
    expect(job).toMatchObject({ state: 'done', error: null });
    const text = await readFile(job.file ?? '', 'utf8');
    return { text, lines: text.trim().split('\n').slice(1), total: job.total };
  }
  /** The names in the order of the file, without CSV quotes. */
  async function exported(input: Input<'users.export'>): Promise<string[]> {
    const { lines, total } = await read((await desk.call('users.export', input)).jobId);
    expect(lines).toHaveLength(total);
    return lines.map((line) => {
      const rest = line.slice(line.indexOf(',') + 1);
      return rest.startsWith('"')
        ? (/^"((?:[^"]|"")*)"/.exec(rest)?.[1] ?? '').replaceAll('""', '"')
        : (rest.split(',')[0] ?? '');
    });
  }

  test('chosen users are exported in the order of the list, whatever their names hold', async () => {
    expect(
      await exported({ who: { names: ['zoe', 'o\'brien,"x"', '🦊🦊', 'bob', 'nobody'] }, sort: 'points' }),
    ).toEqual(['zoe', '🦊🦊', 'o\'brien,"x"', 'Bob']);
    expect(await exported({ who: { names: ['anna', 'zoe'], except: ['zoe'] } })).toEqual(['anna']);
  });

  test('a place that cannot be written to is told with what to do, and nothing is written down', async () => {
    const other = await openSite(desk.site.config);
    try {
      const before = await other.call('audit.count', {});
      for (const [code, answer] of [
        ['EEXIST', 'conflict'],
        ['EACCES', 'forbidden'],
        ['ENOENT', 'not_found'],
      ] as const) {
        other.console.saving = () => Promise.reject(Object.assign(new Error(code), { code }));
        expect(await codeOf(other.call('users.export', {}))).toBe(answer);
      }
      expect(await other.call('audit.count', {})).toEqual(before);
    } finally {
      await other.close();
    }
  });

  test('everybody whom a filter matches, less those taken out', async () => {
    const who = { filter: { state: 'active' as const, roles: ['user' as const] }, except: ['🦊🦊', 'ANNA'] };
    expect(await exported({ who, sort: 'points', descending: false })).toEqual(['Bob', 'o\'brien,"x"', "'=cmd|calc"]);
    expect(await exported({ who: { filter: { state: 'banned' } } })).toEqual(['zoe']);
    expect(await exported({ filter: { state: 'banned' } })).toEqual(['zoe']);
  });

  test('a large choice is one export', async () => {
    const many = Array.from({ length: 5_000 }, (_, at) => `m${String(at)}`);
    await addPeople(
      desk.site.db,
      many.map((username) => ({ username, points: null, entry: null })),
    );
    expect((await exported({ who: { names: many }, sort: 'username', descending: false })).length).toBe(5_000);
  });

  test('a choice of nobody is refused before a file is made, and a choice beside a filter is no input', async () => {
    expect(await codeOf(desk.call('users.export', { who: { names: ['nobody'] } }))).toBe('not_found');
    expect(await readdir(desk.folder)).toEqual([]);
    expect(
      contract['users.export'].input.safeParse({ who: { names: ['anna'] }, filter: { state: 'banned' } }).success,
    ).toBe(false);
  });

  test('the audit is exported with what was asked, by the filter of its list, and that is audited', async () => {
    await banned(desk, ['anna', 'Bob']);
    const all = await read((await desk.call('audit.export', {}, { operator: admin })).jobId);
    expect(all.text.startsWith('\uFEFFid,at,operator,role,origin,operation,label,outcome,')).toBe(true);
    const bans = await read((await desk.call('audit.export', { filter: { operation: 'users.ban' } })).jobId);
    expect(bans.lines).toHaveLength(1);
    expect(bans.lines[0]).toContain('boss,owner,window,users.ban,Ban users,done');
    expect(bans.lines[0]).toContain('""reason"":""fraud""');
    const mine = await read((await desk.call('audit.export', { filter: { target: 'Bob', outcome: 'done' } })).jobId);
    expect(mine.lines).toEqual(bans.lines);
    const listed = await desk.call('audit.list', { filter: { operation: 'audit.export' } });
    expect(listed.rows.map(({ operator, undo }) => [operator, undo])).toEqual([
      ['boss', 'impossible'],
      ['boss', 'impossible'],
      ['helper', 'impossible'],
    ]);
    expect(await desk.call('audit.count', { filter: { operation: 'audit.export' } })).toEqual({
      count: 3,
      exact: true,
    });
    const { count } = await desk.call('audit.count', {});
    expect((await read((await desk.call('audit.export', {})).jobId)).lines).toHaveLength(count + 1);
  });

  test('a locked connection may still be exported', async () => {
    const { jobId } = await desk.call('audit.export', { filter: { outcome: 'failed' } }, { locked: true });
    expect((await read(jobId)).lines).toEqual([]);
  });

  test('an export under way ends with its console, and leaves no half file', async () => {
    const other = await openSite(desk.site.config);
    const path = join(desk.folder, 'half.csv');
    const { begun } = stuckFile(other, path);
    await other.call('users.export', {});
    await begun;
    expect(await readdir(desk.folder)).toEqual(['half.csv']);
    await other.close();
    expect(await readdir(desk.folder)).toEqual([]);
  });
});
