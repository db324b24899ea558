import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CardFilter, CardRow, CardSort, CardState, CardType } from '../../../electron/contract/cards-list.js';
import { cardStates, cardTypes } from '../../../electron/contract/cards-list.js';
import { resolveCards } from '../../../electron/operations/cards/selection.js';
import { connect } from '../../../electron/data/mysql/connect.js';
import type { Parameter } from '../../../electron/data/mysql/database.js';
import { insertRows } from '../../../electron/data/write/row-writer.js';
import { engines } from '../../sandbox/database.js';
import { codeOf, openTestSite, type TestSite } from '../helpers.js';
import { addPeople, until } from '../fixtures/users.js';

const day = 86_400_000;
const start = Date.now();
/** A moment this many days from now, as the database writes it. */
const at = (days: number): string => new Date(start + days * day).toISOString().slice(0, 19).replace('T', ' ');
const iso = (days: number): string => `${at(days).replace(' ', 'T')}Z`;
const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

interface Planted {
  readonly key: string;
  readonly type: CardType;
  readonly column: 'unused' | 'used' | 'expired';
  readonly state: CardState;
  readonly created: number | null;
  readonly expires: number;
  readonly bound?: { readonly to: string | null; readonly at: number };
  readonly revoked?: boolean;
  readonly batch?: boolean;
}

/** Every combination that a site can contain, with ties in every sort order. */
const planted: readonly Planted[] = Array.from({ length: 132 }, (_, n): Planted => {
  const type = cardTypes[n % 4] ?? 'week';
  const key = `Key${String(n).padStart(13, '0')}`;
  const created = n % 31 === 5 ? null : -100 + Math.floor(n / 10);
  const batch = n >= 40 && n < 80;
  switch (n % 6) {
    case 0:
      return { key, type, created, batch, column: 'unused', state: 'unused', expires: 1 + (n % 9) };
    case 1:
      return { key, type, created, batch, column: 'unused', state: 'expired', expires: -1 - (n % 9) };
    case 2:
      return { key, type, created, batch, column: 'expired', state: 'expired', expires: -20 };
    case 3:
      return {
        key,
        type,
        created,
        batch,
        column: 'used',
        state: 'used',
        expires: (n % 20) - 5,
        // Deleting a user leaves the time of binding without a name.
        bound: { to: n % 33 === 0 ? null : `user${String(n % 5)}`, at: -3 - (n % 7) },
      };
    case 4:
      return { key, type, created, batch, column: 'expired', state: 'revoked', expires: -2, revoked: true };
    default:
      // It is used and also marked as revoked: it counts as used.
      return {
        key,
        type,
        created,
        batch,
        column: 'used',
        state: 'used',
        expires: 300,
        bound: { to: 'user1', at: -(n % 50) },
        revoked: n % 12 === 5,
      };
  }
});

const firstId = 1_000;
const idOf = (n: number): string => String(firstId + n);

async function plant(desk: TestSite): Promise<void> {
  const { db } = desk.site;
  await addPeople(db, [
    { username: 'boss', role: 'owner' },
    ...Array.from({ length: 6 }, (_, n) => ({ username: `user${String(n)}` })),
  ]);
  await insertRows(
    db,
    'card_keys',
    planted.map((card, n): Record<string, Parameter> => ({
      id: firstId + n,
      key_hash: hashOf(card.key),
      plain_key: card.key,
      key_type: card.type,
      status: card.column,
      created_at: card.created === null ? null : at(card.created),
      expires_at: at(card.expires),
      bound_to: card.bound?.to ?? null,
      bound_at: card.bound === undefined ? null : at(card.bound.at),
    })),
  );
  await insertRows(
    db,
    'console_card_marks',
    planted.flatMap((card, n): Record<string, Parameter>[] =>
      card.revoked === true
        ? [
            {
              card_id: firstId + n,
              key_hash: hashOf(card.key),
              revoked_at: at(-1),
              revoked_by: 'boss',
              reason: 'lost',
              audit_id: 1,
            },
          ]
        : [],
    ),
  );
  await insertRows(db, 'console_card_batches', [
    {
      id: 7,
      kind: 'issue',
      key_type: null,
      wanted: 40,
      issued: 40,
      operator: 'boss',
      note: 'spring',
      created_at: at(-90),
    },
  ]);
  // Two adjacent ranges, and a separate one.
  await insertRows(
    db,
    'console_card_ranges',
    [
      [40, 59],
      [60, 69],
      [70, 79],
    ].map(([from = 0, to = 0]) => ({
      first_id: firstId + from,
      last_id: firstId + to,
      batch_id: 7,
      cards: to - from + 1,
      digest: 'a'.repeat(64),
    })),
  );
  // user5 was given an unused card, and has a record of a card that is bound to another user.
  await insertRows(
    db,
    'user_card_keys',
    [6, 9].map((n): Record<string, Parameter> => ({
      id: `record-${String(n)}`,
      key_hash: hashOf(planted[n]?.key ?? ''),
      username: 'user5',
      key_type: 'week',
      status: 'unused',
      source: 'redeem',
      created_at: at(-50),
      expires_at: at(5),
    })),
  );
}

async function pages(
  desk: TestSite,
  filter: CardFilter,
  sort: CardSort,
  descending: boolean,
  limit: number,
): Promise<CardRow[]> {
  const rows: CardRow[] = [];
  let after: string | undefined;
  for (let page = 0; page < 300; page += 1) {
    const answer = await desk.call('cards.list', {
      filter,
      sort,
      descending,
      limit,
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...answer.rows);
    if (answer.next === null) return rows;
    after = answer.next;
  }
  throw new Error('The list does not end');
}

describe.each(engines())('listing card keys on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await plant(desk);
  });
  afterAll(() => desk.close());

  const idsWhere = (holds: (card: Planted, n: number) => boolean): string[] =>
    planted.flatMap((card, n) => (holds(card, n) ? [idOf(n)] : [])).sort();
  const idsOf = async (filter: CardFilter): Promise<string[]> =>
    (await pages(desk, filter, 'created', true, 500)).map(({ id }) => id).sort();

  test('every sort pages through every card once, in order, whatever the size of the page', async () => {
    for (const sort of ['created', 'expires', 'bound'] as const) {
      for (const descending of [true, false]) {
        const rows = await pages(desk, {}, sort, descending, 7);
        expect(rows.map(({ id }) => id).sort()).toEqual(idsWhere(() => true));
        const way = descending ? -1 : 1;
        const value = (row: CardRow): string | null =>
          sort === 'created' ? null : sort === 'expires' ? row.expiresAt : row.boundAt;
        const sorted = rows.toSorted((a, b) => {
          const [left, right] = [value(a), value(b)];
          if ((left === null) !== (right === null)) return left === null ? 1 : -1;
          if (left !== null && right !== null && left !== right) return left < right ? -way : way;
          return (Number(a.id) - Number(b.id)) * way;
        });
        expect(rows.map(({ id }) => id)).toEqual(sorted.map(({ id }) => id));
        expect((await pages(desk, {}, sort, descending, 500)).map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
      }
    }
  });

  test('rows say what a card is by the clock and the book, and cover its key', async () => {
    const rows = new Map((await pages(desk, {}, 'created', true, 500)).map((row) => [row.id, row]));
    for (const [n, card] of planted.entries()) {
      expect(rows.get(idOf(n))).toEqual({
        id: idOf(n),
        masked: `••••${card.key.slice(-4)}`,
        type: card.type,
        state: card.state,
        stale: card.column === 'unused' && card.expires <= 0,
        createdAt: card.created === null ? null : iso(card.created),
        expiresAt: iso(card.expires),
        boundTo: card.bound?.to ?? null,
        boundAt: card.bound === undefined ? null : iso(card.bound.at),
        assignedTo: n === 6 || n === 9 ? 'user5' : null,
        batch: card.batch === true ? '7' : null,
      });
    }
  });

  test('filters', async () => {
    for (const state of cardStates)
      expect(await idsOf({ states: [state] })).toEqual(idsWhere((card) => card.state === state));
    expect(await idsOf({ states: ['unused', 'revoked'] })).toEqual(
      idsWhere(({ state }) => state === 'unused' || state === 'revoked'),
    );
    expect(await idsOf({ states: [...cardStates] })).toHaveLength(planted.length);
    expect(await idsOf({ types: ['week', 'year'], states: ['used'] })).toEqual(
      idsWhere(({ type, state }) => (type === 'week' || type === 'year') && state === 'used'),
    );
    expect(await idsOf({ batch: '7' })).toEqual(idsWhere(({ batch }) => batch === true));
    expect(await idsOf({ batch: '7', states: ['expired'] })).toEqual(
      idsWhere(({ batch, state }) => batch === true && state === 'expired'),
    );
    expect(await idsOf({ batch: '99999999999999999999' })).toEqual([]);
    expect(await idsOf({ user: 'user1' })).toEqual(idsWhere(({ bound }) => bound?.to === 'user1'));
    // Names are compared as the site does. A card that another user has bound belongs to that user alone, in spite of
    // the record.
    expect(await idsOf({ user: 'USER5' })).toEqual([idOf(6)]);
    expect(await idsOf({ user: "' OR 1=1 --" })).toEqual([]);
    expect(await idsOf({ expiresFrom: iso(1), expiresTo: iso(5) })).toEqual(
      idsWhere(({ expires }) => expires >= 1 && expires <= 5),
    );
    expect(await idsOf({ createdFrom: iso(-95), createdTo: iso(-93) })).toEqual(
      idsWhere(({ created }) => created !== null && created >= -95 && created <= -93),
    );
    expect(await idsOf({ boundFrom: iso(-6) })).toEqual(idsWhere(({ bound }) => (bound?.at ?? -99) >= -6));
    expect(await idsOf({ boundTo: iso(-6) })).toEqual(
      idsWhere(({ bound }) => (bound?.at ?? 0) <= -6 && bound !== undefined),
    );
    // Far outside the range of a TIMESTAMP.
    expect(await idsOf({ expiresFrom: '9999-12-31T23:59:59Z' })).toEqual([]);
    expect(await idsOf({ createdTo: '0001-01-01T00:00:00Z' })).toEqual([]);
  });

  test('filters and sorts go together with paging', async () => {
    for (const sort of ['created', 'expires', 'bound'] as const) {
      const filter: CardFilter = { states: ['used', 'expired'], types: ['month', 'week'] };
      expect((await pages(desk, filter, sort, false, 3)).map(({ id }) => id).sort()).toEqual(
        idsWhere(
          ({ state, type }) => (state === 'used' || state === 'expired') && (type === 'month' || type === 'week'),
        ),
      );
      expect((await pages(desk, { user: 'user1' }, sort, true, 2)).map(({ id }) => id).sort()).toEqual(
        idsWhere(({ bound }) => bound?.to === 'user1'),
      );
    }
  });

  test('counts', async () => {
    expect(await desk.call('cards.count', { filter: { states: ['revoked'] } })).toEqual({
      count: idsWhere(({ state }) => state === 'revoked').length,
      exact: true,
    });
    expect(await desk.call('cards.count', { filter: {}, exact: true })).toEqual({ count: planted.length, exact: true });
  });

  test('a place of another list, or of nobody, is refused', async () => {
    const { next } = await desk.call('cards.list', { limit: 1 });
    const after = next ?? '';
    expect(await codeOf(desk.call('cards.list', { limit: 1, sort: 'bound', after }))).toBe('invalid_input');
    expect(await codeOf(desk.call('cards.list', { limit: 1, descending: false, after }))).toBe('invalid_input');
    for (const forged of ['x', '', Buffer.from('["created",true,null,"1 OR 1=1"]').toString('base64url')])
      expect(await codeOf(desk.call('cards.list', { limit: 1, after: forged }))).toBe('invalid_input');
  });

  test('a selection comes to each card once, and says what led nowhere', async () => {
    const about = { tables: true };
    const found = async (who: Parameters<typeof resolveCards>[1]): Promise<{ ids: string[]; unresolved: string[] }> => {
      const { parts, unresolved } = await resolveCards(desk.site.db, who, about);
      const ids: string[] = [];
      for (const { sql, parameters } of parts)
        ids.push(
          ...(await desk.site.db.rows<{ id: string | number }>(`SELECT c.id ${sql}`, parameters)).map(({ id }) =>
            String(id),
          ),
        );
      return {
        ids: ids.sort(),
        unresolved: unresolved.map(({ why, count, sample }) => `${why} ${String(count)} ${sample.join(',')}`),
      };
    };
    expect(await found({ ids: [idOf(3), idOf(1), `000${idOf(3)}`, '5', idOf(2)], except: [idOf(2), '6'] })).toEqual({
      ids: [idOf(1), idOf(3)],
      unresolved: [`unknown 1 5`, `duplicate 1 ${idOf(3)}`, `taken_out 1 ${idOf(2)}`],
    });
    const [first, second] = [planted[0]?.key ?? '', planted[1]?.key ?? ''];
    expect(await found({ keys: [first, ` ${first}\n`, second, 'Nobody0123456789'] })).toEqual({
      ids: [idOf(0), idOf(1)],
      unresolved: ['unknown 1 ••••6789', `duplicate 1 ••••${first.slice(-4)}`],
    });
    expect(await found({ filter: { states: ['revoked'] }, except: [idOf(4), idOf(0)] })).toEqual({
      ids: idsWhere(({ state }, n) => state === 'revoked' && n !== 4),
      unresolved: [`taken_out 1 ${idOf(4)}`],
    });
  });

  test('stock, ages, bindings and members', async () => {
    const stats = await desk.call('cards.stats', {});
    const count = (holds: (card: Planted) => boolean): number => planted.filter(holds).length;
    for (const row of stats.stock)
      expect(row.count).toBe(count(({ type, state }) => type === row.type && state === row.state));
    const age =
      (from: number, to: number) =>
      ({ type, state, created }: Planted): boolean =>
        type === 'week' && state === 'unused' && (created ?? -1e6) > -to && (created ?? -1e6) <= -from;
    expect(stats.age.filter(({ type }) => type === 'week').map((row) => row.count)).toEqual([
      count(age(0, 7)),
      count(age(7, 30)),
      count(age(30, 90)),
      count(age(90, 2e6)),
    ]);
    const ends = new Map<string, number>();
    for (const { bound, expires } of planted)
      if (bound !== undefined && bound.to !== null) ends.set(bound.to, Math.max(ends.get(bound.to) ?? -1e6, expires));
    const members = (from: number, to: number): number =>
      [...ends.values()].filter((end) => end > from && end <= to).length;
    expect(stats.members).toEqual({
      active: members(0, 1e6),
      within7: members(0, 7),
      within30: members(0, 30),
      lapsed30: members(-30, 0),
    });
    expect(stats.expiring).toEqual({
      within7: count(({ state, expires }) => state === 'unused' && expires <= 7),
      within30: count(({ state, expires }) => state === 'unused' && expires <= 30),
      stale: count(({ column, state }) => column === 'unused' && state === 'expired'),
    });
  });

  test.each([0, 480, -720, 765])('days are those of the zone %d minutes ahead of UTC', async (zone) => {
    const { boundPerDay, at } = await desk.call('cards.stats', { zone });
    const dayOf = (instant: number): string => new Date(instant + zone * 60_000).toISOString().slice(0, 10);
    expect(boundPerDay).toHaveLength(30);
    expect(boundPerDay.at(-1)?.day).toBe(dayOf(Date.parse(at)));
    const bindings = planted.flatMap(({ bound }) => (bound === undefined ? [] : [dayOf(Date.parse(iso(bound.at)))]));
    expect(bindings.filter((day) => day >= (boundPerDay[0]?.day ?? '')).length).toBeGreaterThan(0);
    for (const { day, count } of boundPerDay) expect(count).toBe(bindings.filter((one) => one === day).length);
  });

  test('a call that is given up ends its queries', async () => {
    await desk.call('cards.stats', {});
    const held = async (): Promise<boolean> =>
      (
        await desk.site.db.rows(
          "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND state = 'Waiting for table metadata lock'",
        )
      ).length > 0;
    const other = await connect(desk.site.config.mysql);
    try {
      await other.query('LOCK TABLES card_keys WRITE');
      const { router } = desk.console;
      const answer = router.dispatch(
        { id: 'given up', operation: 'cards.stats', input: {}, language: 'en' },
        { origin: 'window' },
      );
      await until(held);
      router.cancel('given up');
      expect(await answer).toMatchObject({ ok: false, error: { code: 'cancelled' } });
      await until(async () => !(await held()));
    } finally {
      other.destroy();
    }
  });
});
