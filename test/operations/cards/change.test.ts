import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cardMethods } from '../../../electron/storage/hybrid/cards.js';
import { engines } from '../../sandbox/database.js';
import { addStock, cardNow, doCards, doneAtOnce, undo } from '../fixtures/cards.js';
import { admin, codeOf, openTestSite, type TestSite } from '../helpers.js';
import { addPeople, entryOf, snapshot } from '../fixtures/users.js';

const day = 86_400_000;
const millis = (text: string | null | undefined): number => Date.parse(`${(text ?? '').replace(' ', 'T')}Z`);

describe.each(engines())('changes of card keys on %s', (engine) => {
  let desk: TestSite;
  const whole = async (): Promise<Record<string, unknown>> => ({
    ...(await snapshot(desk.site)),
    marks: await desk.site.db.rows('SELECT * FROM console_card_marks ORDER BY card_id'),
  });
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [
      { username: 'boss', role: 'owner' },
      { username: 'helper', role: 'admin' },
      { username: 'other', role: 'admin' },
      { username: 'Bob' },
      { username: 'ann', entry: null },
      { username: 'barred', banned: true },
    ]);
  });
  afterAll(() => desk.close());

  test('pairs are judged one by one, bound in three places, stacked in order, and undone exactly', async () => {
    const { site } = desk;
    const [first, second, third] = await addStock(desk, 3);
    const [week] = await addStock(desk, 1, { type: 'week', age: 2, assigned: 'Bob' });
    const [stale] = await addStock(desk, 1, { age: 40 });
    const [hers] = await addStock(desk, 1, { assigned: 'ann' });
    if (!first || !second || !third || !week || !stale || !hers) throw new Error('no cards');
    const before = await whole();
    const caches = [
      site.keys.of('cardKey', first.hash),
      site.keys.of('cardKey', week.hash),
      site.keys.of('userInfo', 'Bob'),
      site.keys.of('adminConfig'),
    ];
    for (const key of caches) await site.redis.set(key, '{}');
    const { preview, answer } = await doCards(desk, 'bind', {
      pairs: [
        { card: { id: first.id }, username: 'bob' },
        { card: { key: ` ${week.key} ` }, username: 'Bob' },
        { card: { key: second.key }, username: 'ann' },
        { card: { id: first.id }, username: 'ann' },
        { card: { id: stale.id }, username: 'ann' },
        { card: { id: hers.id }, username: 'Bob' },
        { card: { id: third.id }, username: 'boss' },
        { card: { id: third.id }, username: 'barred' },
        { card: { id: third.id }, username: 'nobody' },
        { card: { key: 'nonsense' }, username: 'ann' },
      ],
    });
    expect(preview).toMatchObject({ matching: 10, changed: 3, asJob: false });
    expect(preview.skipped.map(({ why }) => why).sort()).toEqual([
      'card_assigned',
      'card_expired',
      'duplicate',
      'owner',
      'unknown',
      'user_banned',
      'user_unknown',
    ]);
    expect(JSON.stringify(preview)).not.toContain(first.key);
    const done = doneAtOnce(answer);
    expect(done.changed).toBe(3);
    const bound = await cardNow(desk, week.hash);
    expect(preview.rows[1]?.detail['after']).toBe(
      new Date(millis(bound['expires_at'])).toISOString().replace('.000', ''),
    );
    expect(bound).toMatchObject({ status: 'used', bound_to: 'Bob' });
    // 30 days plus 7: the week's card counts from its creation.
    expect(Math.round((millis(bound['expires_at']) - Date.now()) / day)).toBe(37);
    expect((await cardNow(desk, first.hash))['expires_at']).toBe(bound['expires_at']);
    expect(await entryOf(site, 'Bob')).toMatchObject({
      cardKey: { boundKey: week.hash, expiresAt: millis(bound['expires_at']) },
    });
    expect(await entryOf(site, 'ann')).toMatchObject({ username: 'ann', cardKey: { boundKey: second.hash } });
    expect(
      await site.db.rows('SELECT username, status, used_by, source FROM user_card_keys WHERE key_hash = ?', [
        week.hash,
      ]),
    ).toEqual([{ username: 'Bob', status: 'used', used_by: 'Bob', source: 'redeem' }]);
    expect(await site.redis.exists(...caches)).toBe(0);
    const entry = await desk.call('audit.get', { id: done.auditId });
    expect(entry).toMatchObject({ targets: 3, undo: 'possible' });
    const [logged] = await site.db.rows<{ text: string }>(
      'SELECT GROUP_CONCAT(CONCAT(a.input, t.before_image, t.after_image)) AS text FROM console_audit a JOIN console_audit_targets t ON t.audit_id = a.id',
    );
    for (const { key } of [first, second, week]) expect(logged?.text).not.toContain(key);

    for (const key of caches) await site.redis.set(key, '{}');
    expect(await undo(desk, done.auditId)).toMatchObject({ done: true, changed: 3 });
    expect(await whole()).toEqual(before);
    expect(await site.redis.exists(...caches)).toBe(0);
  });

  test('unbinding gives the days back, and the record that binding made goes', async () => {
    await addPeople(desk.site.db, [{ username: 'u1' }]);
    const [first, second] = await addStock(desk, 2);
    const [mine] = await addStock(desk, 1, { type: 'week', assigned: 'u1' });
    if (!first || !second || !mine) throw new Error('no cards');
    const pair = (id: string) => ({ card: { id }, username: 'u1' });
    const stages = [await whole()];
    await doCards(desk, 'bind', { pairs: [pair(first.id)] });
    stages.push(await whole());
    await doCards(desk, 'bind', { pairs: [pair(second.id), pair(mine.id)] });
    const full = await whole();
    const { answer } = await doCards(desk, 'unbind', { who: { ids: [second.id, mine.id] }, afterwards: 'stock' });
    expect(await whole()).toEqual(stages[1]);
    expect(await cardNow(desk, mine.hash)).toMatchObject({ status: 'unused', bound_to: null, bound_at: null });
    await undo(desk, doneAtOnce(answer).auditId);
    expect(await whole()).toEqual(full);

    // Revoked instead of returned to stock: it is marked and expired, and its record is kept as history.
    const out = await doCards(desk, 'unbind', { who: { keys: [first.key] }, afterwards: 'revoke', reason: 'refund' });
    expect(await cardNow(desk, first.hash)).toMatchObject({ status: 'expired', bound_to: null });
    const [left] = await desk.site.db.rows<{ days: string }>(
      'SELECT ROUND(TIMESTAMPDIFF(HOUR, UTC_TIMESTAMP(), expires_at) / 24) AS days FROM card_keys WHERE id = ?',
      [second.id],
    );
    expect(Number(left?.days)).toBe(37);
    expect(
      await desk.site.db.rows('SELECT revoked_by, reason FROM console_card_marks WHERE card_id = ?', [first.id]),
    ).toEqual([{ revoked_by: 'boss', reason: 'refund' }]);
    await undo(desk, doneAtOnce(out.answer).auditId);
    expect(await whole()).toEqual(full);

    // Days that are used up cannot be subtracted again: the membership ends now, not in the past.
    await desk.site.db.run("UPDATE card_keys SET expires_at = UTC_TIMESTAMP() + INTERVAL 3 DAY WHERE bound_to = 'u1'");
    await desk.site.db.run(
      "UPDATE user_card_keys k JOIN card_keys c ON c.key_hash = k.key_hash SET k.expires_at = c.expires_at WHERE c.bound_to = 'u1'",
    );
    await doCards(desk, 'unbind', { who: { ids: [first.id] }, afterwards: 'stock' });
    const [over] = await desk.site.db.rows<{ seconds: string }>(
      "SELECT ABS(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), MAX(expires_at))) AS seconds FROM card_keys WHERE bound_to = 'u1'",
    );
    expect(Number(over?.seconds)).toBeLessThan(30);
    const none = await desk.call('cards.unbind.preview', { who: { ids: [first.id] }, afterwards: 'stock' });
    expect(none).toMatchObject({ changed: 0, skipped: [{ why: 'card_not_bound' }] });
  });

  test('a revoked key binds nowhere, and its undo makes it good again', async () => {
    await addPeople(desk.site.db, [{ username: 'r1' }]);
    const [loose, used, given, stale] = [
      ...(await addStock(desk, 2)),
      ...(await addStock(desk, 1, { assigned: 'r1' })),
      ...(await addStock(desk, 1, { age: 40 })),
    ];
    if (!loose || !used || !given || !stale) throw new Error('no cards');
    await doCards(desk, 'bind', { pairs: [{ card: { id: used.id }, username: 'r1' }] });
    const before = await whole();
    const who = { ids: [loose.id, used.id, given.id, stale.id, '999999999'] };
    const { preview, answer } = await doCards(desk, 'revoke', { who, reason: 'leaked' });
    expect(preview).toMatchObject({ changed: 2, effects: { assigned: 1, bound: 0 } });
    expect(Object.fromEntries(preview.skipped.map(({ why, sample }) => [why, sample]))).toEqual({
      card_used: [used.id],
      card_expired: [stale.id],
      unknown: ['999999999'],
    });
    const storage = cardMethods(desk.site, desk.site.cache);
    expect(await codeOf(storage.bindCardKey('r1', loose.key))).toBe('conflict');
    expect(await storage.getCardKey(loose.hash)).toMatchObject({ status: 'expired' });
    // A later expiry does not bring it back either: a mark says that it is revoked.
    const revived = storage.updateCardKey(loose.hash, { expiresAt: Date.now() + 30 * day });
    expect(await codeOf(revived)).toBe('conflict');
    // The statement that the site itself runs.
    const { affectedRows } = await desk.site.db.run(
      "UPDATE card_keys SET status = 'used', bound_to = 'r1' WHERE key_hash = ? AND status = 'unused' AND expires_at > NOW()",
      [loose.hash],
    );
    expect(affectedRows).toBe(0);
    const again = await desk.call('cards.revoke.preview', { who });
    expect(again.skipped.find(({ why }) => why === 'already_so')).toMatchObject({ count: 2 });
    const bind = await desk.call('cards.bind.preview', { pairs: [{ card: { key: loose.key }, username: 'r1' }] });
    expect(bind.skipped).toMatchObject([{ why: 'card_revoked' }]);
    await undo(desk, doneAtOnce(answer).auditId);
    expect(await whole()).toEqual(before);

    const too = await doCards(desk, 'revoke', { who: { ids: [used.id] }, boundToo: true });
    expect(await cardNow(desk, used.hash)).toMatchObject({ status: 'expired', bound_to: null });
    expect(await entryOf(desk.site, 'r1')).not.toHaveProperty('cardKey');
    await undo(desk, doneAtOnce(too.answer).auditId);
    expect(await whole()).toEqual(before);
    await storage.bindCardKey('r1', loose.key);
    expect(await cardNow(desk, loose.hash)).toMatchObject({ status: 'used', bound_to: 'r1' });
  });

  test('renewing makes a key for each, adds to what is left, and spares owners and the banned', async () => {
    await addPeople(desk.site.db, [{ username: 'm1' }, { username: 'm2' }, { username: 'm3' }]);
    const [long] = await addStock(desk, 1, { type: 'year', days: 4_000 });
    if (!long) throw new Error('no card');
    await doCards(desk, 'bind', { pairs: [{ card: { id: long.id }, username: 'm3' }] });
    await doCards(desk, 'renew', { who: { names: ['m1'] }, type: 'week' });
    const before = await whole();
    const who = { names: ['m1', 'M2', 'm3', 'boss', 'barred', 'ghost', 'm1'] };
    const { preview, answer } = await doCards(desk, 'renew', { who, type: 'year', note: 'gift' });
    expect(preview).toMatchObject({ changed: 2, matching: 7 });
    expect(Object.fromEntries(preview.skipped.map(({ why, sample }) => [why, sample]))).toEqual({
      owner: ['boss'],
      user_banned: ['barred'],
      past_2038: ['m3'],
      unknown: ['ghost'],
      duplicate: ['m1'],
    });
    const rows = await desk.site.db.rows<{ username: string; days: string; cards: string }>(
      "SELECT bound_to AS username, ROUND(TIMESTAMPDIFF(HOUR, UTC_TIMESTAMP(), MAX(expires_at)) / 24) AS days, COUNT(*) AS cards FROM card_keys WHERE bound_to IN ('m1', 'm2') GROUP BY bound_to ORDER BY 1",
    );
    expect(rows.map(({ username, days, cards }) => [username, Number(days), Number(cards)])).toEqual([
      ['m1', 372, 2],
      ['m2', 365, 1],
    ]);
    expect(
      await desk.site.db.rows(
        "SELECT kind, key_type, wanted, issued, note FROM console_card_batches WHERE note = 'gift'",
      ),
    ).toEqual([{ kind: 'renewal', key_type: 'year', wanted: 2, issued: 2, note: 'gift' }]);
    await undo(desk, doneAtOnce(answer).auditId);
    expect(await whole()).toEqual(before);
  });

  test('a new key takes the place of the old one, also for whom it was given', async () => {
    await addPeople(desk.site.db, [{ username: 'n1' }]);
    const [plain, given] = [...(await addStock(desk, 1)), ...(await addStock(desk, 1, { assigned: 'n1' }))];
    if (!plain || !given) throw new Error('no cards');
    const before = await whole();
    const who = { ids: [plain.id, given.id] };
    const { answer } = await doCards(desk, 'reissue', { who, reason: 'lost' });
    const links = await desk.site.db.rows<{ old: string | number; back: string | number; username: string | null }>(
      `SELECT m.card_id AS old, n.replaces AS back, k.username
       FROM console_card_marks m JOIN card_keys c ON c.id = m.replaced_by
       JOIN console_card_marks n ON n.card_id = c.id LEFT JOIN user_card_keys k ON k.key_hash = c.key_hash WHERE m.card_id IN (?) ORDER BY 1`,
      [[plain.id, given.id]],
    );
    expect(links.map(({ old, back, username }) => [String(old), String(back), username])).toEqual([
      [plain.id, plain.id, null],
      [given.id, given.id, 'n1'],
    ]);
    expect(await cardNow(desk, given.hash)).toMatchObject({ status: 'expired' });
    // The audit names the new cards, but not the keys by which they can be bound.
    const { auditId } = doneAtOnce(answer);
    const [images] = await desk.site.db.rows<Record<'made' | 'told', string | number>>(
      `SELECT COUNT(*) AS made, SUM(INSTR(t.after_image, c.plain_key) > 0) AS told
       FROM card_keys c JOIN console_card_marks m ON m.card_id = c.id JOIN console_audit_targets t ON t.audit_id = ? AND INSTR(t.after_image, c.key_hash) > 0
       WHERE m.replaces IN (?)`,
      [auditId, who.ids],
    );
    expect([images?.made, images?.told].map(Number)).toEqual([2, 0]);
    const again = await desk.call('cards.reissue.preview', { who });
    expect(again).toMatchObject({ changed: 0, skipped: [{ why: 'already_so', count: 2 }] });
    await undo(desk, doneAtOnce(answer).auditId);
    expect(await whole()).toEqual(before);
    expect(
      await codeOf(desk.call('cards.reissue.preview', { who, expiry: { kind: 'at', at: '2020-01-01T00:00:00Z' } })),
    ).toBe('invalid_input');
  });

  test('a key that is re-issued with the same end is worth what the old one was, bound and unbound', async () => {
    await addPeople(desk.site.db, [{ username: 'stacker' }]);
    const [base] = await addStock(desk, 1);
    const old = [...(await addStock(desk, 1, { age: 20 })), ...(await addStock(desk, 1, { age: 12 }))];
    if (!base) throw new Error('no cards');
    await doCards(desk, 'bind', { pairs: [{ card: { id: base.id }, username: 'stacker' }] });
    const end = millis((await cardNow(desk, base.hash))['expires_at']);
    await doCards(desk, 'reissue', { who: { ids: old.map(({ id }) => id) } });
    const fresh = await desk.site.db.rows<{ id: string | number; key_hash: string; expires_at: string }>(
      'SELECT c.id, c.key_hash, c.expires_at FROM console_card_marks m JOIN card_keys c ON c.id = m.card_id WHERE m.replaces IN (?) ORDER BY m.replaces',
      [old.map(({ id }) => id)],
    );
    const who = { ids: fresh.map(({ id }) => String(id)) };
    await doCards(desk, 'bind', { pairs: who.ids.map((id) => ({ card: { id }, username: 'stacker' })) });
    expect(millis((await cardNow(desk, base.hash))['expires_at']) - end).toBe(60 * day);
    await doCards(desk, 'unbind', { who, afterwards: 'stock' });
    expect(millis((await cardNow(desk, base.hash))['expires_at'])).toBe(end);
    for (const { key_hash: hash, expires_at } of fresh)
      expect(await cardNow(desk, hash)).toMatchObject({ status: 'unused', expires_at });
  });

  test('records whose id looks like a number are changed and undone like others', async () => {
    const { db } = desk.site;
    await addPeople(db, [{ username: 'n7' }, { username: 'n8' }]);
    const [one, two] = [
      ...(await addStock(desk, 1, { assigned: 'n7' })),
      ...(await addStock(desk, 1, { assigned: 'n8' })),
    ];
    if (!one || !two) throw new Error('no cards');
    await db.run("UPDATE user_card_keys SET id = '1764000000000' WHERE key_hash = ?", [one.hash]);
    await db.run("UPDATE user_card_keys SET id = '1764000000000-abc' WHERE key_hash = ?", [two.hash]);
    const before = await whole();
    const { answer } = await doCards(desk, 'bind', { pairs: [{ card: { id: one.id }, username: 'n7' }] });
    const rows = await db.rows<{ used_by: string | null }>(
      "SELECT used_by FROM user_card_keys WHERE id LIKE '1764%' ORDER BY id",
    );
    expect(rows.map((row) => row.used_by)).toEqual(['n7', null]);
    await undo(desk, doneAtOnce(answer).auditId);
    expect(await whole()).toEqual(before);
  });

  test('an admin takes no card from owners and other admins', async () => {
    const cards = await addStock(desk, 2);
    const [his, own] = cards;
    if (!his || !own) throw new Error('no cards');
    const pairs = [
      { card: { id: his.id }, username: 'other' },
      { card: { id: own.id }, username: 'helper' },
    ];
    const { answer } = await doCards(desk, 'bind', { pairs });
    const { auditId: id } = doneAtOnce(answer);
    expect(await codeOf(desk.call('audit.undo.preview', { id }, { operator: admin }))).toBe('forbidden');
    const who = { ids: cards.map((card) => card.id) };
    const preview = await desk.call('cards.unbind.preview', { who, afterwards: 'stock' }, { operator: admin });
    expect(preview).toMatchObject({ changed: 1, skipped: [{ why: 'higher_role', sample: [his.id] }] });
    const revoking = await desk.call('cards.revoke.preview', { who, boundToo: true }, { operator: admin });
    expect(revoking).toMatchObject({ changed: 1, skipped: [{ why: 'higher_role' }] });
    const mine = await doCards(desk, 'unbind', { who, afterwards: 'stock' }, { operator: admin });
    expect(doneAtOnce(mine.answer).changed).toBe(1);
    const given = await Promise.all(
      ['boss', 'other', 'helper'].map(async (assigned) => (await addStock(desk, 1, { assigned }))[0]),
    );
    const gifts = { who: { ids: given.map((card) => card?.id ?? '') } };
    const asked = await doCards(desk, 'revoke', gifts, { operator: admin });
    expect(asked.preview.skipped.map(({ why, count }) => [why, count])).toEqual([
      ['owner', 1],
      ['higher_role', 1],
    ]);
    expect(doneAtOnce(asked.answer).changed).toBe(1);
    expect(doneAtOnce((await doCards(desk, 'revoke', gifts)).answer).changed).toBe(2);
  });

  test('what changed after the preview is not done', async () => {
    await addPeople(desk.site.db, [{ username: 'late' }]);
    const [one] = await addStock(desk, 1);
    if (!one) throw new Error('no card');
    const who = { ids: [one.id] };
    const { fingerprint } = await desk.call('cards.revoke.preview', { who });
    const pairs = [{ card: { id: one.id }, username: 'late' }];
    const binding = await desk.call('cards.bind.preview', { pairs });
    await doCards(desk, 'bind', { pairs });
    expect(await codeOf(desk.call('cards.revoke', { who, fingerprint }))).toBe('stale_preview');
    expect(await codeOf(desk.call('cards.bind', { pairs, fingerprint: binding.fingerprint }))).toBe('conflict');
    const gone = await desk.call('cards.unbind.preview', { who, afterwards: 'stock' });
    expect(await codeOf(desk.call('cards.unbind', { who, afterwards: 'revoke', fingerprint: gone.fingerprint }))).toBe(
      'stale_preview',
    );
    await desk.site.db.run("UPDATE users SET username = 'later' WHERE username = 'late'").catch(() => undefined);
    await desk.site.db.run('UPDATE card_keys SET expires_at = expires_at + INTERVAL 1 DAY WHERE id = ?', [one.id]);
    expect(await codeOf(desk.call('cards.unbind', { who, afterwards: 'stock', fingerprint: gone.fingerprint }))).toBe(
      'stale_preview',
    );
  });
});
