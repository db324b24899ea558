import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Input, Output } from '../../electron/contract/index.js';
import { insertRows } from '../../electron/data/write/row-writer.js';
import { createStorage } from '../../electron/storage/index.js';
import { engines } from '../sandbox/database.js';
import { exported, sha256 } from './fixtures/card-files.js';
import { addPeople } from './fixtures/users.js';

import { openTestSite, type Tested, type TestSite } from './helpers.js';

const zero = '0000-00-00 00:00:00';
const bound = 'ZERO-BOUND-0001';
const free = 'ZERO-FREE-00001';

/** Nothing that a person, a file or a program would read as a time, or as a number, that is none. */
const nonsense = /NaN|Invalid|0000-00-00|1970-01-01|"expiresAt":-|null,null,null,null,null,null,null/;

/** MySQL's zero dates, as sites from before strict mode have them in any column of time. */
describe.each(engines())('zero dates on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    const { db } = desk.site;
    await addPeople(db, [
      { username: 'boss', role: 'owner' },
      { username: 'Zoe', createdAt: zero, lastLogin: zero, points: 5 },
      { username: 'Nil', createdAt: null },
      { username: 'Ann' },
    ]);
    await db.run('UPDATE users SET updated_at = ? WHERE username = ?', [zero, 'Zoe']);
    const card = (key: string, more: object) => ({
      key_hash: sha256(key),
      plain_key: key,
      key_type: 'month',
      status: 'unused',
      created_at: zero,
      expires_at: zero,
      bound_to: null,
      bound_at: null,
      ...more,
    });
    await insertRows(db, 'card_keys', [
      card(bound, { status: 'used', bound_to: 'Zoe', bound_at: zero }),
      card(free, {}),
      card('WELL-0000-0000-1', { created_at: '2026-01-01 00:00:00', expires_at: '2037-01-01 00:00:00' }),
    ]);
    await insertRows(db, 'user_card_keys', [
      {
        id: 'record',
        key_hash: sha256(bound),
        username: 'Zoe',
        key_type: 'month',
        status: 'used',
        source: 'redeem',
        created_at: zero,
        expires_at: zero,
        used_at: zero,
      },
    ]);
    await insertRows(db, 'points_records', [
      { id: 'p1', username: 'Zoe', type: 'earn', amount: 5, reason: 'x', created_at: zero },
    ]);
  });
  afterAll(() => desk.close());

  const clean = async <N extends Tested>(name: N, input: Input<N>): Promise<Output<N>> => {
    const answer = await desk.call(name, input);
    expect(JSON.stringify(answer), name).not.toMatch(nonsense);
    return answer;
  };

  test('are no time in lists, whose pages have everybody once in either order, and in drawers', async () => {
    for (const sort of ['created', 'lastLogin', 'username'] as const)
      for (const descending of [true, false]) {
        const names: string[] = [];
        let after: string | undefined;
        do {
          const page = await clean('users.list', {
            sort,
            descending,
            limit: 1,
            ...(after === undefined ? {} : { after }),
          });
          names.push(...page.rows.map(({ username }) => username));
          after = page.next ?? undefined;
        } while (after !== undefined);
        expect(names.toSorted(), `${sort} ${String(descending)}`).toEqual(['Ann', 'Nil', 'Zoe', 'boss']);
      }
    for (const sort of ['created', 'expires', 'bound'] as const)
      for (const descending of [true, false]) {
        const first = await clean('cards.list', { sort, descending, limit: 2 });
        const rest = await clean('cards.list', { sort, descending, limit: 2, after: first.next ?? '' });
        expect(new Set([...first.rows, ...rest.rows].map(({ id }) => id)).size).toBe(3);
      }
    expect(await clean('users.get', { username: 'Zoe' })).toMatchObject({
      createdAt: null,
      updatedAt: null,
      lastLoginAt: null,
      card: { type: 'month', expiresAt: null },
      membership: [{ expiresAt: null, usedAt: null }],
      ledger: { last: [{ at: null }] },
    });
    const found = await clean('cards.find', { text: bound });
    if (!found.found) throw new Error('not found');
    expect(found.card).toMatchObject({ createdAt: null, expiresAt: null, boundAt: null, state: 'used' });
    const details = await clean('cards.get', { id: found.card.id });
    expect(details).toMatchObject({ membership: { expiresAt: null, cards: 1 }, story: [] });
    const other = await clean('cards.find', { text: free });
    expect(other).toMatchObject({ card: { state: 'expired', stale: true } });
    await clean('cards.stats', {});
  });

  test('are empty cells in every file', async () => {
    for (const format of ['csv', 'site', 'txt'] as const)
      expect((await exported(desk, { format })).text, format).not.toMatch(nonsense);
    expect((await exported(desk, { format: 'site' })).text).toContain(`${bound},month,used,,,Zoe,\n`);
    const users = await desk.settled((await desk.call('users.export', {})).jobId);
    const text = await readFile(users.file ?? '', 'utf8');
    expect(text).not.toMatch(nonsense);
    expect(text).toMatch(/,Zoe,user,0,,,,/);
  });

  test('count as no time where a card is bound beside one, and where it is unbound, previews included', async () => {
    const input = { pairs: [{ card: { key: 'WELL-0000-0000-1' }, username: 'Zoe' }] };
    const shown = await clean('cards.bind.preview', input);
    const done = await clean('cards.bind', { ...input, fingerprint: shown.fingerprint });
    expect(done).toMatchObject({ done: true, changed: 1 });
    expect((await clean('users.get', { username: 'Zoe' })).card?.expiresAt).toMatch(/^20[23]\d-/);
    const who = { keys: [bound] };
    const unbind = { who, afterwards: 'stock', reason: 'x' } as const;
    const preview = await clean('cards.unbind.preview', unbind);
    await clean('cards.unbind', { ...unbind, fingerprint: preview.fingerprint });
    expect(await clean('cards.find', { text: bound })).toMatchObject({ card: { boundTo: null, state: 'expired' } });
  });

  test('are 0 to the site, as what is missing is', async () => {
    await desk.site.db.run(
      "UPDATE card_keys SET bound_to = 'Nil', bound_at = ?, expires_at = ?, status = 'used' WHERE key_hash = ?",
      [zero, zero, sha256(free)],
    );
    const { mysql, redis } = desk.site.config;
    const storage = createStorage({ engine: 'hybrid', mysql, redis, warmUsers: 0 });
    try {
      await storage.ready();
      expect(await storage.getUserInfoV2('Nil')).toMatchObject({ createdAt: 0, cardKey: { expiresAt: 0, boundAt: 0 } });
      expect(await storage.getCardKey(sha256(free))).toMatchObject({ createdAt: 0, expiresAt: 0 });
      expect(await storage.getUserCardKeyInfo('Nil')).toMatchObject({ expiresAt: 0, boundAt: 0 });
      expect(JSON.stringify(await storage.getUserCardKeys('Zoe'))).not.toMatch(nonsense);
    } finally {
      await storage.close();
    }
  });
});
