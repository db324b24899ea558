import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BatchFilter, ChannelFigures } from '../../../electron/contract/cards-batches.js';
import { cardStates, type CardSelection, cardTypes } from '../../../electron/contract/cards-list.js';
import type { Input } from '../../../electron/contract/index.js';
import { join, part, whereAll } from '../../../electron/data/mysql/sql.js';
import { inRanges, ofItsBatch } from '../../../electron/operations/cards/batch-filter.js';
import { batchesOfFigure, cardsOfFigure } from '../../../renderer/pages/cards/batches/links.js';
import { batchesList, type BatchesSearch } from '../../../renderer/pages/cards/batches/list.js';
import { cardsList, type CardsSearch } from '../../../renderer/pages/cards/list/list.js';
import * as stock from '../../../renderer/pages/cards/stock/links.js';
import { usersList, type UsersSearch } from '../../../renderer/pages/users/list.js';
import { engines } from '../../sandbox/database.js';
import { exported } from '../fixtures/card-files.js';
import { addStock, doCards } from '../fixtures/cards.js';
import { addPeople } from '../fixtures/users.js';
import { admin, openTestSite, type TestSite } from '../helpers.js';

type Issuing = Input<'cards.issue.preview'>;

describe.each(engines())('figures and filters of batches on %s', (engine) => {
  let desk: TestSite;
  /** Ids of the batches, by their notes. */
  const ids: Record<string, string> = {};

  const issued = async (
    note: string,
    input: Issuing,
    operator = { username: 'boss', role: 'owner' as const } as typeof admin,
  ) => {
    const { fingerprint } = await desk.call('cards.issue.preview', { ...input, note }, { operator });
    const { jobId, batchId } = await desk.call('cards.issue', { ...input, note, fingerprint }, { operator });
    await desk.settled(jobId);
    ids[note] = batchId;
  };
  const cardIds = async (note: string): Promise<string[]> => {
    const { rows } = await desk.call('cards.list', { filter: { batch: ids[note] ?? '' }, limit: 500 });
    return rows.map(({ id }) => id).toSorted((a, b) => Number(BigInt(a) - BigInt(b)));
  };

  beforeAll(async () => {
    desk = await openTestSite(engine);
    const { db } = desk.site;
    await addPeople(db, [
      ...Array.from({ length: 6 }, (_, n) => ({ username: `buyer${String(n)}` })),
      { username: admin.username, role: 'admin' as const },
    ]);
    await addStock(desk, 7);
    await issued('spring fair', { type: 'month', count: 30, channel: 'Agent A' });
    await issued('summer', { type: 'week', count: 20, channel: 'agent a' }, admin);
    await issued('100%_off', { type: 'month', count: 40, channel: 'Agent B' });
    await issued('gifts', { type: 'year', count: 10 });
    await issued('two', { type: 'year', count: 6, channel: '' }, admin);

    const spring = await cardIds('spring fair');
    const off = await cardIds('100%_off');
    await doCards(desk, 'bind', {
      pairs: [...spring.slice(0, 4), ...off.slice(0, 2)].map((id, n) => ({
        card: { id },
        username: `buyer${String(n)}`,
      })),
    });
    await doCards(desk, 'revoke', { who: { ids: [...spring.slice(4, 7), ...off.slice(2, 3)] } });
    // One that is over by the clock alone, one whose column says so, and a revoked one that somebody wrote to since.
    await db.run('UPDATE card_keys SET expires_at = UTC_TIMESTAMP() - INTERVAL 1 DAY WHERE id = ?', [
      BigInt(spring[7] ?? 0),
    ]);
    await db.run("UPDATE card_keys SET status = 'expired' WHERE id = ?", [BigInt(spring[8] ?? 0)]);
    await db.run("UPDATE card_keys SET status = 'unused', expires_at = UTC_TIMESTAMP() + INTERVAL 9 DAY WHERE id = ?", [
      BigInt(spring[4] ?? 0),
    ]);
    await db.run(
      'UPDATE card_keys SET created_at = UTC_TIMESTAMP() - INTERVAL 40 DAY, expires_at = UTC_TIMESTAMP() + INTERVAL 3 DAY WHERE id = ?',
      [BigInt(off[5] ?? 0)],
    );
    await db.run('UPDATE card_keys SET created_at = NULL WHERE id = ?', [BigInt(off[6] ?? 0)]);
    await db.run('UPDATE card_keys SET expires_at = UTC_TIMESTAMP() + INTERVAL 5 DAY WHERE id IN (?, ?)', [
      BigInt(spring[0] ?? 0),
      BigInt(off[0] ?? 0),
    ]);
    await db.run('UPDATE card_keys SET expires_at = UTC_TIMESTAMP() - INTERVAL 5 DAY WHERE id = ?', [
      BigInt(off[1] ?? 0),
    ]);
    await db.run('UPDATE user_card_keys k JOIN card_keys c ON c.key_hash = k.key_hash SET k.expires_at = c.expires_at');
    await db.run('DELETE FROM card_keys WHERE id = ?', [BigInt(off[9] ?? 0)]);
    // The same keys twice, some of another, and none of the rest.
    await exported(desk, { filter: { batch: ids['spring fair'] ?? '' }, format: 'txt' });
    await exported(desk, { filter: { batch: ids['spring fair'] ?? '', states: ['unused'] }, format: 'txt' });
    await exported(desk, { who: { ids: (await cardIds('gifts')).slice(0, 3) }, format: 'txt' });
  });
  afterAll(() => desk.close());

  const notesOf = async (filter: BatchFilter): Promise<string[]> => {
    const { rows } = await desk.call('cards.batches.list', { filter });
    expect((await desk.call('cards.batches.count', { filter })).count).toBe(rows.length);
    return rows.map(({ note }) => note ?? '');
  };

  test('batches are found by note, channel and number, by channel, operator and exports', async () => {
    expect(await notesOf({})).toEqual(['two', 'gifts', '100%_off', 'summer', 'spring fair']);
    expect(await notesOf({ search: 'SPRING' })).toEqual(['spring fair']);
    expect(await notesOf({ search: 'agent b' })).toEqual(['100%_off']);
    expect(await notesOf({ search: '%_' })).toEqual(['100%_off']);
    expect(await notesOf({ search: `#${ids['gifts'] ?? ''}` })).toContain('gifts');
    const wide = `#${ids['gifts'] ?? ''}`.replaceAll(/[#\d]/g, (sign) =>
      String.fromCharCode(sign.charCodeAt(0) + 0xfee0),
    );
    expect(await notesOf({ search: wide }), 'as wide as Chinese characters').toContain('gifts');
    expect(await notesOf({ search: '99999999999999999999999' })).toEqual([]);
    expect(await notesOf({ channel: 'Agent A' })).toEqual(['summer', 'spring fair']);
    expect(await notesOf({ channel: '' })).toEqual(['two', 'gifts']);
    expect(await notesOf({ operator: admin.username })).toEqual(['two', 'summer']);
    expect(await notesOf({ operator: admin.username, channel: 'agent A' })).toEqual(['summer']);
    expect(await notesOf({ exported: 'yes' })).toEqual(['gifts', 'spring fair']);
    expect(await notesOf({ exported: 'no' })).toEqual(['two', '100%_off', 'summer']);
    const { rows } = await desk.call('cards.batches.list', { filter: { exported: 'yes' } });
    expect(
      rows.map((row) => row.exported),
      'the largest export',
    ).toEqual([3, 30]);
  });

  test('pages of a filter go on where they ended, and a cursor belongs to its filter', async () => {
    const filter = { operator: 'boss' };
    const first = await desk.call('cards.batches.list', { filter, limit: 2 });
    const second = await desk.call('cards.batches.list', { filter, limit: 2, after: first.next ?? '' });
    expect([...first.rows, ...second.rows].map(({ note }) => note)).toEqual(['gifts', '100%_off', 'spring fair']);
    await expect(desk.call('cards.batches.list', { limit: 2, after: first.next ?? '' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });

  test('the file has what the filter matches', async () => {
    const { jobId } = await desk.call('cards.batches.export', { filter: { channel: 'agent a' } });
    const { file } = await desk.settled(jobId);
    const [header, ...lines] = (await readFile(file ?? '', 'utf8')).trim().split('\n');
    expect(header).toContain('id,kind,type,wanted,issued,exported,rolled_back,job_state,channel,note,operator');
    expect(lines.map((line) => line.split(',')[9])).toEqual(['summer', 'spring fair']);
    expect(lines[1]).toContain(',month,30,30,30,0,done,Agent A,spring fair,boss,');
  });

  test('channels and operators can be chosen from, with how many batches each has', async () => {
    const { channels, operators } = await desk.call('cards.batches.choices', {});
    expect(channels.map(({ value, batches }) => [value.toLowerCase(), batches])).toEqual([
      ['', 2],
      ['agent a', 2],
      ['agent b', 1],
    ]);
    expect(operators).toEqual([
      { value: 'boss', batches: 3 },
      { value: admin.username, batches: 2 },
    ]);
  });

  const cardsIn = async (search: CardsSearch): Promise<number> =>
    (await desk.call('cards.count', { filter: cardsList.filterOf(search), exact: true })).count;
  const usersIn = async (search: UsersSearch): Promise<number> =>
    (await desk.call('users.count', { filter: usersList.filterOf(search), exact: true })).count;

  const figuresOf = async (search: BatchesSearch): Promise<readonly ChannelFigures[]> =>
    (await desk.call('cards.batches.figures', { filter: batchesList.filterOf(search) })).channels;

  test('figures by channel', async () => {
    const figures = await figuresOf({});
    expect(figures.map((row) => ({ ...row, channel: row.channel?.toLowerCase() ?? null }))).toEqual([
      { channel: 'agent a', batches: 2, issued: 50, exported: 30, unused: 41, used: 4, expired: 2, revoked: 3 },
      { channel: 'agent b', batches: 1, issued: 40, exported: 0, unused: 36, used: 2, expired: 0, revoked: 1 },
      { channel: null, batches: 2, issued: 16, exported: 3, unused: 16, used: 0, expired: 0, revoked: 0 },
    ]);
    expect(await figuresOf({ operator: admin.username, q: 'summer' })).toMatchObject([
      { batches: 1, issued: 20, unused: 20 },
    ]);
    expect(await figuresOf({ q: 'nothing of that name' })).toEqual([]);
  });

  test.each<BatchesSearch>([
    {},
    { q: 'agent' },
    { q: '100%_' },
    { operator: admin.username },
    { operator: 'boss', q: 'spring' },
    { exported: 'yes' },
    { exported: 'no', operator: 'boss' },
    { channel: 'AGENT A' },
    { noChannel: true },
  ])('each figure is the number of rows of the list that it opens: %j', async (search) => {
    const figures = await figuresOf(search);
    expect(figures.length).toBeGreaterThan(0);
    for (const row of figures) {
      const there = async (state: (typeof cardStates)[number] | null) => cardsIn(cardsOfFigure(row, search, state));
      for (const state of cardStates)
        expect([row.channel, state, await there(state)]).toEqual([row.channel, state, row[state]]);
      const kept = cardStates.reduce((sum, state) => sum + row[state], 0);
      expect(await there(null)).toBe(kept);
      expect(row.issued - kept).toBe(row.channel === 'Agent B' ? 1 : 0);
      const { rows } = await desk.call('cards.batches.list', {
        filter: batchesList.filterOf(batchesOfFigure(row, search, false)),
      });
      expect(rows).toHaveLength(row.batches);
      expect(rows.reduce((sum, one) => sum + one.issued, 0)).toBe(row.issued);
      const taken = await desk.call('cards.batches.list', {
        filter: batchesList.filterOf(batchesOfFigure(row, search, true)),
      });
      if (search.exported !== 'no') expect(taken.rows.reduce((sum, one) => sum + one.exported, 0)).toBe(row.exported);
      else expect(row.exported).toBe(0);
    }
  });

  test('each figure of a batch is the number of its cards in that state', async () => {
    for (const id of Object.values(ids)) {
      const { funnel } = await desk.call('cards.batches.get', { id });
      for (const state of cardStates) expect(await cardsIn({ batch: id, state: [state] })).toBe(funnel[state]);
    }
  });

  test('cards of very many batches are the same, in whichever way they are found', async () => {
    const { db } = desk.site;
    for (const filter of [
      { channel: 'agent a' },
      { channel: '' },
      { operator: 'boss', exported: 'no' },
      { batchSearch: 'e' },
      { batch: ids['gifts'] ?? '', channel: '' },
    ] as const) {
      const found = async (most: number): Promise<unknown> => {
        const { joins, conditions } = (await ofItsBatch(db, filter, most)) ?? { joins: [], conditions: [] };
        const all = whereAll(join([part('FROM card_keys c'), ...joins], ''), conditions);
        return db.rows(`SELECT c.id ${all.sql} ORDER BY c.id`, all.parameters);
      };
      const ranges = await found(5_000);
      expect(ranges).not.toEqual([]);
      expect((ranges as readonly unknown[]).length).toBeLessThan(100);
      expect(await found(0)).toEqual(ranges);
    }
  });

  test('the cards of many ranges are those of all of them', async () => {
    const { db } = desk.site;
    const rows = await db.rows<{ id: string | number }>('SELECT id FROM card_keys ORDER BY id');
    const alone = rows.filter((_, at) => at % 2 === 0).map(({ id }) => ({ first: String(id), last: String(id) }));
    expect(alone.length).toBeGreaterThan(50);
    const asked = whereAll(part('SELECT COUNT(*) AS found FROM card_keys c'), [inRanges('c.id', alone)]);
    expect(await db.rows(asked.sql, asked.parameters)).toMatchObject([
      { found: expect.toSatisfy((n) => Number(n) === alone.length) as unknown },
    ]);
  });

  test('a selection by the filter of batches means the cards that are listed', async () => {
    const who: CardSelection = { filter: { channel: 'agent b', states: ['unused'] } };
    expect(await desk.call('cards.revoke.preview', { who })).toMatchObject({ matching: 36, changed: 36 });
  });

  test('each figure of the stock is the number of rows of the list that it opens', async () => {
    const stats = await desk.call('cards.stats', { zone: -new Date().getTimezoneOffset() });
    for (const { type, state, count } of stats.stock)
      expect(await cardsIn({ type: [type], state: [state] })).toBe(count);
    for (const { type, upToDays, count } of stats.age) {
      const bucket = stock.ages.find((one) => one.upToDays === upToDays);
      if (bucket === undefined) throw new Error(`no bucket of ${String(upToDays)}`);
      expect([type, upToDays, await cardsIn(stock.ofAge(type, bucket))]).toEqual([type, upToDays, count]);
    }
    const { expiring, members, boundPerDay } = stats;
    expect({ expiring, members }).toMatchObject({
      expiring: { within7: 21, stale: 1 },
      members: { active: 5, within7: 2, lapsed30: 1 },
    });
    expect(await cardsIn(stock.expiringWithin(7))).toBe(expiring.within7);
    expect(await cardsIn(stock.expiringWithin(30))).toBe(expiring.within30);
    expect(await cardsIn(stock.stale)).toBe(expiring.stale);
    expect(await usersIn({ card: 'active' })).toBe(members.active);
    expect(await usersIn(stock.endingWithin(7))).toBe(members.within7);
    expect(await usersIn(stock.endingWithin(30))).toBe(members.within30);
    expect(await usersIn(stock.lapsed())).toBe(members.lapsed30);
    const days = boundPerDay.map(({ day }) => day);
    expect(await cardsIn(stock.boundOn(days[0] ?? '', days.at(-1)))).toBe(6);
    for (const { day, count } of boundPerDay) expect(await cardsIn(stock.boundOn(day))).toBe(count);
    expect(cardTypes.length * cardStates.length).toBe(stats.stock.length);
  });

  test('an export by any filter counts for the batches whose keys it took', async () => {
    await exported(desk, { filter: { channel: 'agent b', states: ['unused'] }, format: 'txt' });
    const { rows } = await desk.call('cards.batches.list', { filter: { exported: 'yes', channel: 'Agent B' } });
    expect(rows).toMatchObject([{ exported: 36 }]);
    const { taken } = await desk.call('cards.batches.get', { id: ids['100%_off'] ?? '' });
    expect(taken).toMatchObject([{ how: 'export', count: 36, by: 'boss' }]);
    await exported(desk, { format: 'csv' });
    const all = await desk.call('cards.batches.list', { filter: { exported: 'yes' } });
    expect(all.rows.map((row) => [row.note, row.exported])).toEqual([
      ['two', 6],
      ['gifts', 10],
      ['100%_off', 39],
      ['summer', 20],
      ['spring fair', 30],
    ]);
  });
});
