import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UserSelection } from '../../../electron/contract/users.js';
import { part } from '../../../electron/data/mysql/sql.js';
import { type Change, type ChangeDraft, runAudited } from '../../../electron/data/write/audited-change.js';
import { holdUsers } from '../../../electron/data/write/user-rows.js';
import type { AccountRow } from '../../../electron/domain/points/account.js';
import { type LedgerRow, planEntry } from '../../../electron/domain/points/ledger.js';
import { TrackedRows } from '../../../electron/domain/tracked-rows.js';
import type { SiteContext } from '../../../electron/operations/context.js';
import { apply, preview } from '../../../electron/operations/kit/bulk.js';
import { userChange } from '../../../electron/operations/users/bulk.js';
import type { UserChange } from '../../../electron/operations/users/user-change.js';
import { engines } from '../../sandbox/database.js';
import { addPeople } from '../fixtures/users.js';
import { admin, banned, codeOf, openTestSite, type TestSite } from '../helpers.js';

type Account = AccountRow & { readonly id: string };

interface Adjustment {
  readonly who: UserSelection;
  readonly amount: number;
}

/**
 * A change in a domain that the audit does not know. It locks rows and edits tracked rows, and gets its images and its
 * undo from that alone.
 */
const adjust: UserChange<Adjustment, ReadonlyMap<string, Account>> = {
  // The contract has no such preview, so another name is used here; the audit gets the name below.
  operation: 'users.tag',
  chunk: 2_000,
  already: () => part('FALSE'),
  state: "COALESCE((SELECT p.balance FROM user_points p WHERE p.username = u.username), '')",
  async hold(tx, names) {
    await holdUsers(tx, names);
    const rows = await tx.rows<Account>(
      `SELECT p.id, u.username, p.invitation_code, p.balance, p.total_earned, p.total_redeemed, p.updated_at
       FROM users u JOIN user_points p ON p.username = u.username WHERE u.username IN (?) FOR UPDATE`,
      [names],
    );
    return new Map(rows.map((row) => [row.username, row]));
  },
  effects: {},
  endsSessions: () => false,
  detail: (_user, { amount }) => ({ reason: String(amount) }),
  statements: () => [],
  apply(work, users, accounts) {
    const balances = work.track(new TrackedRows<Account>('user_points'));
    const ledger = work.track(new TrackedRows<LedgerRow>('points_records'));
    for (const user of users) {
      const account = accounts.get(user.username);
      if (account === undefined) continue;
      const { username } = user;
      const record = { id: `adjust-${username}`, username, type: 'admin_adjust', amount: work.input.amount } as const;
      const entry = planEntry(account, { ...record, reason: 'test', createdAt: Date.UTC(2026, 0, 1) });
      balances.edit(account, entry.account);
      ledger.insert(entry.row);
      work.done(user, 'points');
    }
  },
};

/** Runs the change as its handler would; no contract has this operation. Returns the audit entry's id. */
async function adjusted({ site, jobs }: TestSite, input: Adjustment): Promise<string> {
  const author = { operator: 'boss', role: 'owner', origin: 'window' } as const;
  const context = {
    site,
    jobs,
    author,
    signal: new AbortController().signal,
    change: (work: (change: Change) => Promise<unknown>, options: Partial<ChangeDraft> = {}) =>
      runAudited(site, { author, operation: 'points.adjust', input, ...options }, work),
  } as unknown as SiteContext;
  const { fingerprint } = await preview(userChange(adjust), input, context);
  const answer = await apply(userChange(adjust), { ...input, fingerprint }, context);
  if (!answer.done) throw new Error('became a job');
  return answer.proof.auditId;
}

interface Imaged {
  readonly before: Record<string, unknown>;
  readonly after: Record<string, unknown>;
}

async function imagesOf({ site }: TestSite, id: string): Promise<Imaged[]> {
  const rows = await site.db.rows<{ before_image: string; after_image: string }>(
    'SELECT before_image, after_image FROM console_audit_targets WHERE audit_id = ? ORDER BY seq',
    [id],
  );
  return rows.map(({ before_image: before, after_image: after }) => ({
    before: JSON.parse(before) as Imaged['before'],
    after: JSON.parse(after) as Imaged['after'],
  }));
}

async function undone(desk: TestSite, id: string): Promise<void> {
  const { fingerprint } = await desk.call('audit.undo.preview', { id });
  expect(await desk.call('audit.undo', { id, fingerprint })).toMatchObject({ done: true });
}

describe.each(engines())('images on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [
      { username: 'boss', role: 'owner' },
      { username: 'helper', role: 'admin' },
      { username: 'other', role: 'admin' },
    ]);
  });
  afterAll(() => desk.close());

  test('the change of a new domain is written down and undone, though nothing here knows the domain', async () => {
    const { db } = desk.site;
    await addPeople(db, [
      { username: 'poor', points: 0 },
      { username: 'rich', points: 7 },
    ]);
    const state = (): Promise<unknown[]> =>
      Promise.all([
        db.rows('SELECT username, balance, total_earned, invitation_code FROM user_points ORDER BY id'),
        db.rows('SELECT username, amount FROM points_records ORDER BY id'),
      ]);
    const before = await state();
    const id = await adjusted(desk, { who: { names: ['poor', 'rich'] }, amount: 5 });
    expect(await imagesOf(desk, id)).toEqual([
      {
        before: { user_points: [{ id: expect.anything(), balance: 0, total_earned: 0 }], points_records: [] },
        after: {
          user_points: [{ id: expect.anything(), balance: 5, total_earned: 5 }],
          points_records: [expect.objectContaining({ id: 'adjust-poor', username: 'poor', amount: 5 })],
        },
      },
      {
        before: { user_points: [{ id: expect.anything(), balance: 7, total_earned: 0 }], points_records: [] },
        after: {
          user_points: [{ id: expect.anything(), balance: 12, total_earned: 5 }],
          points_records: [expect.objectContaining({ id: 'adjust-rich', username: 'rich', amount: 5 })],
        },
      },
    ]);
    await undone(desk, id);
    expect(await state()).toEqual(before);
  });

  test('what an owner did to the points of an admin only an owner undoes', async () => {
    const id = await adjusted(desk, { who: { names: ['other'] }, amount: 5 });
    expect(await codeOf(desk.call('audit.undo.preview', { id }, { operator: admin }))).toBe('forbidden');
    await undone(desk, id);
  });

  test('a ban is written down as earlier versions did, and what they wrote is undone', async () => {
    const { db } = desk.site;
    await addPeople(db, [{ username: 'since', token: 'SINCE1', code: 'OFSINCE1' }]);
    const stored = (): Promise<Record<string, unknown>[]> =>
      db.rows(
        `SELECT u.id, u.banned, u.tvbox_token, p.id AS account, p.invitation_code AS code
         FROM users u JOIN user_points p ON p.username = u.username WHERE u.username = 'since'`,
      );
    const [was] = await stored();
    const id = await banned(desk, ['since']);
    const [is] = await stored();
    const [row] = await db.rows<Record<string, unknown>>("SELECT * FROM console_bans WHERE username = 'since'");
    const entry: unknown = expect.any(Array);
    const [written] = await imagesOf(desk, id);
    expect(written).toEqual({
      before: {
        users: [{ id: String(was?.['id']), banned: 0, tvbox_token: 'SINCE1' }],
        user_points: [{ id: String(was?.['account']), invitation_code: 'OFSINCE1' }],
        'config.users': entry,
        console_bans: [],
      },
      after: {
        users: [{ id: String(was?.['id']), banned: 1, tvbox_token: null }],
        user_points: [{ id: String(was?.['account']), invitation_code: is?.['code'] }],
        'config.users': entry,
        console_bans: [{ ...row, user_id: String(row?.['user_id']), audit_id: id }],
      },
    });
    // Earlier versions also stored places in which nothing was changed.
    const nothing = { card_keys: [], user_card_keys: [], console_card_marks: [] };
    await db.run('UPDATE console_audit_targets SET before_image = ?, after_image = ? WHERE audit_id = ?', [
      JSON.stringify({ ...written?.before, ...nothing }),
      JSON.stringify({ ...written?.after, ...nothing }),
      id,
    ]);
    await undone(desk, id);
    expect(await stored()).toEqual([was]);
    expect(await db.rows("SELECT user_id FROM console_bans WHERE username = 'since'")).toEqual([]);
  });
});
