import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashOf } from '../operations/fixtures/cards.js';
import type { Person } from '../operations/fixtures/users.js';
import { at, day } from '../storage/hybrid/site-client.js';
import { answerOf, type CardGiven, type Case, compare, homes, World } from './two-sides.js';

/** Binds this key to ann. */
function binding(key: string): Case['sides'] {
  return {
    console: (world) => world.console('cards.bind', { pairs: [{ card: { key }, username: 'ann' }] }),
    site: (world) => answerOf(world.site.bindCardKey('ann', key)),
  };
}

const ann: Person = { username: 'ann', entry: { nobodyKnows: [1, null] } };

function given(cards: readonly CardGiven[], who: Person = ann) {
  return async (world: World): Promise<void> => {
    await world.people(who, { username: 'ben' }, { username: 'cid' });
    await world.cards(...cards);
  };
}

/**
 * A card and each of its records afterwards: status, holder, end in days from the beginning (6 hours are added) or the
 * exact text.
 */
function ends(
  expected: Readonly<Record<string, readonly [status: string, holder: string | null, end: number | string]>>,
) {
  return async function (world: World): Promise<void> {
    for (const [key, [status, holder, end]] of Object.entries(expected)) {
      const says = { status, expires_at: typeof end === 'string' ? end : world.time(end) };
      const [card] = await world.sql('SELECT status, bound_to, expires_at FROM card_keys WHERE plain_key = ?', key);
      expect(card, key).toEqual({ ...says, bound_to: holder });
      const records = await world.sql('SELECT status, expires_at FROM user_card_keys WHERE key_hash = ?', hashOf(key));
      for (const record of records) expect(record, `the record of ${key}`).toEqual(says);
      if (holder !== 'ann' || typeof end === 'string') continue;
      const entry = (await world.entry('ann')) as { readonly cardKey?: { readonly expiresAt: number } };
      expect(entry.cardKey?.expiresAt).toBeGreaterThanOrEqual(Date.parse(`${world.time(end).replace(' ', 'T')}Z`));
    }
  };
}

const fresh: CardGiven = { key: 'KEY-fresh', made: -3, ends: 27 };
const refused = (name: string, cards: readonly CardGiven[], why: string, code = 'conflict'): Case => ({
  name,
  given: given(cards),
  sides: binding('KEY-fresh'),
  answers: { console: why, site: code },
  nothing: true,
});

const binds: readonly Case[] = [
  {
    name: 'a first card brings its own end',
    given: given([fresh]),
    sides: binding('KEY-fresh'),
    leaves: ends({ 'KEY-fresh': ['used', 'ann', 27] }),
  },
  {
    name: 'a first card of somebody without an entry',
    given: given([fresh], { username: 'ann', entry: null }),
    sides: binding('KEY-fresh'),
    leaves: ends({ 'KEY-fresh': ['used', 'ann', 27] }),
  },
  {
    name: 'a second card stacks, and all active cards end together',
    given: given([fresh, { key: 'KEY-old', made: -20, ends: 10, boundTo: 'ann', records: [{ username: 'ann' }] }]),
    sides: binding('KEY-fresh'),
    leaves: ends({ 'KEY-fresh': ['used', 'ann', 40], 'KEY-old': ['used', 'ann', 40] }),
  },
  {
    name: 'a further card beside active ones with different ends, one that has ended, and records that disagree',
    given: given([
      { key: 'KEY-fresh', type: 'quarter', made: 0, ends: 90, records: [{ username: 'ann' }] },
      {
        key: 'KEY-long',
        made: -20,
        ends: 10,
        boundTo: 'ann',
        records: [{ username: 'ann', says: { status: 'unused' } }],
      },
      { key: 'KEY-short', made: -28, ends: 2, boundTo: 'ann', boundAt: -2, records: [{ username: 'ann' }] },
      { key: 'KEY-ended', made: -40, ends: -10, boundTo: 'ann', boundAt: -40, records: [{ username: 'ann' }] },
    ]),
    sides: binding('KEY-fresh'),
    leaves: ends({
      'KEY-fresh': ['used', 'ann', 100],
      'KEY-long': ['used', 'ann', 100],
      'KEY-short': ['used', 'ann', 100],
      'KEY-ended': ['used', 'ann', -10],
    }),
  },
  {
    name: 'after a membership that is over, days count from now',
    given: given([fresh, { key: 'KEY-ended', made: -40, ends: -10, boundTo: 'ann', records: [{ username: 'ann' }] }]),
    sides: binding('KEY-fresh'),
    leaves: ends({ 'KEY-ended': ['used', 'ann', -10] }),
  },
  {
    name: 'a card that does not say when it was made adds nothing to what is left',
    given: given([
      { ...fresh, made: null },
      { key: 'KEY-old', ends: 10, boundTo: 'ann' },
    ]),
    sides: binding('KEY-fresh'),
    leaves: ends({ 'KEY-fresh': ['used', 'ann', 10], 'KEY-old': ['used', 'ann', 10] }),
  },
  {
    name: 'a card of odd days adds whole days',
    given: given([
      { ...fresh, made: -3.4 },
      { key: 'KEY-old', ends: 10, boundTo: 'ann' },
    ]),
    sides: binding('KEY-fresh'),
    leaves: ends({ 'KEY-fresh': ['used', 'ann', 40] }),
  },
  {
    name: 'a key that was given to the user: the record stays theirs',
    given: given([{ ...fresh, records: [{ username: 'ann', source: 'redeem' }] }]),
    sides: binding('KEY-fresh'),
    leaves: ends({ 'KEY-fresh': ['used', 'ann', 27] }),
  },
  {
    name: 'a key that was given to several, the user among them',
    given: given([{ ...fresh, records: [{ username: 'ben' }, { username: 'ann' }] }]),
    sides: binding('KEY-fresh'),
    leaves: ends({ 'KEY-fresh': ['used', 'ann', 27] }),
  },
  {
    name: 'a record that spells its card’s hash in capitals is the card’s',
    given: given([{ ...fresh, records: [{ username: 'ann', says: { key_hash: hashOf('KEY-fresh').toUpperCase() } }] }]),
    sides: binding('KEY-fresh'),
    leaves: ends({ 'KEY-fresh': ['used', 'ann', 27] }),
  },
  refused('a key that was given to somebody else', [{ ...fresh, records: [{ username: 'ben' }] }], 'card_assigned'),
  refused(
    'a key that was given to several others',
    [{ ...fresh, records: [{ username: 'ben' }, { username: 'cid' }] }],
    'card_assigned',
  ),
  refused('a card that another uses', [{ ...fresh, boundTo: 'ben', records: [{ username: 'ben' }] }], 'card_used'),
  refused('a card that the user has bound already', [{ ...fresh, boundTo: 'ann' }], 'card_used'),
  refused('a card whose user is gone', [{ ...fresh, status: 'used' }], 'card_used'),
  refused('a card that is marked expired', [{ ...fresh, ends: -1, status: 'expired' }], 'card_expired'),
  refused('a card that has ended, whatever its column says', [{ ...fresh, ends: -0.5 }], 'card_expired'),
  refused(
    'an end that the database cannot hold',
    [
      { ...fresh, type: 'year', made: -3, ends: 362 },
      { key: 'KEY-old', ends: 0, endsAt: '2038-01-10 00:00:00', boundTo: 'ann' },
    ],
    'past_2038',
    'invalid_input',
  ),
  {
    name: 'a card at its very end has ended',
    given: async (world) => {
      await given([fresh])(world);
      await world.desk.site.db.run('UPDATE card_keys SET expires_at = UTC_TIMESTAMP()');
    },
    sides: binding('KEY-fresh'),
    answers: { console: 'card_expired', site: 'conflict' },
    nothing: true,
  },
];

async function unbound(world: World, key: string, afterwards: 'stock' | 'revoke'): Promise<void> {
  const said = await world.console('cards.unbind', { who: { ids: [await world.id(key)] }, afterwards });
  if (said !== 'done') throw new Error(said);
}

/** Two that stack: each has the common end. */
const stack: readonly CardGiven[] = [
  { key: 'KEY-old', made: -20, ends: 10, boundTo: 'ann', boundAt: -20, records: [{ username: 'ann' }] },
  fresh,
];
const stacked = async (world: World): Promise<void> => {
  await given([...stack, { key: 'KEY-third', made: 0, ends: 30 }])(world);
  await world.site.bindCardKey('ann', 'KEY-fresh');
};

/** Cases that only the console does; the next step is the same by both. */
const afterwards: readonly Case[] = [
  {
    name: 'the card that was bound last is unbound, and bound again: as before',
    given: async (world) => {
      await stacked(world);
      await unbound(world, 'KEY-fresh', 'stock');
      await ends({ 'KEY-fresh': ['unused', null, 27], 'KEY-old': ['used', 'ann', 10] })(world);
    },
    sides: binding('KEY-fresh'),
    leaves: ends({ 'KEY-fresh': ['used', 'ann', 40], 'KEY-old': ['used', 'ann', 40] }),
  },
  {
    name: 'the longer-held card is unbound, then a third is bound',
    given: async (world) => {
      await stacked(world);
      await unbound(world, 'KEY-old', 'stock');
      await ends({ 'KEY-old': ['unused', null, 10], 'KEY-fresh': ['used', 'ann', 10] })(world);
    },
    sides: binding('KEY-third'),
    leaves: ends({ 'KEY-third': ['used', 'ann', 40], 'KEY-fresh': ['used', 'ann', 40] }),
  },
  {
    name: 'the only card is unbound, then another is bound: a first one again',
    given: async (world) => {
      await given([fresh, { key: 'KEY-third', made: 0, ends: 30 }])(world);
      await world.site.bindCardKey('ann', 'KEY-fresh');
      await unbound(world, 'KEY-fresh', 'stock');
      expect(await world.entry('ann')).not.toHaveProperty('cardKey');
    },
    sides: binding('KEY-third'),
    leaves: ends({ 'KEY-third': ['used', 'ann', 30] }),
  },
  {
    name: 'a card is unbound beside one with another end, which stays',
    given: async (world) => {
      const other = { key: 'KEY-other', made: -5, ends: 25, boundTo: 'ann', boundAt: -5 };
      await given([...stack, other, { key: 'KEY-third', made: 0, ends: 30 }])(world);
      await unbound(world, 'KEY-old', 'stock');
      await ends({ 'KEY-old': ['unused', null, 10], 'KEY-other': ['used', 'ann', 25] })(world);
    },
    sides: binding('KEY-third'),
    leaves: ends({ 'KEY-third': ['used', 'ann', 55], 'KEY-other': ['used', 'ann', 55] }),
  },
  {
    name: 'a card that has ended is unbound: it is expired in the stock too',
    given: async (world) => {
      const ended = { key: 'KEY-ended', made: -40, ends: -10, boundTo: 'ann', boundAt: -40 };
      await given([
        { ...ended, records: [{ username: 'ann' }] },
        { key: 'KEY-third', made: 0, ends: 30 },
      ])(world);
      await unbound(world, 'KEY-ended', 'stock');
      await ends({ 'KEY-ended': ['expired', null, -10] })(world);
    },
    sides: binding('KEY-third'),
    leaves: ends({ 'KEY-third': ['used', 'ann', 30] }),
  },
  {
    name: 'a card that was taken out of use is bound by nobody',
    given: async (world) => {
      await stacked(world);
      await unbound(world, 'KEY-fresh', 'revoke');
    },
    sides: binding('KEY-fresh'),
    answers: { console: 'card_revoked', site: 'conflict' },
    nothing: true,
  },
  {
    name: 'a card that was revoked unused is bound by nobody',
    given: async (world) => {
      await given([fresh])(world);
      await world.console('cards.revoke', { who: { ids: [await world.id('KEY-fresh')] }, boundToo: false });
    },
    sides: binding('KEY-fresh'),
    answers: { console: 'card_revoked', site: 'conflict' },
    nothing: true,
  },
  {
    name: 'a card in use that is revoked takes its days with it; the next one counts from what is left',
    given: async (world) => {
      await stacked(world);
      await world.console('cards.revoke', { who: { ids: [await world.id('KEY-old')] }, boundToo: true });
      await ends({ 'KEY-fresh': ['used', 'ann', 10] })(world);
    },
    sides: binding('KEY-third'),
    leaves: ends({ 'KEY-third': ['used', 'ann', 40], 'KEY-fresh': ['used', 'ann', 40] }),
  },
];

/** A renewal is a card made now and bound at once, by either side. */
const renewing: Case['sides'] = {
  console: (world) => world.console('cards.renew', { who: { names: ['ann'] }, type: 'month' }),
  async site(world) {
    const made = {
      key: 'made-by-the-site',
      keyHash: hashOf('made-by-the-site'),
      keyType: 'month',
      status: 'unused',
    } as const;
    await world.site.createCardKey({ ...made, createdAt: at(), expiresAt: at() + 30 * day });
    return answerOf(world.site.bindCardKey('ann', made.key));
  },
};

const renewals: readonly Case[] = [
  { name: 'of who never had a card', given: given([]), sides: renewing },
  {
    name: 'of a membership that goes on',
    given: given([{ key: 'KEY-old', made: -20, ends: 10, boundTo: 'ann', records: [{ username: 'ann' }] }]),
    sides: renewing,
    leaves: ends({ 'KEY-old': ['used', 'ann', 40] }),
  },
  {
    name: 'of a membership that is over',
    given: given([{ key: 'KEY-old', made: -50, ends: -20, boundTo: 'ann', records: [{ username: 'ann' }] }]),
    sides: renewing,
    leaves: ends({ 'KEY-old': ['used', 'ann', -20] }),
  },
];

const others: readonly Case[] = [
  {
    name: 'a stale card is swept, or said to be expired by the site: its records follow',
    given: given([{ ...fresh, made: -40, ends: -10, records: [{ username: 'ben' }] }]),
    sides: {
      console: (world) => world.console('cards.sweep', {}),
      site: (world) => answerOf(world.site.updateCardKey(hashOf('KEY-fresh'), { status: 'expired' })),
    },
    leaves: ends({ 'KEY-fresh': ['expired', null, -10] }),
  },
  {
    name: 'a registration with a card, or a registration and a bind',
    given: given([fresh]),
    sides: {
      async console(world) {
        await world.site.createUserV2('dan', 'secret');
        return world.console('cards.bind', { pairs: [{ card: { key: 'KEY-fresh' }, username: 'dan' }] });
      },
      site: (world) => answerOf(world.site.createUserV2('dan', 'secret', 'user', [], undefined, [], 'KEY-fresh')),
    },
    leaves: ends({ 'KEY-fresh': ['used', 'dan', 27] }),
  },
];

describe.each(homes)('cards by the console and by the site on %s, entries in %s', (engine, home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(engine, home);
  });
  afterAll(() => world.desk.close());

  test.each(binds)('a bind: $name', async (one) => {
    expect(await compare(world, one)).toBe(2);
  });
  test.each(afterwards)('after the console: $name', async (one) => {
    expect(await compare(world, one)).toBe(2);
  });
  test.each(renewals)('a renewal: $name', async (one) => {
    expect(await compare(world, one)).toBe(2);
  });
  test.each(others)('$name', async (one) => {
    expect(await compare(world, one)).toBe(2);
  });
});
