import fc from 'fast-check';
import type { CardKey } from '../../../electron/storage/types.js';
import { AdminConfig } from '../../../electron/data/write/admin-config.js';
import { siteActions, type Step } from './site-actions.js';
import { card, type SiteClient } from './site-client.js';

/**
 * A small site that many actors change at once: four users with points, two unused names, three cards, two addresses.
 */
export interface World {
  readonly names: readonly string[];
  readonly cards: readonly CardKey[];
  id(): string;
}

const letters = ['a', 'b', 'c', 'd', 'e', 'f'];
const present = 4;
const start = 250;
let worlds = 0;

/** Empties the tables and creates a new world, with names that are in no cache. */
export async function newWorld({ site }: SiteClient): Promise<World> {
  const number = (worlds += 1);
  let ids = 0;
  const world: World = {
    names: letters.map((letter) => `${letter}${String(number)}`),
    cards: [
      card({ key: `one${String(number)}` }, 30),
      card({ key: `two${String(number)}` }, 7),
      card({ key: `old${String(number)}` }, -1),
    ],
    id: () => `${String(number)}-${String((ids += 1))}`,
  };
  const here = world.names.slice(0, present);
  await site.cache.write([{ family: 'adminConfig', part: '' }], async (tx) => {
    await AdminConfig.lock(tx);
    for (const table of ['users', 'console_bans', 'card_keys', 'user_card_keys', 'ip_reward_records'])
      await tx.run(`DELETE FROM ${table}`);
    await tx.run('UPDATE invitation_configs SET enabled = 1, reward_points = 100, redeem_threshold = 100');
    await tx.run('INSERT INTO users (username, password_hash, role, tvbox_token) VALUES ?', [
      here.map((name) => [name, 'x', 'user', `token-${name}`]),
    ]);
    await tx.run('INSERT INTO user_points (username, invitation_code, balance, total_earned) VALUES ?', [
      here.map((name) => [name, `CODE${name}`, start, start]),
    ]);
    await tx.run('INSERT INTO points_records (id, username, type, amount, reason, admin_username) VALUES ?', [
      here.map((name) => [world.id(), name, 'admin_adjust', start, '期初', 'boss']),
    ]);
    await tx.run('INSERT INTO card_keys (key_hash, plain_key, key_type, status, created_at, expires_at) VALUES ?', [
      world.cards.map((one) => [
        one.keyHash,
        one.key,
        one.keyType,
        one.status,
        sqlTime(one.createdAt),
        sqlTime(one.expiresAt),
      ]),
    ]);
    await tx.run('INSERT INTO invitations (id, inviter, invitee, invitation_code, ip_address) VALUES ?', [
      [[world.id(), here[0] ?? '', here[1] ?? '', `CODE${here[0] ?? ''}`, '10.0.0.1']],
    ]);
    const Users = here.map((username) => ({ username, role: 'user', tvboxToken: `token-${username}` }));
    const value = JSON.stringify({ UserConfig: { Users } });
    await tx.run('UPDATE admin_configs SET config_value = ?', [value]);
  });
  return world;
}

function sqlTime(instant: number): string {
  return new Date(instant).toISOString().slice(0, 19).replace('T', ' ');
}

/** Short schedules of three actors; `among` limits what they do. */
export function schedules(among: readonly string[] = Object.keys(siteActions), length = 9): fc.Arbitrary<Step[]> {
  const step = fc.record({
    actor: fc.nat(2),
    what: fc.constantFrom(...among),
    who: fc.nat(letters.length - 1),
    whom: fc.nat(letters.length - 1),
    card: fc.nat(2),
    ip: fc.constantFrom('10.0.0.1', '::ffff:10.0.0.1', '2001:db8::1', '2001:DB8:0::1'),
    amount: fc.constantFrom(-200, -70, 40, 100),
    yes: fc.boolean(),
  });
  return fc.array(step, { minLength: 3, maxLength: length });
}

const expected = new Set(['not_found', 'conflict', 'invalid_input', 'forbidden']);

/** Runs the actors all at once, distributed over the processes. Returns what went wrong other than refusals. */
export async function run(siteClients: readonly SiteClient[], world: World, steps: readonly Step[]): Promise<string[]> {
  const wrong: string[] = [];
  const actors = [0, 1, 2].map(async (actor) => {
    const siteClient = siteClients[actor % siteClients.length];
    for (const step of steps) {
      const [name, other, held] = [world.names[step.who], world.names[step.whom], world.cards[step.card]];
      const doing = siteActions[step.what];
      if (step.actor !== actor || siteClient === undefined || doing === undefined) continue;
      if (name === undefined || other === undefined || held === undefined) continue;
      await doing(siteClient, world, { ...step, name, other, held }).catch((error: unknown) => {
        const code = (error as { code?: string }).code ?? '';
        if (!expected.has(code)) wrong.push(`${step.what}: ${String(error)}`);
      });
    }
  });
  await Promise.all(actors);
  return wrong;
}
