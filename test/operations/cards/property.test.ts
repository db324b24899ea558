// @module-tag long
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { CardChanges } from '../../../electron/operations/cards/change/card-changes.js';
import { Change } from '../../../electron/data/write/audited-change.js';
import { engines } from '../../sandbox/database.js';
import { addStock, doCards } from '../fixtures/cards.js';
import { names, step, CardModel } from './card-model.js';
import { openTestSite, type TestSite } from '../helpers.js';
import { addPeople } from '../fixtures/users.js';
import { redisUp } from '../../storage/redis-up.js';

const wanted = 10_000;

describe.each(engines())('any sequence of changes to card keys on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await redisUp(desk.site);
    await desk.site.cache.ready();
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }, ...names.map((username) => ({ username }))]);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  afterAll(() => desk.close());

  test('ten thousand changes keep invariants 7 to 10, config, records and caches in step', async () => {
    const world = new CardModel(desk);
    await addStock(desk, 1_200, { type: 'week' });
    let round = 0;
    for (const steps of fc.sample(fc.array(step, { minLength: 5, maxLength: 5 }), { numRuns: 400, seed: 20_261 })) {
      if (world.changed >= wanted) break;
      for (const one of steps) await world.do(one);
      round += 1;
      expect({ round, broken: await world.broken() }).toEqual({ round, broken: [] });
      if (round % 4 === 0) await world.forgetExpired();
    }
    expect(world.changed).toBeGreaterThanOrEqual(wanted);
  }, 240_000);

  test.each([
    ['forgets the config', () => vi.spyOn(CardChanges.prototype, 'syncEntry').mockReturnValue(undefined), /^10 /],
    ['forgets the records', () => vi.spyOn(CardChanges.prototype, 'mirror').mockReturnValue(undefined), /^9 /],
    ['forgets the caches', () => vi.spyOn(Change.prototype, 'invalidate').mockReturnValue(undefined), /^12 /],
  ])('a change that %s is found out', async (_, breakIt, rule) => {
    const other = await openTestSite(engine);
    try {
      await redisUp(other.site);
      await other.site.cache.ready();
      await addPeople(other.site.db, [{ username: 'boss', role: 'owner' }, ...names.map((username) => ({ username }))]);
      const world = new CardModel(other);
      await addStock(other, 20);
      await addStock(other, 5, { assigned: names[0] ?? '' });
      expect(await world.broken()).toEqual([]);
      breakIt();
      const username = names[0] ?? '';
      const pairs = (await world.cards()).map(({ id }) => ({ card: { id }, username }));
      await doCards(other, 'bind', { pairs });
      expect((await world.broken()).some((name) => rule.test(name))).toBe(true);
    } finally {
      await other.close();
    }
  });
});
