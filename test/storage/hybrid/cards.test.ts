import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UserCardKey } from '../../../electron/storage/types.js';
import { moveEntriesBack, moveEntriesIn } from '../../../electron/data/config/move-site.js';
import { codeOf } from '../../operations/helpers.js';
import { until } from '../../operations/fixtures/users.js';
import { engines } from '../../sandbox/database.js';
import { at, card, day, ends, openTestSiteClient, sha, type TestSiteClient } from './site-client.js';
import { brokenRules } from './invariants.js';

describe.each(engines())('cards on %s', (engine) => {
  let siteClient: TestSiteClient;
  const stock = async (changes: Parameters<typeof card>[0] = {}, days = 30) => {
    const made = card(changes, days);
    await siteClient.createCardKey(made);
    return made;
  };
  const someone = async (name: string): Promise<string> => {
    await siteClient.registerUser(name, 'secret');
    return name;
  };
  beforeAll(async () => {
    siteClient = await openTestSiteClient(engine, 'ann');
  });
  afterAll(() => siteClient.close());

  test('a card is kept as given, found by its hash, taken out again', async () => {
    const made = await stock();
    expect(await siteClient.getCardKey(made.keyHash)).toEqual(made);
    expect(await siteClient.getCardKey(made.keyHash.toUpperCase())).toEqual(made);
    expect(await siteClient.getAllCardKeys()).toContainEqual(made);
    expect(await codeOf(siteClient.createCardKey(made))).toBe('conflict');
    await siteClient.deleteCardKey(made.keyHash);
    expect(await siteClient.getCardKey(made.keyHash)).toBeNull();
    await siteClient.deleteCardKey(made.keyHash);
    expect(await codeOf(siteClient.createCardKey({ ...made, key: 'other' }))).toBe('invalid_input');
    expect(await codeOf(siteClient.createCardKey(card({ key: 'k'.repeat(65) })))).toBe('invalid_input');
    expect(await codeOf(siteClient.createCardKey(card({ status: 'expired' })))).toBe('invalid_input');
    expect(await codeOf(siteClient.createCardKey(card({ status: 'used' })))).toBe('invalid_input');
    expect(await codeOf(siteClient.createCardKey(card({ expiresAt: Date.parse('2050-01-01') })))).toBe('invalid_input');
    const big = card({ key: 'Ab' });
    await siteClient.createCardKey(big);
    await siteClient.createCardKey(card({ key: 'aB' }));
    expect(await siteClient.getCardKey(sha('Ab'))).toMatchObject({ key: 'Ab' });
  });

  test('a bound card’s new end is read at once by every process, wherever it stands', async () => {
    const name = await someone('moved-end');
    const made = await stock();
    await siteClient.bindCardKey(name, made.key);
    const other = await siteClient.another();
    const filled = siteClient.site.keys.of('userInfo', name);
    for (const process of [siteClient, other])
      expect(await process.getUserInfoV2(name)).toMatchObject({ cardKey: { expiresAt: made.expiresAt } });
    await until(async () => (await siteClient.site.redis.exists(filled)) === 1);
    const expiresAt = at(90 * 86_400);
    await siteClient.updateCardKey(made.keyHash, { expiresAt });
    for (const process of [other, siteClient]) {
      expect(await process.getUserInfoV2(name)).toMatchObject({ cardKey: { boundKey: made.keyHash, expiresAt } });
      expect(await process.getCardKey(made.keyHash)).toMatchObject({ status: 'used', expiresAt });
      expect(await process.getUserCardKeyInfo(name)).toMatchObject({ expiresAt });
      expect(await process.getUserCardKeys(name)).toMatchObject([{ status: 'used', expiresAt }]);
    }
    expect(await siteClient.entry(name)).toMatchObject({ cardKey: { expiresAt } });
  });

  test('an unused card past its expiry is expired, whatever its column says', async () => {
    const stale = await stock({ createdAt: at(-40 * 86_400) });
    expect(await siteClient.getCardKey(stale.keyHash)).toMatchObject({ status: 'expired' });
    expect(await codeOf(siteClient.bindCardKey('ann', stale.key))).toBe('conflict');
    await siteClient.updateCardKey(stale.keyHash, { status: 'expired' });
    expect(await siteClient.sql('SELECT status FROM card_keys WHERE key_hash = ?', stale.keyHash)).toEqual([
      { status: 'expired' },
    ]);
    const fresh = await stock();
    expect(await codeOf(siteClient.updateCardKey(fresh.keyHash, { status: 'expired' }))).toBe('conflict');
  });

  test('binding is exact about what was typed, and tells all three places', async () => {
    const name = await someone('Bob');
    const made = await stock({ key: 'AbCdEf1234567890' });
    expect(await siteClient.getUserCardKeyInfo(name)).toBeNull();
    expect(await siteClient.getFullUserCardKey(name)).toBeNull();
    for (const typed of ['abcdef1234567890', 'AbCdEf1234567890 ', 'none'])
      expect(await codeOf(siteClient.bindCardKey(name, typed))).toBe('not_found');
    expect(await codeOf(siteClient.bindCardKey('nobody', made.key))).toBe('not_found');
    const info = await siteClient.bindCardKey('bob', made.key);
    expect(info).toEqual({ boundKey: made.keyHash, expiresAt: made.expiresAt, boundAt: expect.any(Number) as number });
    expect(await siteClient.getUserCardKeyInfo('BOB')).toEqual(info);
    expect((await siteClient.getUserInfoV2(name))?.cardKey).toEqual(info);
    expect(await siteClient.entry('Bob')).toMatchObject({ cardKey: info });
    const used = { ...made, status: 'used', boundTo: 'Bob', boundAt: info.boundAt };
    expect(await siteClient.getCardKey(made.keyHash)).toEqual(used);
    expect(await siteClient.getFullUserCardKey('bob')).toEqual(used);
    expect(await siteClient.getUserCardKeys('bob')).toMatchObject([
      {
        keyHash: made.keyHash,
        username: 'Bob',
        status: 'used',
        usedBy: 'Bob',
        usedAt: info.boundAt,
        expiresAt: made.expiresAt,
      },
    ]);
    for (const name of ['Bob', 'ann']) expect(await codeOf(siteClient.bindCardKey(name, made.key))).toBe('conflict');
    expect(await codeOf(siteClient.deleteCardKey(made.keyHash))).toBe('conflict');
  });

  test('renewals stack: every active card carries the new end, an expired one keeps its own', async () => {
    const name = await someone('renewer');
    const first = await stock({}, 30);
    await siteClient.bindCardKey(name, first.key);
    const second = await stock({ keyType: 'week', createdAt: at(-2 * 86_400) }, 7);
    const stacked = await siteClient.bindCardKey(name, second.key);
    expect(stacked).toMatchObject({ boundKey: second.keyHash, expiresAt: first.expiresAt + 7 * day });
    for (const { keyHash } of [first, second])
      expect(await siteClient.getCardKey(keyHash)).toMatchObject({ expiresAt: stacked.expiresAt });
    for (const record of await siteClient.getUserCardKeys(name)) expect(record.expiresAt).toBe(stacked.expiresAt);
    const over = at(-day / 1000);
    for (const { keyHash } of [first, second]) await siteClient.updateCardKey(keyHash, { expiresAt: over });
    expect(await siteClient.getUserCardKeyInfo(name)).toMatchObject({ expiresAt: over });
    const third = await stock({}, 90);
    const renewed = await siteClient.bindCardKey(name, third.key);
    expect(Math.abs(renewed.expiresAt - Date.now() - 90 * day)).toBeLessThan(5_000);
    expect(await siteClient.getCardKey(first.keyHash)).toMatchObject({ expiresAt: over, status: 'used' });
    expect(await siteClient.entry(name)).toMatchObject({ cardKey: renewed });
    const endless = await stock({ keyType: 'year', createdAt: at(), expiresAt: Date.parse('2038-01-01') });
    expect(await codeOf(siteClient.bindCardKey(name, endless.key))).toBe('invalid_input');
    expect(await siteClient.getCardKey(endless.keyHash)).toMatchObject({ status: 'unused' });
  });

  test('of two hundred binds of one card exactly one wins', async () => {
    const other = await siteClient.another();
    const names = await Promise.all(Array.from({ length: 10 }, (_, n) => someone(`racer${String(n)}`)));
    const made = await stock();
    const calls = Array.from({ length: 200 }, (_, n) =>
      (n % 2 === 0 ? siteClient : other).bindCardKey(names[n % names.length] ?? '', made.key),
    );
    expect(await ends(calls)).toEqual({ done: 1, conflict: 199 });
    const holders = await siteClient.sql<{ bound_to: string }>(
      'SELECT bound_to FROM card_keys WHERE key_hash = ?',
      made.keyHash,
    );
    const infos = await Promise.all(names.map((name) => other.getUserCardKeyInfo(name)));
    expect(infos.filter((info) => info !== null)).toHaveLength(1);
    expect(infos[names.indexOf(holders[0]?.bound_to ?? '')]).not.toBeNull();
    expect(await siteClient.sql('SELECT id FROM user_card_keys WHERE key_hash = ?', made.keyHash)).toHaveLength(1);
  });

  test('cards of one user at once stack one after another', async () => {
    const name = await someone('hoarder');
    const cards = await Promise.all([1, 2, 3, 4].map(() => stock({}, 30)));
    expect(await ends(cards.map(({ key }) => siteClient.bindCardKey(name, key)))).toEqual({ done: 4 });
    const info = await siteClient.getUserCardKeyInfo(name);
    expect(Math.round(((info?.expiresAt ?? 0) - Date.now()) / day)).toBe(120);
  });

  test('the site’s own steps bind too, and agree', async () => {
    const name = await someone('stepper');
    const made = await stock();
    const boundAt = at(-5);
    await siteClient.updateCardKey(made.keyHash, { status: 'used', boundTo: name, boundAt });
    expect(await codeOf(siteClient.updateCardKey(made.keyHash, { status: 'used', boundTo: 'ann' }))).toBe('conflict');
    expect(await codeOf(siteClient.updateCardKey(made.keyHash, { status: 'unused' }))).toBe('conflict');
    const expiresAt = made.expiresAt + day;
    await siteClient.updateUserCardKeyInfo(name, { boundKey: made.keyHash, expiresAt, boundAt });
    const record: UserCardKey = {
      id: 'step-1',
      keyHash: made.keyHash,
      username: name,
      type: 'month',
      status: 'used',
      source: 'promotion_register',
      createdAt: boundAt,
      expiresAt,
      usedAt: boundAt,
      usedBy: name,
      notes: '注册赠送',
    };
    await siteClient.addUserCardKey(record);
    expect(await siteClient.getUserCardKeys(name)).toEqual([record]);
    expect(await codeOf(siteClient.addUserCardKey({ ...record, id: 'step-2' }))).toBe('conflict');
    await siteClient.updateUserCardKey('step-1', { expiresAt: expiresAt + day, notes: '延长' });
    expect(await siteClient.getUserCardKeys(name)).toEqual([{ ...record, expiresAt: expiresAt + day, notes: '延长' }]);
    expect(await siteClient.getUserCardKeyInfo(name)).toEqual({
      boundKey: made.keyHash,
      expiresAt: expiresAt + day,
      boundAt,
    });
    expect(await siteClient.entry(name)).toMatchObject({ cardKey: { expiresAt: expiresAt + day } });
    await siteClient.updateCardKey(made.keyHash, { status: 'expired' });
    expect(await siteClient.getCardKey(made.keyHash)).toMatchObject({ status: 'used' });
  });

  test('a site whose column has no word for it is told where to mend that', async () => {
    const made = await stock();
    const source = (values: string): Promise<unknown> =>
      siteClient.sql(
        `ALTER TABLE user_card_keys MODIFY source ENUM('invitation', 'redeem', 'manual'${values}) NOT NULL`,
      );
    await siteClient.sql("DELETE FROM user_card_keys WHERE source = 'promotion_register'");
    await source('');
    try {
      const record = {
        id: 'wordless',
        keyHash: made.keyHash,
        username: 'ann',
        type: 'month',
        status: 'unused',
      } as const;
      const times = { createdAt: at(), expiresAt: made.expiresAt };
      expect(await codeOf(siteClient.addUserCardKey({ ...record, ...times, source: 'promotion_register' }))).toBe(
        'unsupported',
      );
      await siteClient.addUserCardKey({ ...record, ...times, source: 'manual' });
    } finally {
      await source(", 'promotion_register'");
    }
  });

  test('what does not fit is refused', async () => {
    const made = await stock();
    const stale = await stock({ createdAt: at(-40 * 86_400) });
    const none = sha('none');
    const record: UserCardKey = {
      id: 'fit',
      keyHash: made.keyHash,
      username: 'ann',
      type: 'month',
      status: 'unused',
      source: 'manual',
      createdAt: at(),
      expiresAt: made.expiresAt,
    };
    const info = { boundKey: made.keyHash, expiresAt: made.expiresAt, boundAt: at() };
    for (const [work, code] of [
      [() => siteClient.updateCardKey(none, {}), 'not_found'],
      [() => siteClient.updateCardKey(made.keyHash, { status: 'used' }), 'invalid_input'],
      [() => siteClient.updateCardKey(made.keyHash, { status: 'used', boundTo: 'nobody' }), 'not_found'],
      [() => siteClient.updateCardKey(made.keyHash, { keyHash: none }), 'invalid_input'],
      [() => siteClient.updateCardKey(made.keyHash, { key: 'else' }), 'invalid_input'],
      [() => siteClient.updateCardKey(stale.keyHash, { status: 'used', boundTo: 'ann' }), 'conflict'],
      [() => siteClient.updateUserCardKeyInfo('ann', { ...info, boundKey: none }), 'not_found'],
      [() => siteClient.updateUserCardKeyInfo('nobody', info), 'not_found'],
      [() => siteClient.addUserCardKey({ ...record, keyHash: none }), 'not_found'],
      [() => siteClient.addUserCardKey({ ...record, username: 'nobody' }), 'not_found'],
      [() => siteClient.addUserCardKey({ ...record, type: 'week' }), 'invalid_input'],
      [() => siteClient.addUserCardKey({ ...record, status: 'expired' }), 'conflict'],
      [() => siteClient.updateUserCardKey('none', {}), 'not_found'],
    ] as const) {
      expect(await codeOf(work())).toBe(code);
    }
    await siteClient.addUserCardKey(record);
    expect(await codeOf(siteClient.deleteCardKey(made.keyHash))).toBe('conflict');
    expect(await codeOf(siteClient.updateUserCardKey('fit', { username: 'Bob' }))).toBe('invalid_input');
    await siteClient.updateUserCardKey('fit', { status: 'used' });
    expect(await siteClient.getCardKey(made.keyHash)).toMatchObject({ status: 'used', boundTo: 'ann' });
    expect(await siteClient.getUserCardKeys('nobody')).toEqual([]);
    expect(await siteClient.getUserCardKeyInfo('nobody')).toBeNull();
  });

  test('a card outlives its user as used, and binds nobody else', async () => {
    const name = await someone('leaver');
    const made = await stock();
    await siteClient.bindCardKey(name, made.key);
    const other = await siteClient.another();
    const filled = siteClient.site.keys.of('cardKey', made.keyHash);
    for (const process of [siteClient, other])
      expect(await process.getCardKey(made.keyHash)).toMatchObject({ boundTo: name });
    await until(async () => (await siteClient.site.redis.exists(filled)) === 1);
    await siteClient.deleteUser(name);
    for (const process of [siteClient, other])
      expect((await process.getCardKey(made.keyHash))?.boundTo).toBeUndefined();
    const left = await siteClient.getCardKey(made.keyHash);
    expect(left).toMatchObject({ status: 'used' });
    expect(left?.boundTo).toBeUndefined();
    expect(await codeOf(siteClient.bindCardKey('ann', made.key))).toBe('conflict');
    expect(await codeOf(siteClient.updateCardKey(made.keyHash, { boundTo: 'ann' }))).toBe('conflict');
  });

  describe('on a site whose entries are in rows', () => {
    beforeAll(async () => {
      await siteClient.createUserV2('boss', 'secret', 'owner');
      await moveEntriesIn(siteClient.site, { by: 'boss' });
    });
    afterAll(() => moveEntriesBack(siteClient.site, { by: 'boss' }));

    test('a card that nobody may bind is refused without waiting for who holds it', { timeout: 20_000 }, async () => {
      const [winner, late] = [await someone('winner'), await someone('late')];
      const [used, over] = [await stock(), await stock({ expiresAt: at(-5), createdAt: at(-day / 1_000) })];
      await siteClient.bindCardKey(winner, used.key);
      await siteClient.site.db.transaction(async (tx) => {
        await tx.rows('SELECT id FROM card_keys WHERE key_hash IN (?) FOR UPDATE', [[used.keyHash, over.keyHash]]);
        expect(await ends([used, over].map(({ key }) => siteClient.bindCardKey(late, key)))).toEqual({ conflict: 2 });
        // Nor do two users who try each other's cards wait for each other.
        expect(await codeOf(siteClient.bindCardKey(winner, used.key))).toBe('conflict');
      });
      expect(await codeOf(siteClient.bindCardKey(late, 'none'))).toBe('not_found');
      expect(await codeOf(siteClient.bindCardKey('nobody', used.key))).toBe('not_found');
    });

    test('of two hundred binds of one card exactly one wins', async () => {
      const other = await siteClient.another();
      const names = await Promise.all(Array.from({ length: 10 }, (_, n) => someone(`runner${String(n)}`)));
      const made = await stock();
      const calls = Array.from({ length: 200 }, (_, n) =>
        (n % 2 === 0 ? siteClient : other).bindCardKey(names[n % names.length] ?? '', made.key),
      );
      expect(await ends(calls)).toEqual({ done: 1, conflict: 199 });
      expect(await siteClient.sql('SELECT id FROM user_card_keys WHERE key_hash = ?', made.keyHash)).toHaveLength(1);
    });

    test('where a server keeps no prepared statements, or no more of them, a bind is asked as text and comes to the same', async () => {
      const { db } = siteClient.site;
      const [first, second] = [await someone('prepared'), await someone('text')];
      const [one, two] = [await stock(), await stock()];
      await siteClient.bindCardKey(first, one.key);
      expect(db.preparing).toBe(true);
      await db.transaction(async (tx) => {
        // It is only sent as text, as such a server receives every statement.
        await tx.run("PREPARE there FROM 'SELECT CURRENT_DATE IS NOT NULL AND NULL AS one'");
        expect(await tx.prepared('EXECUTE there')).toEqual([{ one: null }]);
      });
      expect(db.preparing).toBe(false);
      try {
        const bound = await siteClient.bindCardKey(second, two.key);
        expect(bound).toMatchObject({ boundKey: two.keyHash, expiresAt: two.expiresAt });
        expect(await codeOf(siteClient.bindCardKey(first, two.key))).toBe('conflict');
        expect((await siteClient.getUserInfoV2(second))?.cardKey).toEqual(bound);
      } finally {
        db.preparing = true;
      }
    });
  });

  test('after all of this the invariants hold', async () => {
    expect(await brokenRules(siteClient)).toEqual([]);
  });
});
