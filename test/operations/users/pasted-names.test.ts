import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Preview } from '../../../electron/contract/common.js';
import type { UserSelection } from '../../../electron/contract/users.js';
import { engines } from '../../sandbox/database.js';
import { addPeople } from '../fixtures/users.js';
import { openTestSite, type TestSite } from '../helpers.js';

describe.each(engines())('pasted names on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [
      { username: 'boss', role: 'owner' },
      ...['ann', 'bob', 'ann lee', 'lee', '张 三', 'carl'].map((username) => ({ username })),
    ]);
  });
  afterAll(() => desk.close());

  const preview = (who: UserSelection): Promise<Preview> => desk.call('users.ban.preview', { who, reason: 'fraud' });
  const changing = async (who: UserSelection): Promise<readonly string[]> =>
    (await preview(who)).rows.filter(({ outcome }) => outcome === 'changed').map(({ target }) => target);

  test('an entry with blanks is the user of that name, or else several; nobody is taken for a part of a name', async () => {
    expect(await changing({ names: ['ann lee'], blanks: true })).toEqual(['ann lee']);
    expect(await changing({ names: ['张 三'], blanks: true })).toEqual(['张 三']);
    expect((await changing({ names: ['ann  bob　carl'], blanks: true })).toSorted()).toEqual(['ann', 'bob', 'carl']);
    expect((await changing({ names: ['ann lee', 'lee bob', 'bob'], blanks: true })).toSorted()).toEqual([
      'ann lee',
      'bob',
      'lee',
    ]);
    const some = await preview({ names: ['ann nobody', 'no one'], blanks: true });
    expect(some).toMatchObject({ changed: 1, skipped: [{ why: 'unknown', count: 2, sample: ['nobody', 'no one'] }] });
    // Without being told so, an entry is one name.
    expect(await preview({ names: ['ann bob'] })).toMatchObject({
      changed: 0,
      skipped: [{ why: 'unknown', count: 1, sample: ['ann bob'] }],
    });
  });

  test('what was shown is done, and an answer that is kept has no long list', async () => {
    const nobody = Array.from({ length: 30 }, (_, at) => `nobody${String(at)}`);
    const who = { names: ['bob carl', ...nobody], blanks: true };
    const shown = await preview(who);
    expect(shown.skipped).toEqual([{ why: 'unknown', count: 30, sample: nobody.slice(0, 20), all: nobody }]);
    const done = await desk.call('users.ban', { who, reason: 'fraud', fingerprint: shown.fingerprint });
    expect(done).toMatchObject({ done: true, changed: 2, skipped: [{ why: 'unknown', count: 30 }] });
    expect(JSON.stringify(done)).not.toContain('nobody25');
  });
});
