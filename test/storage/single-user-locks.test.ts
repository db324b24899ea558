/**
 * A write that concerns one user locks nothing that another user's write of the same kind locks. Each is held just
 * before its commit while another user's runs in another process. On MySQL, which reports locks, both sets are
 * compared.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasState } from '../../electron/data/config/state.js';
import { moveEntriesIn } from '../../electron/data/config/move-site.js';
import { Site } from '../../electron/data/site.js';
import { migrate } from '../operations/helpers.js';
import { createDatabase, engines, redisEndpoint, type TestDatabase } from '../sandbox/database.js';
import { type Commits, type HeldCommit, holdCommits, type RecordLock, waitOf } from './held-writes.js';
import { card } from './hybrid/site-client.js';
import { kinds, openWhole, type Person, singleUserWrites, type Whole } from './single-user-writes.js';

/**
 * Tables of which a row may be shared, and why. Each must occur: once a table no longer does, it is deleted here, and
 * is refused from then on.
 */
const shared: Readonly<Record<string, string>> = {
  play_stats_daily:
    'the row of the day: by the last statement of a batch and its commit; no call of a site waits for it',
};

const told = ({ table, index, record }: RecordLock): string => `${table}.${index} ${record}`;

/** Records that both have locked, at least one of them exclusively. */
function conflicts(a: readonly RecordLock[], b: readonly RecordLock[]): RecordLock[] {
  return a.filter((lock) =>
    b.some((other) => told(other) === told(lock) && `${lock.mode} ${other.mode}`.includes('X')),
  );
}

describe.each(engines())('locks of single-user writes on %s', (engine) => {
  let database: TestDatabase;
  let a: Whole;
  let b: Whole;
  let onlooker: Whole;
  let commits: { a: Commits; b: Commits };
  const met = new Set<string>();
  let made = 0;
  let listed = 0;

  beforeAll(async () => {
    database = await createDatabase(engine);
    await migrate(database.config);
    const config = { mysql: database.config, redis: { ...redisEndpoint(), prefix: `t${randomUUID().slice(0, 8)}:` } };
    const open = async (): Promise<Whole> => {
      const site = await Site.open(config);
      await site.cache.ready();
      // What a process does once, before its first reward and its first change of an entry.
      await site.hasClaims();
      await hasState(site.db);
      return openWhole(site);
    };
    [a, b, onlooker] = [await open(), await open(), await open()];
    // A site with its entries in the config's one row locks that row with every change of an entry.
    await moveEntriesIn(onlooker.site, { by: 'boss' });
    commits = { a: holdCommits(a.site, engine === 'mysql'), b: holdCommits(b.site, engine === 'mysql') };
  });
  afterAll(async () => {
    for (const whole of [a, b, onlooker]) await whole.close();
    await database.drop();
  });

  /**
   * Two users next to each other in every index, B just before A, where a lock on A's row with the gap before it would
   * block B.
   *
   * Codes of invitations are random, and InnoDB itself locks the next one when a code comes back whose former entry is
   * not purged yet: so a row of nobody stands behind each. On a site of a million users, the next code belongs to
   * whoever else is just being unbanned once in a million.
   */
  async function people(newcomer: boolean): Promise<[Person, Person]> {
    made += 1;
    const number = String(made).padStart(3, '0');
    const pair: Person[] = [];
    for (const letter of ['a', 'b']) {
      const side = letter === 'a' ? 'n' : 'm';
      const person = {
        name: `u${number}${side}`,
        inviter: `i${number}${side}`,
        address: `10.${letter === 'a' ? '2' : '1'}.0.${String(made)}`,
        key: { source: 'src', id: `c${number}${side}` },
        card: card(),
        invitationId: `inv-${number}${side}`,
      };
      await onlooker.registerUser(person.inviter, 'secret');
      await onlooker.createCardKey(person.card);
      if (!newcomer) await onlooker.registerUser(person.name, 'secret');
      await fence(person.name, `${letter === 'a' ? 'N' : 'M'}${number}`);
      pair.push(person);
    }
    return pair as [Person, Person];
  }

  /** Gives the user, if there is one, this beginning of an invitation code, and the next one to nobody. */
  async function fence(name: string, start: string): Promise<void> {
    const nobody = `fence of ${name}`;
    await onlooker.registerUser(nobody, 'secret');
    const { db } = onlooker.site;
    await db.run('UPDATE user_points SET invitation_code = ? WHERE username = ?', [`${start}0`, name]);
    await db.run('UPDATE user_points SET invitation_code = ? WHERE username = ?', [`${start}1`, nobody]);
  }

  test('every write of one user is tried', () => {
    const tried = new Set(singleUserWrites.map(({ method }) => method));
    const needed = Object.entries(kinds).flatMap(([method, kind]) => (kind === 'one user' ? [method] : []));
    expect([...tried].toSorted()).toEqual(needed.toSorted());
  });

  test.each(singleUserWrites.map((write) => [`${write.method} ${write.way ?? ''}`.trim(), write] as const))(
    '%s',
    async (_, { newcomer = false, before, beforeHeld, write }) => {
      const [one, other] = await people(newcomer);
      for (const person of [one, other]) await before?.(onlooker, person);
      await beforeHeld?.(onlooker, one);
      const held: HeldCommit = commits.a.next();
      const first = write(a, one);
      expect(await Promise.race([held.reached.then(() => 'held'), first.then(() => 'not held')])).toBe('held');
      const watched = commits.b.watch();
      const second = write(b, other);
      const found: string[] = [];
      const note = (lock: RecordLock): void => {
        if (lock.table in shared) met.add(lock.table);
        else found.push(`${told(lock)} ${lock.mode}`);
      };
      try {
        const wait = await waitOf(second, watched, { db: onlooker.site.db, engine });
        if (wait !== null) note(wait);
      } finally {
        held.release();
        await Promise.all([first, second]);
        watched.end();
      }
      for (const lock of conflicts(held.locks, watched.locks)) note(lock);
      expect(found).toEqual([]);
      listed += held.locks.length;
    },
    30_000,
  );

  test('what may be shared is shared, or goes from the list', () => {
    expect([...met].toSorted()).toEqual(Object.keys(shared).toSorted());
    if (engine === 'mysql') expect(listed).toBeGreaterThan(100);
  });
});
