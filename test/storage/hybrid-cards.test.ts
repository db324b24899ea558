import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UserCardKey } from '../../electron/storage/types.js';
import { moveEntriesBack, moveEntriesIn } from '../../electron/data/config/move-site.js';
import { codeOf } from '../operations/helpers.js';
import { engines } from '../sandbox/database.js';
import { at, card, day, ends, openTestHalf, sha, type TestHalf } from './hybrid-half.js';
import { brokenRules } from './hybrid-invariants.js';

describe.each(engines())('cards on %s', (engine) => {
  let half: TestHalf;
  const stock = async (changes: Parameters<typeof card>[0] = {}, days = 30) => {
    const made = card(changes, days);
    await half.createCardKey(made);
    return made;
  };
  const someone = async (name: string): Promise<string> => {
    await half.registerUser(name, 'secret');
    return name;
  };
  beforeAll(async () => {
    half = await openTestHalf(engine, 'ann');
  });
  afterAll(() => half.close());

  test('a card is kept as given, found by its hash, taken out again', async () => {
    const made = await stock();
    expect(await half.getCardKey(made.keyHash)).toEqual(made);
    expect(await half.getCardKey(made.keyHash.toUpperCase())).toEqual(made);
    expect(await half.getAllCardKeys()).toContainEqual(made);
    expect(await codeOf(half.createCardKey(made))).toBe('conflict');
    await half.deleteCardKey(made.keyHash);
    expect(await half.getCardKey(made.keyHash)).toBeNull();
    await half.deleteCardKey(made.keyHash);
    expect(await codeOf(half.createCardKey({ ...made, key: 'other' }))).toBe('invalid_input');
    expect(await codeOf(half.createCardKey(card({ key: 'k'.repeat(65) })))).toBe('invalid_input');
    expect(await codeOf(half.createCardKey(card({ status: 'expired' })))).toBe('invalid_input');
    expect(await codeOf(half.createCardKey(card({ status: 'used' })))).toBe('invalid_input');
    expect(await codeOf(half.createCardKey(card({ expiresAt: Date.parse('2050-01-01') })))).toBe('invalid_input');
    const big = card({ key: 'Ab' });
    await half.createCardKey(big);
    await half.createCardKey(card({ key: 'aB' }));
    expect(await half.getCardKey(sha('Ab'))).toMatchObject({ key: 'Ab' });
  });

  test('a bound card’s new end is read at once by every process, wherever it stands', async () => {
    const name = await someone('moved-end');
    const made = await stock();
    await half.bindCardKey(name, made.key);
    const other = await half.another();
    const filled = half.site.keys.of('userInfo', name);
    for (const process of [half, other])
      expect(await process.getUserInfoV2(name)).toMatchObject({ cardKey: { expiresAt: made.expiresAt } });
    for (let waits = 0; (await half.site.redis.exists(filled)) === 0 && waits < 500; waits += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await half.site.redis.exists(filled)).toBe(1);
    const expiresAt = at(90 * 86_400);
    await half.updateCardKey(made.keyHash, { expiresAt });
    for (const process of [other, half]) {
      expect(await process.getUserInfoV2(name)).toMatchObject({ cardKey: { boundKey: made.keyHash, expiresAt } });
      expect(await process.getCardKey(made.keyHash)).toMatchObject({ status: 'used', expiresAt });
      expect(await process.getUserCardKeyInfo(name)).toMatchObject({ expiresAt });
      expect(await process.getUserCardKeys(name)).toMatchObject([{ status: 'used', expiresAt }]);
    }
    expect(await half.entry(name)).toMatchObject({ cardKey: { expiresAt } });
  });

  test('an unused card past its expiry is expired, whatever its column says', async () => {
    const stale = await stock({ createdAt: at(-40 * 86_400) });
    expect(await half.getCardKey(stale.keyHash)).toMatchObject({ status: 'expired' });
    expect(await codeOf(half.bindCardKey('ann', stale.key))).toBe('conflict');
    await half.updateCardKey(stale.keyHash, { status: 'expired' });
    expect(await half.sql('SELECT status FROM card_keys WHERE key_hash = ?', stale.keyHash)).toEqual([
      { status: 'expired' },
    ]);
    const fresh = await stock();
    expect(await codeOf(half.updateCardKey(fresh.keyHash, { status: 'expired' }))).toBe('conflict');
  });

  test('binding is exact about what was typed, and tells all three places', async () => {
    const name = await someone('Bob');
    const made = await stock({ key: 'AbCdEf1234567890' });
    expect(await half.getUserCardKeyInfo(name)).toBeNull();
    expect(await half.getFullUserCardKey(name)).toBeNull();
    for (const typed of ['abcdef1234567890', 'AbCdEf1234567890 ', 'none'])
      expect(await codeOf(half.bindCardKey(name, typed))).toBe('not_found');
    expect(await codeOf(half.bindCardKey('nobody', made.key))).toBe('not_found');
    const info = await half.bindCardKey('bob', made.key);
    expect(info).toEqual({ boundKey: made.keyHash, expiresAt: made.expiresAt, boundAt: expect.any(Number) as number });
    expect(await half.getUserCardKeyInfo('BOB')).toEqual(info);
    expect((await half.getUserInfoV2(name))?.cardKey).toEqual(info);
    expect(await half.entry('Bob')).toMatchObject({ cardKey: info });
    const used = { ...made, status: 'used', boundTo: 'Bob', boundAt: info.boundAt };
    expect(await half.getCardKey(made.keyHash)).toEqual(used);
    expect(await half.getFullUserCardKey('bob')).toEqual(used);
    expect(await half.getUserCardKeys('bob')).toMatchObject([
      {
        keyHash: made.keyHash,
        username: 'Bob',
        status: 'used',
        usedBy: 'Bob',
        usedAt: info.boundAt,
        expiresAt: made.expiresAt,
      },
    ]);
    for (const name of ['Bob', 'ann']) expect(await codeOf(half.bindCardKey(name, made.key))).toBe('conflict');
    expect(await codeOf(half.deleteCardKey(made.keyHash))).toBe('conflict');
  });

  test('renewals stack: every active card carries the new end, an expired one keeps its own', async () => {
    const name = await someone('renewer');
    const first = await stock({}, 30);
    await half.bindCardKey(name, first.key);
    const second = await stock({ keyType: 'week', createdAt: at(-2 * 86_400) }, 7);
    const stacked = await half.bindCardKey(name, second.key);
    expect(stacked).toMatchObject({ boundKey: second.keyHash, expiresAt: first.expiresAt + 7 * day });
    for (const { keyHash } of [first, second])
      expect(await half.getCardKey(keyHash)).toMatchObject({ expiresAt: stacked.expiresAt });
    for (const record of await half.getUserCardKeys(name)) expect(record.expiresAt).toBe(stacked.expiresAt);
    const over = at(-day / 1000);
    for (const { keyHash } of [first, second]) await half.updateCardKey(keyHash, { expiresAt: over });
    expect(await half.getUserCardKeyInfo(name)).toMatchObject({ expiresAt: over });
    const third = await stock({}, 90);
    const renewed = await half.bindCardKey(name, third.key);
    expect(Math.abs(renewed.expiresAt - Date.now() - 90 * day)).toBeLessThan(5_000);
    expect(await half.getCardKey(first.keyHash)).toMatchObject({ expiresAt: over, status: 'used' });
    expect(await half.entry(name)).toMatchObject({ cardKey: renewed });
    const endless = await stock({ keyType: 'year', createdAt: at(), expiresAt: Date.parse('2038-01-01') });
    expect(await codeOf(half.bindCardKey(name, endless.key))).toBe('invalid_input');
    expect(await half.getCardKey(endless.keyHash)).toMatchObject({ status: 'unused' });
  });

  test('of two hundred binds of one card exactly one wins', async () => {
    const other = await half.another();
    const names = await Promise.all(Array.from({ length: 10 }, (_, n) => someone(`racer${String(n)}`)));
    const made = await stock();
    const calls = Array.from({ length: 200 }, (_, n) =>
      (n % 2 === 0 ? half : other).bindCardKey(names[n % names.length] ?? '', made.key),
    );
    expect(await ends(calls)).toEqual({ done: 1, conflict: 199 });
    const holders = await half.sql<{ bound_to: string }>(
      'SELECT bound_to FROM card_keys WHERE key_hash = ?',
      made.keyHash,
    );
    const infos = await Promise.all(names.map((name) => other.getUserCardKeyInfo(name)));
    expect(infos.filter((info) => info !== null)).toHaveLength(1);
    expect(infos[names.indexOf(holders[0]?.bound_to ?? '')]).not.toBeNull();
    expect(await half.sql('SELECT id FROM user_card_keys WHERE key_hash = ?', made.keyHash)).toHaveLength(1);
  });

  test('cards of one user at once stack one after another', async () => {
    const name = await someone('hoarder');
    const cards = await Promise.all([1, 2, 3, 4].map(() => stock({}, 30)));
    expect(await ends(cards.map(({ key }) => half.bindCardKey(name, key)))).toEqual({ done: 4 });
    const info = await half.getUserCardKeyInfo(name);
    expect(Math.round(((info?.expiresAt ?? 0) - Date.now()) / day)).toBe(120);
  });

  test('the site’s own steps bind too, and agree', async () => {
    const name = await someone('stepper');
    const made = await stock();
    const boundAt = at(-5);
    await half.updateCardKey(made.keyHash, { status: 'used', boundTo: name, boundAt });
    expect(await codeOf(half.updateCardKey(made.keyHash, { status: 'used', boundTo: 'ann' }))).toBe('conflict');
    expect(await codeOf(half.updateCardKey(made.keyHash, { status: 'unused' }))).toBe('conflict');
    const expiresAt = made.expiresAt + day;
    await half.updateUserCardKeyInfo(name, { boundKey: made.keyHash, expiresAt, boundAt });
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
    await half.addUserCardKey(record);
    expect(await half.getUserCardKeys(name)).toEqual([record]);
    expect(await codeOf(half.addUserCardKey({ ...record, id: 'step-2' }))).toBe('conflict');
    await half.updateUserCardKey('step-1', { expiresAt: expiresAt + day, notes: '延长' });
    expect(await half.getUserCardKeys(name)).toEqual([{ ...record, expiresAt: expiresAt + day, notes: '延长' }]);
    expect(await half.getUserCardKeyInfo(name)).toEqual({
      boundKey: made.keyHash,
      expiresAt: expiresAt + day,
      boundAt,
    });
    expect(await half.entry(name)).toMatchObject({ cardKey: { expiresAt: expiresAt + day } });
    await half.updateCardKey(made.keyHash, { status: 'expired' });
    expect(await half.getCardKey(made.keyHash)).toMatchObject({ status: 'used' });
  });

  test('a site whose column has no word for it is told where to mend that', async () => {
    const made = await stock();
    const source = (values: string): Promise<unknown> =>
      half.sql(`ALTER TABLE user_card_keys MODIFY source ENUM('invitation', 'redeem', 'manual'${values}) NOT NULL`);
    await half.sql("DELETE FROM user_card_keys WHERE source = 'promotion_register'");
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
      expect(await codeOf(half.addUserCardKey({ ...record, ...times, source: 'promotion_register' }))).toBe(
        'unsupported',
      );
      await half.addUserCardKey({ ...record, ...times, source: 'manual' });
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
      [() => half.updateCardKey(none, {}), 'not_found'],
      [() => half.updateCardKey(made.keyHash, { status: 'used' }), 'invalid_input'],
      [() => half.updateCardKey(made.keyHash, { status: 'used', boundTo: 'nobody' }), 'not_found'],
      [() => half.updateCardKey(made.keyHash, { keyHash: none }), 'invalid_input'],
      [() => half.updateCardKey(made.keyHash, { key: 'else' }), 'invalid_input'],
      [() => half.updateCardKey(stale.keyHash, { status: 'used', boundTo: 'ann' }), 'conflict'],
      [() => half.updateUserCardKeyInfo('ann', { ...info, boundKey: none }), 'not_found'],
      [() => half.updateUserCardKeyInfo('nobody', info), 'not_found'],
      [() => half.addUserCardKey({ ...record, keyHash: none }), 'not_found'],
      [() => half.addUserCardKey({ ...record, username: 'nobody' }), 'not_found'],
      [() => half.addUserCardKey({ ...record, type: 'week' }), 'invalid_input'],
      [() => half.addUserCardKey({ ...record, status: 'expired' }), 'conflict'],
      [() => half.updateUserCardKey('none', {}), 'not_found'],
    ] as const) {
      expect(await codeOf(work())).toBe(code);
    }
    await half.addUserCardKey(record);
    expect(await codeOf(half.deleteCardKey(made.keyHash))).toBe('conflict');
    expect(await codeOf(half.updateUserCardKey('fit', { username: 'Bob' }))).toBe('invalid_input');
    await half.updateUserCardKey('fit', { status: 'used' });
    expect(await half.getCardKey(made.keyHash)).toMatchObject({ status: 'used', boundTo: 'ann' });
    expect(await half.getUserCardKeys('nobody')).toEqual([]);
    expect(await half.getUserCardKeyInfo('nobody')).toBeNull();
  });

  test('a card outlives its user as used, and binds nobody else', async () => {
    const name = await someone('leaver');
    const made = await stock();
    await half.bindCardKey(name, made.key);
    await half.deleteUser(name);
    const left = await half.getCardKey(made.keyHash);
    expect(left).toMatchObject({ status: 'used' });
    expect(left?.boundTo).toBeUndefined();
    expect(await codeOf(half.bindCardKey('ann', made.key))).toBe('conflict');
    expect(await codeOf(half.updateCardKey(made.keyHash, { boundTo: 'ann' }))).toBe('conflict');
  });

  describe('on a site whose entries are in rows', () => {
    beforeAll(async () => {
      await half.createUserV2('boss', 'secret', 'owner');
      await moveEntriesIn(half.site, { by: 'boss' });
    });
    afterAll(() => moveEntriesBack(half.site, { by: 'boss' }));

    test('a card that nobody may bind is refused without waiting for who holds it', { timeout: 20_000 }, async () => {
      const [winner, late] = [await someone('winner'), await someone('late')];
      const [used, over] = [await stock(), await stock({ expiresAt: at(-5), createdAt: at(-day / 1_000) })];
      await half.bindCardKey(winner, used.key);
      await half.site.db.transaction(async (tx) => {
        await tx.rows('SELECT id FROM card_keys WHERE key_hash IN (?) FOR UPDATE', [[used.keyHash, over.keyHash]]);
        expect(await ends([used, over].map(({ key }) => half.bindCardKey(late, key)))).toEqual({ conflict: 2 });
        // Nor do two who try each other's wait for one another, the one with the first's card and the other with the second's.
        expect(await codeOf(half.bindCardKey(winner, used.key))).toBe('conflict');
      });
      expect(await codeOf(half.bindCardKey(late, 'none'))).toBe('not_found');
      expect(await codeOf(half.bindCardKey('nobody', used.key))).toBe('not_found');
    });

    test('of two hundred binds of one card exactly one wins', async () => {
      const other = await half.another();
      const names = await Promise.all(Array.from({ length: 10 }, (_, n) => someone(`runner${String(n)}`)));
      const made = await stock();
      const calls = Array.from({ length: 200 }, (_, n) =>
        (n % 2 === 0 ? half : other).bindCardKey(names[n % names.length] ?? '', made.key),
      );
      expect(await ends(calls)).toEqual({ done: 1, conflict: 199 });
      expect(await half.sql('SELECT id FROM user_card_keys WHERE key_hash = ?', made.keyHash)).toHaveLength(1);
    });

    test('where a server keeps no prepared statements, or no more of them, a bind is asked as text and comes to the same', async () => {
      const { db } = half.site;
      const [first, second] = [await someone('prepared'), await someone('text')];
      const [one, two] = [await stock(), await stock()];
      await half.bindCardKey(first, one.key);
      expect(db.preparing).toBe(true);
      await db.transaction(async (tx) => {
        // It is taken as text alone, as every statement is by such a server.
        await tx.run("PREPARE there FROM 'SELECT CURRENT_DATE IS NOT NULL AND NULL AS one'");
        expect(await tx.prepared('EXECUTE there')).toEqual([{ one: null }]);
      });
      expect(db.preparing).toBe(false);
      try {
        const bound = await half.bindCardKey(second, two.key);
        expect(bound).toMatchObject({ boundKey: two.keyHash, expiresAt: two.expiresAt });
        expect(await codeOf(half.bindCardKey(first, two.key))).toBe('conflict');
        expect((await half.getUserInfoV2(second))?.cardKey).toEqual(bound);
      } finally {
        db.preparing = true;
      }
    });
  });

  test('after all of this the invariants hold', async () => {
    expect(await brokenRules(half)).toEqual([]);
  });
});
