import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertRows } from '../../electron/data/write/row-writer.js';
import { answerOf, type Case, compare, World, homes } from './two-sides.js';

const who = { names: ['ann'] };
const noLiveCode: unknown = expect.stringMatching(/^[A-Z0-9]{20}$/);
const freshCode: unknown = expect.stringMatching(/^[A-Z0-9]{16}$/);

const byConsole = {
  ban: (world: World) => world.console('users.ban', { who, reason: 'fraud', note: 'why' }),
  lift: (world: World) => world.console('users.unban', { who }),
  delete: (world: World) => world.console('users.delete', { who }),
};
const bySite = {
  ban: (world: World) => answerOf(world.site.banUser('ann', true)),
  lift: (world: World) => answerOf(world.site.banUser('ann', false)),
  delete: (world: World) => answerOf(world.site.deleteUser('ann')),
};
/** As the site does it, by its configuration. */
const edited = async (world: World, change: (entry: Record<string, unknown>) => void): Promise<string> => {
  const config = (await world.site.getAdminConfig()) ?? {};
  for (const entry of config.UserConfig?.Users ?? []) if (entry['username'] === 'ann') change(entry);
  return answerOf(world.site.setAdminConfig(config));
};
const byConfig = {
  ban: (world: World) => edited(world, (entry) => (entry['banned'] = true)),
  lift: (world: World) => edited(world, (entry) => (entry['banned'] = false)),
};
const banning = { console: byConsole.ban, site: bySite.ban };
const lifting = { console: byConsole.lift, site: bySite.lift };

/** Ann's code, token and entry. */
const state = async (world: World): Promise<Record<string, unknown>> => {
  const [row] = await world.sql(
    `SELECT u.banned, u.tvbox_token AS token, p.invitation_code AS code, b.tvbox_token AS kept_token, b.invitation_code AS kept_code
     FROM users u LEFT JOIN user_points p ON p.username = u.username LEFT JOIN console_bans b ON b.user_id = u.id WHERE u.username = 'ann'`,
  );
  const inConfig = await world.entry('ann');
  return { ...row, entry: inConfig, inEntry: inConfig?.['tvboxToken'], saysBanned: inConfig?.['banned'] };
};
function has(expected: Record<string, unknown>): (world: World) => Promise<void> {
  return async function (world) {
    expect(await state(world)).toMatchObject(expected);
  };
}

const entry = { nobodyKnows: { this: [1, null] }, tags: ['vip'] };
const ann = { username: 'ann', token: 'T1', code: 'CODE1', entry };
const given =
  (...more: readonly string[]) =>
  async (world: World) => {
    await world.people(ann, { username: 'ben', token: 'B1', code: 'BEN1', entry: {} });
    for (const statement of more) await world.desk.site.db.run(statement);
  };
/** A lift outside the console: only the table, as a site's own code may do it. */
const liftPast = "UPDATE users SET banned = 0 WHERE username = 'ann'";
const newCode = "UPDATE user_points SET invitation_code = 'CODE2' WHERE username = 'ann'";
const newToken = "UPDATE users SET tvbox_token = 'T2' WHERE username = 'ann'";
const takenCode = "UPDATE user_points SET invitation_code = 'code1' WHERE username = 'ben'";
const tokenInEntry =
  "UPDATE admin_configs SET config_value = JSON_SET(config_value, '$.UserConfig.Users[1].tvboxToken', 'T3')";
const after =
  (by: { readonly ban: (world: World) => Promise<string> }, ...more: readonly string[]) =>
  async (world: World) => {
    await given()(world);
    if ((await by.ban(world)) !== 'done') throw new Error('not banned');
    for (const statement of more) await world.desk.site.db.run(statement);
  };

const bans: readonly Case[] = [
  {
    name: 'who was never banned, with token, code and an entry that says more',
    given: given(),
    sides: { ...banning, config: byConfig.ban },
    leaves: has({
      banned: 1,
      token: null,
      code: noLiveCode,
      kept_token: 'T1',
      kept_code: 'CODE1',
    }),
  },
  {
    name: 'who has no entry',
    given: (world) => world.people({ ...ann, entry: null }),
    sides: banning,
    leaves: has({ banned: 1, entry: { username: 'ann', banned: true }, kept_token: 'T1' }),
  },
  {
    name: 'who has the token in the entry alone',
    given: (world) => world.people({ ...ann, token: null, entry: { ...entry, tvboxToken: 'T3' } }),
    sides: { ...banning, config: byConfig.ban },
    leaves: has({ kept_token: 'T3', entry: { ...entry, banned: true } }),
  },
  {
    name: 'who has no account of points, and no token',
    given: (world) => world.people({ ...ann, token: null, points: null }),
    sides: banning,
    leaves: has({ banned: 1, kept_token: null, kept_code: null }),
  },
  {
    name: 'whose column is empty and whose entry says banned already',
    given: (world) => world.people({ ...ann, banned: null, entry: { ...entry, banned: true } }),
    sides: banning,
    leaves: has({ banned: 1, kept_code: 'CODE1' }),
  },
  ...[byConsole, bySite].flatMap((first, at): Case[] => {
    const by = at === 0 ? 'the console' : 'the site';
    return [
      {
        name: `again after a lift past the console, ban by ${by}`,
        given: after(first, liftPast),
        sides: banning,
        leaves: has({ token: null, code: noLiveCode, kept_token: 'T1', kept_code: 'CODE1' }),
      },
      {
        name: `again, where the site gave a token and a code meanwhile, ban by ${by}`,
        given: after(first, liftPast, newCode, newToken),
        sides: banning,
        leaves: has({ token: null, code: noLiveCode, kept_token: 'T2', kept_code: 'CODE2' }),
      },
    ];
  }),
  {
    name: 'an owner',
    given: (world) => world.people({ ...ann, role: 'owner' }),
    sides: { ...banning, config: byConfig.ban },
    answers: { console: 'owner', site: 'forbidden', config: 'forbidden' },
    nothing: true,
  },
];

const lifts: readonly Case[] = [
  {
    name: 'who was never banned',
    given: given(),
    sides: lifting,
    answers: { console: 'already_so' },
    nothing: true,
  },
  ...[byConsole, bySite].flatMap((first, at): Case[] => {
    const by = at === 0 ? 'the console' : 'the site';
    return [
      {
        name: `banned by ${by}`,
        given: after(first),
        sides: lifting,
        leaves: has({
          banned: 0,
          token: 'T1',
          code: 'CODE1',
          kept_code: null,
          entry: { ...entry, tvboxToken: 'T1' },
          // As the console's ban found it; the site itself says that it is over.
          saysBanned: at === 0 ? undefined : false,
        }),
      },
      {
        name: `banned by ${by}, the code taken meanwhile in another case`,
        given: after(first, takenCode),
        sides: lifting,
        leaves: has({ token: 'T1', code: freshCode }),
      },
      {
        name: `banned by ${by}, a code given meanwhile`,
        given: after(first, newCode),
        sides: lifting,
        leaves: has({ token: 'T1', code: 'CODE2' }),
      },
      {
        name: `banned by ${by}, a token given meanwhile in the table`,
        given: after(first, newToken),
        sides: lifting,
        leaves: has({ token: 'T2', code: 'CODE1', entry: { ...entry, tvboxToken: 'T2' } }),
      },
      {
        name: `banned by ${by}, a token given meanwhile in the entry`,
        given: after(first, tokenInEntry),
        sides: lifting,
        leaves: has({ token: 'T3', code: 'CODE1' }),
      },
      {
        name: `banned by ${by}, lifted past the console, with a new code and a new token`,
        given: after(first, liftPast, newCode, newToken),
        sides: lifting,
        leaves: has({ banned: 0, token: 'T2', code: 'CODE2', kept_token: null }),
      },
      {
        name: `banned by ${by}, lifted past the console in the table and the entry`,
        given: after(
          first,
          liftPast,
          "UPDATE admin_configs SET config_value = JSON_REMOVE(config_value, '$.UserConfig.Users[1].banned')",
        ),
        sides: lifting,
        leaves: has({ banned: 0, token: 'T1', code: 'CODE1', entry: { ...entry, tvboxToken: 'T1' } }),
      },
    ];
  }),
  ...(
    [
      ['the token in the table alone', { token: 'T1', entry: { tvboxToken: undefined } }, 'T1', undefined],
      ['the token in the entry alone', { token: null, entry: { ...entry, tvboxToken: 'T3' } }, null, 'T3'],
      ['banned said to be false', { entry: { ...entry, banned: false } }, 'T1', 'T1'],
      ['no entry', { entry: null }, 'T1', undefined],
      ['no account of points', { points: null }, 'T1', 'T1'],
    ] as const
  ).map(([what, person, token, inEntry]): Case => ({
    name: `banned by the console, before it ${what}`,
    given: async (world) => {
      await world.people({ ...ann, ...person });
      await byConsole.ban(world);
    },
    sides: lifting,
    // If entries are in rows, every reader sees the column once it has changed.
    leaves: async (world) => {
      await has({ banned: 0, token, inEntry: world.home === 'rows' ? (inEntry ?? token) : inEntry })(world);
    },
  })),
  {
    name: 'who is banned in the entry alone, and has a code like that of a ban',
    given: async (world) => {
      await world.people({ ...ann, code: 'AAAAAAAAAAAAAAAAAAAA', entry: { ...entry, banned: true } });
    },
    // The console finds no ban to lift.
    sides: { site: bySite.lift },
    leaves: has({ banned: 0, code: 'AAAAAAAAAAAAAAAAAAAA', saysBanned: false }),
  },
  {
    name: 'banned in the table by hand, with token and code left as they were',
    given: given("UPDATE users SET banned = 1 WHERE username = 'ann'"),
    sides: lifting,
    leaves: has({ banned: 0, token: 'T1', code: 'CODE1' }),
  },
  {
    name: 'banned in the table by hand, with a code that nothing remembers but an invitation',
    given: given(
      "UPDATE users SET banned = 1 WHERE username = 'ann'",
      "UPDATE user_points SET invitation_code = 'AAAAAAAAAAAAAAAAAAAA' WHERE username = 'ann'",
      "INSERT INTO invitations (id, inviter, invitee, invitation_code, ip_address) VALUES ('i1', 'ann', 'ben', 'CODE1', '10.0.0.1')",
    ),
    sides: lifting,
    leaves: has({ banned: 0, code: 'CODE1' }),
  },
];

async function nothingOfAnn(world: World): Promise<void> {
  expect(await world.sql("SELECT status, bound_to FROM card_keys WHERE plain_key = 'KEY-bound'")).toEqual([
    { status: 'used', bound_to: null },
  ]);
  expect(await world.sql('SELECT id FROM ip_reward_records')).toEqual([{ id: 'w1' }]);
  expect(await world.entry('ann')).toBeUndefined();
}

const deletions: readonly Case[] = [
  {
    name: 'who has a card, records, points, an invitation and a reward, and is banned',
    given: async (world) => {
      await after(byConsole)(world);
      await world.people({ username: 'cid', entry: null });
      await world.cards(
        { key: 'KEY-bound', ends: 20, boundTo: 'ann', records: [{ username: 'ann' }] },
        { key: 'KEY-given', ends: 20, records: [{ username: 'ann' }, { username: 'ben' }] },
      );
      await world.sql(
        "INSERT INTO invitations (id, inviter, invitee, invitation_code, ip_address) VALUES ('i1', 'ann', 'ben', 'CODE1', '10.0.0.1'), ('i2', 'cid', 'ann', 'X', '10.0.0.2')",
      );
      await world.sql(
        "INSERT INTO ip_reward_records (id, ip_address, inviter, invitee) VALUES ('w1', '10.0.0.1', 'ann', 'ben')",
      );
      await world.sql(
        "INSERT INTO points_records (id, username, type, amount, reason) VALUES ('p1', 'ann', 'earn', 5, 'x'), ('p2', 'cid', 'earn', 5, 'x')",
      );
    },
    sides: { console: byConsole.delete, site: bySite.delete },
    leaves: nothingOfAnn,
  },
  {
    name: 'who has more rows than the console keeps images of: the caches of their cards too',
    given: async (world) => {
      await given()(world);
      await world.cards({ key: 'KEY-bound', ends: 20, boundTo: 'ann', records: [{ username: 'ann' }] });
      const rows = Array.from({ length: 5_001 }, (_, at) => ({
        id: `p${String(at)}`,
        username: 'ann',
        type: 'earn',
        amount: 1,
        reason: 'x',
      }));
      await insertRows(world.desk.site.db, 'points_records', rows);
    },
    sides: { console: byConsole.delete, site: bySite.delete },
  },
  {
    name: 'who has nothing, not even an entry',
    given: (world) => world.people({ username: 'ann', points: null, entry: null }),
    sides: { console: byConsole.delete, site: bySite.delete },
  },
  {
    name: 'an owner',
    given: (world) => world.people({ ...ann, role: 'owner' }),
    sides: { console: byConsole.delete, site: bySite.delete },
    answers: { console: 'owner', site: 'forbidden' },
    nothing: true,
  },
];

describe.each(homes)('users by the console and by the site on %s, the config’s entries in %s', (engine, home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(engine, home);
  });
  afterAll(() => world.desk.close());

  test.each(bans)('a ban: $name', async (one) => {
    expect(await compare(world, one)).toBe(Object.keys(one.sides).length);
  });
  test.each(lifts)('the end of a ban: $name', async (one) => {
    expect(await compare(world, one)).toBe(Object.keys(one.sides).length);
  });
  test.each(deletions)('a deletion: $name', async (one) => {
    expect(await compare(world, one)).toBe(Object.keys(one.sides).length);
  });
});
