import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../../sandbox/database.js';
import { openSiteClient, type SiteClient } from '../../storage/hybrid/site-client.js';
import { addStock, cardNow, doCards, doneAtOnce, type TestCard, undo } from '../fixtures/cards.js';
import { codeOf, openTestSite, type TestSite } from '../helpers.js';
import { addPeople, snapshot, waiting } from '../fixtures/users.js';

/**
 * A key that was given to somebody cannot be bound to another user, neither by the console nor by the site's storage.
 */
describe.each(engines())('keys that were given to somebody on %s', (engine) => {
  let desk: TestSite;
  let site: SiteClient;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    site = openSiteClient(desk.site);
    await addPeople(desk.site.db, [
      { username: 'boss', role: 'owner' },
      { username: 'Given' },
      { username: 'taker' },
      { username: 'third' },
    ]);
  });
  afterAll(() => desk.close());

  const stock = async (assigned?: string): Promise<TestCard> => {
    const [card] = await addStock(desk, 1, assigned === undefined ? {} : { assigned });
    if (card === undefined) throw new Error('no card');
    return card;
  };
  const judged = async (card: TestCard, username: string): Promise<string> => {
    const preview = await desk.call('cards.bind.preview', { pairs: [{ card: { id: card.id }, username }] });
    return preview.skipped[0]?.why ?? 'changed';
  };
  const members = async (): Promise<string[]> => {
    const { rows } = await desk.call('users.list', { filter: { card: 'active' } });
    return rows.map((row) => row.username);
  };
  const records = (card: TestCard): Promise<unknown[]> =>
    desk.site.db.rows('SELECT username, status, used_by FROM user_card_keys WHERE key_hash = ? ORDER BY username', [
      card.hash,
    ]);

  test('neither side binds it to another, by whatever way; its owner binds it, in any spelling', async () => {
    const card = await stock('Given');
    const info = { boundKey: card.hash, expiresAt: Date.now() + 86_400_000, boundAt: Date.now() };
    expect(await judged(card, 'taker')).toBe('card_assigned');
    expect(await codeOf(site.bindCardKey('taker', card.key))).toBe('conflict');
    expect(await codeOf(site.createUserV2('fresh', 'x', 'user', [], undefined, [], card.key))).toBe('conflict');
    expect(await codeOf(site.updateCardKey(card.hash, { status: 'used', boundTo: 'taker' }))).toBe('conflict');
    expect(await codeOf(site.updateUserCardKeyInfo('taker', info))).toBe('conflict');
    const [record] = await site.getUserCardKeys('Given');
    if (record === undefined) throw new Error('no record');
    expect(await codeOf(site.updateUserCardKey(record.id, { status: 'used', usedBy: 'taker' }))).toBe('conflict');
    expect(await codeOf(site.addUserCardKey({ ...record, id: 'r2', username: 'taker' }))).toBe('conflict');
    expect(await cardNow(desk, card.hash)).toMatchObject({ status: 'unused', bound_to: null });
    expect(await site.getUserCardKeyInfo('taker')).toBeNull();

    await desk.site.db.run("UPDATE user_card_keys SET username = 'GIVEN' WHERE key_hash = ?", [card.hash]);
    expect(await judged(card, 'given')).toBe('changed');
    expect(await judged(card, 'taker')).toBe('card_assigned');
    await site.bindCardKey('given', card.key);
    expect(await cardNow(desk, card.hash)).toMatchObject({ status: 'used', bound_to: 'Given' });
    expect(await records(card)).toEqual([{ username: 'GIVEN', status: 'used', used_by: 'Given' }]);
  });

  test('a record that says another has used the card is not written', async () => {
    const card = await stock();
    const record = {
      id: 'foreign',
      keyHash: card.hash,
      username: 'Given',
      type: 'month',
      status: 'used',
      source: 'manual',
      createdAt: Date.now(),
      expiresAt: Date.now() + 86_400_000,
      usedBy: 'taker',
    } as const;
    expect(await codeOf(site.addUserCardKey(record))).toBe('conflict');
    await site.bindCardKey('taker', card.key);
    expect(await codeOf(site.addUserCardKey(record))).toBe('conflict');
    expect(await records(card)).toEqual([{ username: 'taker', status: 'used', used_by: 'taker' }]);
  });

  test('a record whose user is gone gives the key to nobody; of two who were given it either binds it', async () => {
    const [orphan, other, twice] = [await stock('third'), await stock('third'), await stock('third')];
    await desk.site.db.transaction(async (tx) => {
      await tx.run('SET foreign_key_checks = 0');
      await tx.run("UPDATE user_card_keys SET username = 'nobody' WHERE key_hash IN (?)", [[orphan.hash, other.hash]]);
      await tx.run('SET foreign_key_checks = 1');
    });
    await site.bindCardKey('taker', orphan.key);
    await doCards(desk, 'bind', { pairs: [{ card: { id: other.id }, username: 'taker' }] });
    for (const card of [orphan, other])
      expect(await records(card)).toMatchObject([{ username: 'nobody' }, { username: 'taker', used_by: 'taker' }]);

    await desk.site.db.run(
      "INSERT INTO user_card_keys (id, key_hash, username, key_type, status, source, expires_at) SELECT 'twice', key_hash, 'Given', key_type, 'unused', 'redeem', expires_at FROM card_keys WHERE key_hash = ?",
      [twice.hash],
    );
    expect(await judged(twice, 'taker')).toBe('card_assigned');
    expect(await judged(twice, 'third')).toBe('changed');
    await doCards(desk, 'bind', { pairs: [{ card: { id: twice.id }, username: 'Given' }] });
    expect(await cardNow(desk, twice.hash)).toMatchObject({ bound_to: 'Given' });
    expect(await codeOf(site.bindCardKey('third', twice.key))).toBe('conflict');
    expect(await members()).not.toContain('third');
  });

  test('where both were written in the past, whoever bound the key is the member', async () => {
    await addPeople(desk.site.db, [{ username: 'first-owner' }, { username: 'redeemer' }]);
    const [mirrored, bare] = [await stock('first-owner'), await stock('first-owner')];
    const { db } = desk.site;
    await db.run(
      "UPDATE card_keys SET status = 'used', bound_to = 'redeemer', bound_at = UTC_TIMESTAMP() WHERE key_hash IN (?)",
      [[mirrored.hash, bare.hash]],
    );
    await db.run(
      "UPDATE user_card_keys SET status = 'used', used_by = 'redeemer', used_at = UTC_TIMESTAMP() WHERE key_hash = ?",
      [mirrored.hash],
    );
    expect(await desk.call('users.get', { username: 'first-owner' })).toMatchObject({ card: null, membership: [] });
    const redeemer = await desk.call('users.get', { username: 'redeemer' });
    expect(redeemer.card).toMatchObject({ type: 'month' });
    expect(new Set(redeemer.membership.map(({ cardId }) => cardId))).toEqual(new Set([mirrored.id, bare.id]));
    const found = await members();
    expect(found).toContain('redeemer');
    expect(found).not.toContain('first-owner');
    const { rows } = await desk.call('users.list', { filter: { search: 'first-owner' } });
    expect(rows).toMatchObject([{ username: 'first-owner', card: null }]);
    const none = await desk.call('users.list', { filter: { search: 'first-owner', card: 'none' } });
    expect(none.rows).toHaveLength(1);
    // After deletion and undo, everything is as before.
    const before = await snapshot(desk.site);
    const who = { names: ['first-owner'] };
    const { fingerprint } = await desk.call('users.delete.preview', { who });
    const gone = await desk.call('users.delete', { who, fingerprint });
    if (!gone.done) throw new Error('became a job');
    await desk.site.db.run("UPDATE card_keys SET bound_to = NULL, status = 'unused' WHERE id = ?", [bare.id]);
    await undo(desk, gone.proof.auditId);
    await desk.site.db.run("UPDATE card_keys SET bound_to = 'redeemer', status = 'used' WHERE id = ?", [bare.id]);
    expect(await snapshot(desk.site)).toEqual(before);
  });

  test('an undo makes no second member: not of a card that was given to another since, nor of a record of one that another bound', async () => {
    await addPeople(desk.site.db, [{ username: 'earlier' }, { username: 'leaver' }]);
    const card = await stock();
    const pairs = [{ card: { id: card.id }, username: 'earlier' }];
    await doCards(desk, 'bind', { pairs });
    const unbound = await doCards(desk, 'unbind', { who: { ids: [card.id] }, afterwards: 'stock' });
    const { expires_at: end } = await cardNow(desk, card.hash);
    await site.addUserCardKey({
      id: 'since',
      keyHash: card.hash,
      username: 'third',
      type: 'month',
      status: 'unused',
      source: 'manual',
      createdAt: Date.now(),
      expiresAt: Date.parse(`${String(end).replace(' ', 'T')}Z`),
    });
    const first = doneAtOnce(unbound.answer).auditId;
    expect(await desk.call('audit.undo.preview', { id: first })).toMatchObject({
      changed: 0,
      skipped: [{ why: 'moved_on', count: 1 }],
    });
    expect(await codeOf(undo(desk, first))).toBe('conflict');

    const gift = await stock('leaver');
    const who = { names: ['leaver'] };
    const { fingerprint } = await desk.call('users.delete.preview', { who });
    const gone = await desk.call('users.delete', { who, fingerprint });
    if (!gone.done) throw new Error('became a job');
    await site.bindCardKey('taker', gift.key);
    expect(await codeOf(undo(desk, gone.proof.auditId))).toBe('conflict');
    expect(await site.checkUserExist('leaver')).toBe(false);
    await doCards(desk, 'unbind', { who: { ids: [gift.id] }, afterwards: 'stock' });
    await undo(desk, gone.proof.auditId);
    expect(await records(gift)).toEqual([{ username: 'leaver', status: 'unused', used_by: null }]);
    expect(await judged(gift, 'taker')).toBe('card_assigned');
  });

  test('taking a card from somebody is not undone once they are deleted', async () => {
    await addPeople(desk.site.db, [{ username: 'gone' }]);
    // Of two cards, the one is unbound that the config entry does not mention: only the cards show that the user is
    // missing.
    const [long, card] = [await stock(), await stock()];
    await doCards(desk, 'bind', { pairs: [{ card: { id: long.id }, username: 'gone' }] });
    await desk.site.db.run(
      "UPDATE card_keys SET status = 'used', bound_to = 'gone', bound_at = UTC_TIMESTAMP(), expires_at = expires_at - INTERVAL 9 DAY WHERE id = ?",
      [card.id],
    );
    const taken = await doCards(desk, 'unbind', { who: { ids: [card.id] }, afterwards: 'stock' });
    const { auditId: id } = doneAtOnce(taken.answer);
    await site.deleteUser('gone');
    const before = await snapshot(desk.site);
    const preview = await desk.call('audit.undo.preview', { id });
    expect(preview).toMatchObject({ changed: 0, skipped: [{ why: 'moved_on', count: 1, sample: [card.hash] }] });
    expect(await codeOf(desk.call('audit.undo', { id, fingerprint: preview.fingerprint }))).toBe('conflict');
    expect(await snapshot(desk.site)).toEqual(before);
  });

  describe('given and bound at once', () => {
    beforeAll(async () => {
      // Inserting a record waits here, between its check and its commit, while a test locks the row.
      await desk.site.db.run('CREATE TABLE barrier (id INT PRIMARY KEY) ENGINE=InnoDB');
      await desk.site.db.run('INSERT INTO barrier VALUES (1)');
      await desk.site.db.run(
        'CREATE TRIGGER waits BEFORE INSERT ON user_card_keys FOR EACH ROW BEGIN DECLARE found INT; SELECT id INTO found FROM barrier WHERE id = 1 LOCK IN SHARE MODE; END',
      );
    });
    afterAll(() => desk.site.db.run('DROP TRIGGER waits'));

    const binders = {
      'the site': (card: TestCard) => site.bindCardKey('taker', card.key),
      'the console': async (card: TestCard): Promise<unknown> => {
        const pairs = [{ card: { id: card.id }, username: 'taker' }];
        const { fingerprint } = await desk.call('cards.bind.preview', { pairs });
        return desk.call('cards.bind', { pairs, fingerprint });
      },
    };
    let made = 0;
    const give = (card: TestCard): Promise<unknown> =>
      site.addUserCardKey({
        id: `at-once-${String((made += 1))}`,
        keyHash: card.hash,
        username: 'Given',
        type: 'month',
        status: 'unused',
        source: 'redeem',
        createdAt: Date.now(),
        expiresAt: Math.floor(Date.now() / 1000) * 1000 + 30 * 86_400_000,
      });
    const cases = Object.entries(binders).flatMap(([side, bind]) => [
      { first: 'given', side, calls: [give, bind] },
      { first: 'bound', side, calls: [bind, give] },
    ]);

    test.each(cases)('first $first, binding is $side: one owner', async ({ first, calls: [one, two] }) => {
      const card = await stock();
      const under: Promise<string>[] = [];
      await desk.site.db.transaction(async (tx) => {
        await tx.rows('SELECT id FROM barrier WHERE id = 1 FOR UPDATE');
        for (const call of [one, two]) {
          if (call === undefined) throw new Error('two calls');
          under.push(
            call(card).then(
              () => 'done',
              (error: { readonly code: string }) => error.code,
            ),
          );
          await waiting(desk.site, under.length);
        }
      });
      expect(await Promise.all(under)).toEqual(['done', 'conflict']);
      const owner = first === 'given' ? 'Given' : 'taker';
      expect(await records(card)).toMatchObject([{ username: owner }]);
      expect(await cardNow(desk, card.hash)).toMatchObject({ bound_to: first === 'given' ? null : 'taker' });
    });
  });
});
