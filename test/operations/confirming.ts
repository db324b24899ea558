/** The changes for the tests of confirmations: how to prepare each one, and how to count its effects. */
import type { OperationName } from '../../electron/contract/index.js';
import { addStock } from './fixtures/cards.js';
import type { TestSite } from './helpers.js';
import { addPeople } from './fixtures/users.js';

export type Asked = Readonly<Record<string, unknown>>;

export interface Case {
  readonly operation: OperationName;
  /** Creates what the change needs; returns the input of its preview. */
  prepare(desk: TestSite): Promise<Asked>;
  /** How often the change has taken effect, according to the site's rows. */
  effects(desk: TestSite, input: Asked): Promise<number>;
  /** It takes another lock before the barrier's, so only repeated confirmations of one preview are tested. */
  readonly unheld?: true;
}

let made = 0;
export const fresh = (): string => `twice${String((made += 1))}`;

export async function person(desk: TestSite, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const username = fresh();
  await addPeople(desk.site.db, [{ username, points: 0, ...more }]);
  return username;
}

export const named = async (desk: TestSite, more?: Readonly<Record<string, unknown>>) => ({
  who: { names: [await person(desk, more)] },
});

/** The number of audit entries of an operation that took effect, on one target if given. */
export async function entries({ site }: TestSite, operation: string, target?: string): Promise<number> {
  const [row] = await site.db.rows<{ found: string }>(
    `SELECT COUNT(*) AS found FROM console_audit a JOIN console_audit_targets t ON t.audit_id = a.id WHERE a.operation = ? AND (? IS NULL OR t.target = ?)`,
    [operation, target ?? null, target ?? null],
  );
  return Number(row?.found);
}

const ofUser =
  (operation: string) =>
  (desk: TestSite, input: Asked): Promise<number> =>
    entries(desk, operation, (input['who'] as { names: string[] }).names[0]);

export async function count({ site }: TestSite, sql: string, value: string): Promise<number> {
  const [row] = await site.db.rows<{ found: string }>(sql, [value]);
  return Number(row?.found);
}

export const hashes = new Map<string, string>();
export async function card(desk: TestSite, more?: Parameters<typeof addStock>[2]): Promise<string> {
  const [one] = await addStock(desk, 1, more);
  if (one === undefined) throw new Error('no card');
  hashes.set(one.id, one.hash);
  return one.id;
}

async function bound(desk: TestSite): Promise<string> {
  const [id, username] = [await card(desk), await person(desk)];
  const pairs = [{ card: { id }, username }];
  const { fingerprint } = await desk.call('cards.bind.preview', { pairs });
  await desk.call('cards.bind', { pairs, fingerprint });
  return id;
}

const ofCard =
  (operation: string) =>
  (desk: TestSite, input: Asked): Promise<number> =>
    entries(desk, operation, hashes.get((input['who'] as { ids: string[] }).ids[0] ?? ''));

export const issued = { type: 'month', count: 3, format: { kind: 'grouped' }, expiry: { kind: 'type' } };

async function batch(desk: TestSite): Promise<string> {
  const input = { ...issued, note: fresh() } as never;
  const { fingerprint } = await desk.call('cards.issue.preview', input);
  const { jobId, batchId } = await desk.call('cards.issue', { ...(input as object), fingerprint } as never);
  await desk.settled(jobId);
  return batchId;
}

export const cases: readonly Case[] = [
  {
    operation: 'users.ban',
    prepare: async (desk) => ({ ...(await named(desk)), reason: 'fraud' }),
    effects: ofUser('users.ban'),
  },
  { operation: 'users.unban', prepare: (desk) => named(desk, { banned: true }), effects: ofUser('users.unban') },
  {
    operation: 'users.role',
    prepare: async (desk) => ({ ...(await named(desk)), role: 'admin' }),
    effects: ofUser('users.role'),
  },
  {
    operation: 'users.tag',
    prepare: async (desk) => ({ ...(await named(desk)), add: ['vip'], remove: [] }),
    effects: ofUser('users.tag'),
  },
  {
    operation: 'users.apis',
    prepare: async (desk) => ({ ...(await named(desk)), apis: ['one'] }),
    effects: ofUser('users.apis'),
  },
  { operation: 'users.delete', prepare: (desk) => named(desk), effects: ofUser('users.delete') },
  {
    operation: 'cards.renew',
    prepare: async (desk) => ({ ...(await named(desk)), type: 'month' }),
    effects: (desk, input) =>
      count(
        desk,
        'SELECT COUNT(*) AS found FROM card_keys WHERE bound_to = ?',
        (input['who'] as { names: string[] }).names[0] ?? '',
      ),
  },
  {
    operation: 'cards.bind',
    prepare: async (desk) => ({ pairs: [{ card: { id: await card(desk) }, username: await person(desk) }] }),
    effects: (desk, input) =>
      entries(desk, 'cards.bind', hashes.get((input['pairs'] as { card: { id: string } }[])[0]?.card.id ?? '')),
  },
  {
    operation: 'cards.unbind',
    prepare: async (desk) => ({ who: { ids: [await bound(desk)] }, afterwards: 'stock' }),
    effects: ofCard('cards.unbind'),
  },
  {
    operation: 'cards.revoke',
    prepare: async (desk) => ({ who: { ids: [await card(desk)] } }),
    effects: ofCard('cards.revoke'),
  },
  {
    operation: 'cards.reissue',
    prepare: async (desk) => ({ who: { ids: [await card(desk)] } }),
    effects: ofCard('cards.reissue'),
  },
  {
    operation: 'cards.sweep',
    prepare: async (desk) => {
      await card(desk, { days: -1, age: 40 });
      return {};
    },
    effects: (desk) => entries(desk, 'cards.sweep', [...hashes.values()].at(-1)),
  },
  {
    operation: 'cards.issue',
    unheld: true,
    prepare: () => Promise.resolve({ ...issued, note: fresh() }),
    effects: (desk, input) =>
      count(desk, 'SELECT COUNT(*) AS found FROM console_card_batches WHERE note = ?', String(input['note'])),
  },
  {
    operation: 'cards.batches.rollback',
    unheld: true,
    prepare: async (desk) => ({ id: await batch(desk) }),
    effects: (desk, { id }) => entries(desk, 'cards.batches.rollback', `batch:${String(id)}`),
  },
  {
    operation: 'audit.undo',
    prepare: async (desk) => {
      const input = { ...(await named(desk)), reason: 'fraud' as const };
      const { fingerprint } = await desk.call('users.ban.preview', input);
      const answer = await desk.call('users.ban', { ...input, fingerprint });
      if (!answer.done) throw new Error('became a job');
      return { id: answer.proof.auditId };
    },
    effects: (desk, { id }) => count(desk, 'SELECT COUNT(*) AS found FROM console_audit WHERE undo_of = ?', String(id)),
  },
];

/** Calls any of these operations by its name. */
export const call = (desk: TestSite, operation: string, input: Asked): Promise<{ fingerprint: string }> =>
  desk.call<'cards.issue.preview'>(operation as never, input as never);
