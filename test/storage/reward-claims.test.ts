// @module-tag long
/** Who waits for whom when rewards are paid at once; each is held just before its commit. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claim, claimOn, forgetOldClaims } from '../../electron/domain/claims.js';
import { Site } from '../../electron/data/site.js';
import { codeOf, migrate } from '../operations/helpers.js';
import { waiting as untilWaiting } from '../operations/fixtures/users.js';
import { createDatabase, engines, redisEndpoint, type TestDatabase } from '../sandbox/database.js';
import { type Commits, holdCommits, waitOf } from './held-writes.js';
import { at, openSiteClient, type SiteClient } from './hybrid/site-client.js';

interface Process extends SiteClient {
  readonly commits: Commits;
}

let made = 0;
const next = (): string => String((made += 1)).padStart(3, '0');
const fresh = (): string => `10.9.${String((made += 1) >> 8)}.${String(made & 255)}`;

describe.each(engines())('rewards at once on %s', (engine) => {
  let database: TestDatabase;
  let open: () => Promise<Process>;
  let a: Process;
  let b: Process;
  let inviters: [string, string];
  const opened: Process[] = [];

  beforeAll(async () => {
    database = await createDatabase(engine);
    await migrate(database.config);
    const config = { mysql: database.config, redis: { ...redisEndpoint(), prefix: `t${randomUUID().slice(0, 8)}:` } };
    open = async () => {
      const site = await Site.open(config);
      await site.cache.ready();
      const process = { ...openSiteClient(site), commits: holdCommits(site, false) };
      opened.push(process);
      return process;
    };
    [a, b] = [await open(), await open()];
    for (const process of [a, b]) await process.site.hasClaims();
  });
  afterAll(async () => {
    for (const { site } of opened) await site.close();
    await database.drop();
  });
  afterEach(() => {
    for (const { commits } of opened) commits.letGo();
  });
  beforeEach(async () => {
    inviters = [`older${next()}`, `older${next()}`];
    for (const name of inviters) await a.registerUser(name, 'secret');
  });

  const sql = <Row = Record<string, unknown>>(text: string, ...parameters: string[]): Promise<Row[]> =>
    a.site.db.rows<Row>(text, parameters);
  /** An unpaid invitation from an address, and its payment by a process: a reward that does not change the config. */
  const invited = async (inviter: string, address: string): Promise<string> => {
    const [id, invitee] = [`i-${next()}`, `younger${next()}`];
    await a.registerUser(invitee, 'secret');
    const row = { id, inviter, invitee, invitationCode: '', rewarded: false, createdAt: at() };
    await a.createInvitation({ ...row, ipAddress: address });
    return id;
  };
  const pay = (process: Process, id: string): Promise<void> => process.updateInvitation(id, { rewarded: true });
  const balances = async (): Promise<(number | undefined)[]> =>
    Promise.all(inviters.map(async (name) => (await a.getUserPoints(name))?.balance));
  const waiting = (work: Promise<unknown>, process: Process, watched: ReturnType<Commits['watch']>) =>
    waitOf(work, watched, { db: process === a ? b.site.db : a.site.db, engine });

  test('of two from one address the second waits for the first, and is refused; a third from elsewhere does not wait', async () => {
    const address = fresh();
    const [one, two] = [await invited(inviters[0], address), await invited(inviters[1], address)];
    // As the site's own code may have written it.
    await sql('UPDATE invitations SET ip_address = ? WHERE id = ?', `::ffff:${address}`, two);
    const elsewhere = await invited(inviters[1], fresh());
    const held = a.commits.next();
    const first = pay(a, one);
    await held.reached;
    const watched = b.commits.watch();
    const third = pay(b, elsewhere);
    expect(await waiting(third, b, watched)).toBeNull();
    const second = codeOf(pay(b, two));
    expect(await waiting(second, b, watched)).toMatchObject({ table: 'console_claims' });
    held.release();
    watched.end();
    await first;
    expect(await second).toBe('conflict');
    expect(await balances()).toEqual([100, 100]);
    expect(await sql('SELECT id FROM ip_reward_records WHERE ip_address = ?', address)).toHaveLength(1);
  });

  test('where the first fails, its claim is gone with it and the second is paid', async () => {
    const address = fresh();
    const [one, two] = [await invited(inviters[0], address), await invited(inviters[1], address)];
    const held = a.commits.next();
    const first = pay(a, one);
    await held.reached;
    const watched = b.commits.watch();
    const second = pay(b, two);
    expect(await waiting(second, b, watched)).toMatchObject({ table: 'console_claims' });
    held.fail(new Error('broken off'));
    watched.end();
    await expect(first).rejects.toThrow('broken off');
    await second;
    expect(await balances()).toEqual([0, 100]);
  });

  test('a pair is paid once, where a site keeps several invitations of one user', async () => {
    const one = await invited(inviters[0], fresh());
    await sql('ALTER TABLE invitations ADD INDEX idx_invitee (invitee), DROP INDEX uk_invitee');
    const two = `i-${next()}`;
    await sql(
      `INSERT INTO invitations (id, inviter, invitee, invitation_code, ip_address, rewarded)
       SELECT ?, inviter, invitee, invitation_code, ?, 0 FROM invitations WHERE id = ?`,
      two,
      fresh(),
      one,
    );
    const held = a.commits.next();
    const first = pay(a, one);
    await held.reached;
    const watched = b.commits.watch();
    const second = codeOf(pay(b, two));
    expect(await waiting(second, b, watched)).toMatchObject({ table: 'console_claims' });
    held.release();
    watched.end();
    await first;
    expect(await second).toBe('conflict');
    expect(await balances()).toEqual([100, 0]);
    await sql('DELETE FROM invitations WHERE id = ?', two);
    await sql('ALTER TABLE invitations ADD UNIQUE KEY uk_invitee (invitee), DROP INDEX idx_invitee');
  });

  test('what was rewarded is what the site’s tables say: rows of any spelling, several of one address, rows that were deleted', async () => {
    const address = fresh();
    for (const [id, typed] of [
      [next(), `::ffff:${address}`],
      [next(), `::ffff:${address}`],
    ] as const)
      await sql(
        "INSERT INTO ip_reward_records (id, ip_address, inviter, invitee) VALUES (?, ?, 'gone', 'away')",
        id,
        typed,
      );
    const id = await invited(inviters[0], address);
    expect(await codeOf(pay(a, id))).toBe('conflict');
    await sql('DELETE FROM ip_reward_records WHERE ip_address = ?', `::ffff:${address}`);
    await pay(a, id);
    expect(await balances()).toEqual([100, 0]);
    // The claim of that reward blocks no one, whether its row still exists or not.
    await sql('DELETE FROM ip_reward_records WHERE ip_address = ?', address);
    await pay(b, await invited(inviters[1], address));
    expect(await balances()).toEqual([100, 100]);
  });

  test('registrations from unknown addresses are one, and wait for nobody once that was rewarded', async () => {
    const join = (process: Process, inviter: string): Promise<void> =>
      process.createUserV2(`joins${next()}`, 'secret', 'user', [], undefined, [], undefined, inviter);
    await join(a, inviters[0]);
    expect(await balances()).toEqual([100, 0]);
    await join(a, inviters[1]);
    expect(await balances()).toEqual([100, 0]);
    expect(await sql("SELECT claim FROM console_claims WHERE claim = 'address|unknown'")).toHaveLength(1);
    await sql("DELETE FROM console_claims WHERE claim = 'address|unknown'");
    await join(b, inviters[1]);
    expect(await sql("SELECT claim FROM console_claims WHERE claim = 'address|unknown'")).toEqual([]);
  });

  test('a change of the settings waits for no reward, which is worth what they said when it read them', async () => {
    const settings = await a.getInvitationConfig();
    const [one, two] = [await invited(inviters[0], fresh()), await invited(inviters[1], fresh())];
    const held = a.commits.next();
    const first = pay(a, one);
    await held.reached;
    const watched = b.commits.watch();
    const set = b.setInvitationConfig({ ...settings, rewardPoints: 40 });
    expect(await waiting(set, b, watched)).toBeNull();
    watched.end();
    await pay(b, two);
    held.release();
    await first;
    expect(await balances()).toEqual([100, 40]);
    await b.setInvitationConfig(settings);
  });

  test('claims that are over are deleted, those of the last hour are not', async () => {
    await sql("INSERT INTO console_claims VALUES ('old', UTC_TIMESTAMP(3) - INTERVAL 61 MINUTE)");
    await sql("INSERT INTO console_claims VALUES ('new', UTC_TIMESTAMP(3) - INTERVAL 59 MINUTE)");
    await forgetOldClaims(a.site.db);
    expect(await sql("SELECT claim FROM console_claims WHERE claim IN ('old', 'new')")).toEqual([{ claim: 'new' }]);
  });

  test('names that a site takes for one give one claim', () => {
    expect(claimOn('pair', 'Älter', 'younger')).toBe(claimOn('pair', 'alter', 'YOUNGER'));
    expect(claimOn('pair', 'older', 'younger')).not.toBe(claimOn('pair', 'older', 'other'));
  });

  test('of what counts plays, what was claimed lately is not written again, and is waited for all the same; what pays is written', async () => {
    const [lately, once, ...paying] = [
      claimOn('plays', 'lately'),
      claimOn('plays', 'once'),
      claimOn('address', '10.0.0.9'),
      claimOn('pair', 'older', 'younger'),
    ] as const;
    await sql('INSERT INTO console_claims VALUES (?, UTC_TIMESTAMP(3) - INTERVAL 5 MINUTE)', lately);
    await sql('INSERT INTO console_claims VALUES (?, UTC_TIMESTAMP(3) - INTERVAL 15 MINUTE)', once);
    // Nodes of a cluster do not see each other's locks, but they see which rows were written.
    for (const one of paying)
      await sql('INSERT INTO console_claims VALUES (?, UTC_TIMESTAMP(3) - INTERVAL 5 MINUTE)', one);
    const steps: string[] = [];
    let second: Promise<unknown> = Promise.resolve();
    await a.site.db.transaction(async (tx) => {
      await claim(tx, [lately, once, ...paying]);
      second = b.site.db.transaction((other) => claim(other, [lately])).then(() => steps.push('second'));
      await untilWaiting(a.site, 1);
      steps.push('first');
    });
    await second;
    expect(steps).toEqual(['first', 'second']);
    expect(
      await sql(
        'SELECT claim, TIMESTAMPDIFF(MINUTE, at, UTC_TIMESTAMP(3)) AS age FROM console_claims WHERE claim IN (?, ?, ?, ?) ORDER BY claim',
        lately,
        once,
        ...paying,
      ),
    ).toEqual([
      { claim: paying[0], age: '0' },
      { claim: paying[1], age: '0' },
      { claim: lately, age: '5' },
      { claim: once, age: '0' },
    ]);
  });

  test('without migration 0006 everybody waits for everybody, and an address is paid once', async () => {
    await sql('RENAME TABLE console_claims TO away_claims');
    const [c, d] = [await open(), await open()];
    const address = fresh();
    const [one, two] = [await invited(inviters[0], address), await invited(inviters[1], address)];
    const elsewhere = await invited(inviters[1], fresh());
    const held = c.commits.next();
    const first = pay(c, one);
    await held.reached;
    const watched = d.commits.watch();
    const [same, other] = [codeOf(pay(d, two)), pay(d, elsewhere)];
    expect(await waiting(Promise.all([same, other]), d, watched)).toMatchObject({ table: 'invitation_configs' });
    held.release();
    watched.end();
    await first;
    expect(await same).toBe('conflict');
    await other;
    expect(await balances()).toEqual([100, 100]);
    await sql('RENAME TABLE away_claims TO console_claims');
  });

  test('while the migration runs: who began without the table and who has it do not pay one address twice', async () => {
    await sql('RENAME TABLE console_claims TO away_claims');
    const old = await open();
    const address = fresh();
    const [one, two] = [await invited(inviters[0], address), await invited(inviters[1], address)];
    const held = old.commits.next();
    const first = pay(old, one);
    await held.reached;
    await sql('RENAME TABLE away_claims TO console_claims');
    const late = await open();
    const watched = late.commits.watch();
    const second = codeOf(pay(late, two));
    expect(await waiting(second, late, watched)).toMatchObject({ table: 'invitation_configs' });
    held.release();
    watched.end();
    await first;
    expect(await second).toBe('conflict');
    expect(await balances()).toEqual([100, 0]);
  });

  test('while the migration runs: who asked for the table before it was there claims all the same', async () => {
    const address = fresh();
    const [one, two] = [await invited(inviters[0], address), await invited(inviters[1], address)];
    const held = a.commits.next();
    const first = pay(a, one);
    await held.reached;
    const early = await open();
    early.site.hasClaims = () => Promise.resolve(false);
    const watched = early.commits.watch();
    const second = codeOf(pay(early, two));
    expect(await waiting(second, early, watched)).toMatchObject({ table: 'console_claims' });
    held.release();
    watched.end();
    await first;
    expect(await second).toBe('conflict');
    expect(await balances()).toEqual([100, 0]);
  });
});
