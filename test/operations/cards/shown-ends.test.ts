/** A preview shows when a membership will end, whatever is done to its cards, and a card's own end as such. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Preview } from '../../../electron/contract/common.js';
import { isoOf, isoOrNull } from '../../../electron/data/mysql/database.js';
import { engines } from '../../sandbox/database.js';
import { addStock, cardNow, doCards, type TestCard } from '../fixtures/cards.js';
import { openTestSite, type TestSite } from '../helpers.js';
import { addPeople } from '../fixtures/users.js';

describe.each(engines())('the ends in a preview on %s', (engine) => {
  let desk: TestSite;
  let people = 0;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
  });
  afterAll(() => desk.close());

  /** When the user's membership ends, as the site sees it. */
  async function endOf(username: string): Promise<string | null> {
    const [row] = await desk.site.db.rows<{ ends: string | null }>(
      'SELECT MAX(expires_at) AS ends FROM card_keys WHERE bound_to = ?',
      [username],
    );
    return isoOrNull(row?.ends ?? null);
  }

  /** Somebody with a month, a week and a year, stacked. */
  async function member(): Promise<{ username: string; month: TestCard; week: TestCard; year: TestCard }> {
    const username = `member${String((people += 1))}`;
    await addPeople(desk.site.db, [{ username }]);
    const [month] = await addStock(desk, 1);
    const [week] = await addStock(desk, 1, { type: 'week', age: 2 });
    const [year] = await addStock(desk, 1, { type: 'year', age: 1 });
    if (!month || !week || !year) throw new Error('no cards');
    return { username, month, week, year };
  }

  const pairsOf = ({ username, month, week, year }: Awaited<ReturnType<typeof member>>) => [
    { card: { id: month.id }, username },
    { card: { id: week.id }, username },
    { card: { id: year.id }, username },
  ];

  /** Each row begins where the one before it has ended, and the last one ends as the membership does now. */
  async function expectChain({ rows }: Pick<Preview, 'rows'>, username: string, from: string | null): Promise<void> {
    const details = rows.map(({ detail }) => detail);
    expect(details.map(({ of }) => of)).toEqual(details.map(() => 'membership'));
    expect(details.map(({ before }) => before)).toEqual([from, ...details.slice(0, -1).map(({ after }) => after)]);
    expect(details.at(-1)?.['after']).toBe(await endOf(username));
  }

  test('bound cards add up, row by row', async () => {
    const who = await member();
    const { preview } = await doCards(desk, 'bind', { pairs: pairsOf(who) });
    expect(preview.rows).toHaveLength(3);
    await expectChain(preview, who.username, null);
  });

  test('a pair that is skipped shows no end', async () => {
    const who = await member();
    const { preview } = await doCards(desk, 'bind', {
      pairs: [...pairsOf(who).slice(0, 1), { card: { id: who.month.id }, username: who.username }],
    });
    expect(preview.rows.map(({ detail }) => Object.hasOwn(detail, 'after'))).toEqual([true, false]);
  });

  test('a renewal adds to it', async () => {
    const who = await member();
    await doCards(desk, 'bind', { pairs: pairsOf(who).slice(0, 1) });
    const before = await endOf(who.username);
    const { preview } = await doCards(desk, 'renew', { who: { names: [who.username] }, type: 'week' });
    expect(preview.rows).toHaveLength(1);
    await expectChain(preview, who.username, before);
  });

  test.each([
    ['unbind', { afterwards: 'stock' }],
    ['unbind', { afterwards: 'revoke' }],
    ['revoke', { boundToo: true }],
  ] as const)('%s %j takes from it, and names the card’s own end', async (verb, more) => {
    const who = await member();
    await doCards(desk, 'bind', { pairs: pairsOf(who) });
    const before = await endOf(who.username);
    const some = { who: { ids: [who.year.id, who.week.id] }, ...more };
    const { preview } = await doCards(desk, verb, some as never);
    expect(preview.rows).toHaveLength(2);
    await expectChain(preview, who.username, before);
    for (const { target, detail } of preview.rows) {
      const card = target === who.year.id ? who.year : who.week;
      const { expires_at: ends } = await cardNow(desk, card.hash);
      // Revoked cards end now, and now is a moment later when it happens.
      if (verb === 'unbind' && more.afterwards === 'stock') expect(detail['ownEnd']).toBe(isoOf(ends ?? ''));
      else expect(Date.parse(isoOf(ends ?? '')) - Date.parse(String(detail['ownEnd']))).toBeLessThan(30_000);
    }
    // The last card takes the membership with it.
    const { preview: last } = await doCards(desk, 'unbind', { who: { ids: [who.month.id] }, afterwards: 'stock' });
    expect(last.rows[0]?.detail).toMatchObject({ of: 'membership', after: null });
    expect(await endOf(who.username)).toBeNull();
  });

  test('of a card that nobody has bound it is the card’s own end', async () => {
    const [card] = await addStock(desk, 1);
    const { preview } = await doCards(desk, 'revoke', { who: { ids: [card?.id ?? ''] } });
    expect(preview.rows[0]?.detail).toMatchObject({ of: 'card', user: null });
  });
});
