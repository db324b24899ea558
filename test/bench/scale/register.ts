import { spread } from '../storage-cache.js';
import { type Ask, type Bare, configKeys, newId, openBare, symbols, timeOf, writeEntry } from './bare.js';
import { letterOf, type Side } from './contents.js';
import { cacheSomething, codeOf, hashOf, inviterOf, invitersOf, keyOf, leave, nameOf, stock } from './people.js';
import type { Duel } from './rounds.js';
import type { ScaleSite } from './site.js';
import { openStorage } from './storage.js';

const atOnce = 20;
const reward = 100;

interface Newcomer {
  readonly name: string;
  readonly inviter: string | null;
  readonly ip: string;
  readonly card: string | null;
}

/** Half of them were invited, each from a new address; a tenth bring a card. */
function newcomer(side: Side, round: number, index: number): Newcomer {
  return {
    name: nameOf(side, round, index),
    inviter: index % 2 === 0 ? inviterOf(side, index / 2) : null,
    ip: `${side === 'ours' ? '101' : '102'}.${String(round)}.${String(index >> 8)}.${String(index & 255)}`,
    card: index % 20 === 4 || index % 20 === 13 ? keyOf(side, round, index, 'r') : null,
  };
}

/** `scale.register`: registrations, 20 at a time. */
export async function registrations(site: ScaleSite): Promise<Duel & { close(): Promise<void> }> {
  const storage = await openStorage(site);
  const bare = await openBare(site);
  const all = (side: Side, round: number, count: number): Newcomer[] =>
    Array.from({ length: count }, (_, index) => newcomer(side, round, index));
  const cards = (side: Side, round: number, count: number): string[] =>
    all(side, round, count).flatMap(({ card }) => card ?? []);
  const names = (side: Side, round: number, count: number): string[] => all(side, round, count).map(({ name }) => name);
  return {
    name: 'scale.register',
    prepare: async (side, round, count) => {
      await stock(site, cards(side, round, count));
      await cacheSomething(site, [...names(side, round, count), ...invitersOf(side)], cards(side, round, count));
    },
    run: (side, round, count) =>
      spread(count, atOnce, (index) => {
        const who = newcomer(side, round, index);
        return side === 'ours'
          ? storage.createUserV2(
              who.name,
              'secret',
              undefined,
              undefined,
              undefined,
              undefined,
              who.card ?? undefined,
              who.inviter === null ? undefined : codeOf(who.inviter),
              who.ip,
            )
          : register(bare, site, who);
      }),
    asked: (side, round, count) => ({
      names: [...names(side, round, count), ...invitersOf(side)],
      more: [
        { table: 'card_keys', where: `plain_key LIKE 'CARD-______-${letterOf[side]}%'`, parameters: [] },
        { table: 'console_claims', where: 'TRUE', parameters: [] },
      ],
    }),
    tidy: (side, round, count) => leave(site, side, names(side, round, count), cards(side, round, count)),
    close: async () => {
      await storage.close();
      await bare.close();
    },
  };
}

/** By hand: the same rows, and the same deleted keys. */
async function register(bare: Bare, site: ScaleSite, { name, inviter, ip, card }: Newcomer): Promise<void> {
  const { keys } = site;
  const gone = [keys.of('userInfo', name), keys.of('userPoints', name), ...configKeys(site)];
  const at = Math.floor(Date.now() / 1_000) * 1_000;
  const now = timeOf(at);
  await bare.transaction(async (ask) => {
    await ask('INSERT INTO users (username, password_hash, role, banned, show_adult_content) VALUES (?, ?, ?, 0, 0)', [
      name,
      hashOf('secret'),
      'user',
    ]);
    await ask('INSERT INTO user_points (username, invitation_code) VALUES (?, ?)', [name, symbols(16)]);
    const entry: Record<string, unknown> = { username: name, role: 'user', createdAt: at };
    if (card !== null) {
      const key = hashOf(card);
      gone.push(keys.of('cardKey', key));
      const [row] = await ask<{ expires_at: string }>(
        'SELECT expires_at FROM card_keys WHERE key_hash = ? FOR UPDATE',
        [key],
      );
      await ask(
        "UPDATE card_keys SET status = 'used', bound_to = ?, bound_at = ? WHERE key_hash = ? AND status = 'unused' AND expires_at > UTC_TIMESTAMP()",
        [name, now, key],
      );
      await ask(
        `INSERT INTO user_card_keys (id, key_hash, username, key_type, status, source, created_at, expires_at, used_at, used_by)
         SELECT ?, key_hash, bound_to, key_type, 'used', 'manual', ?, expires_at, ?, bound_to FROM card_keys WHERE key_hash = ?`,
        [newId(), now, now, key],
      );
      // Entries in rows leave memberships to the cards.
      if (site.mode === 'json')
        entry['cardKey'] = {
          boundKey: key,
          expiresAt: Date.parse(`${(row?.expires_at ?? '').replace(' ', 'T')}Z`),
          boundAt: at,
        };
    }
    if (inviter !== null) {
      gone.push(keys.of('userPoints', inviter));
      await invite(ask, name, inviter, ip, now);
    }
    await writeEntry(ask, site, name, { entry });
  });
  await bare.redis.del(...gone);
}

async function invite(ask: Ask, name: string, inviter: string, ip: string, now: string): Promise<void> {
  const [from] = await ask<{ username: string; invitation_code: string }>(
    'SELECT username, invitation_code FROM user_points WHERE invitation_code = ? FOR UPDATE',
    [codeOf(inviter)],
  );
  const { username, invitation_code: code } = from ?? { username: '', invitation_code: '' };
  await ask(
    'INSERT INTO console_claims (claim, at) VALUES (?, UTC_TIMESTAMP(3)), (?, UTC_TIMESTAMP(3)) ON DUPLICATE KEY UPDATE at = VALUES(at)',
    [`address|${ip}`, `pair|${username}|${name}`],
  );
  await ask('UPDATE user_points SET balance = balance + ?, total_earned = total_earned + ? WHERE username = ?', [
    reward,
    reward,
    username,
  ]);
  await ask(
    "INSERT INTO points_records (id, username, type, amount, reason, related_user, created_at) VALUES (?, ?, 'earn', ?, '邀请好友注册', ?, ?)",
    [`${newId()}-auto`, username, reward, name, now],
  );
  await ask(
    'INSERT INTO invitations (id, inviter, invitee, invitation_code, ip_address, rewarded, reward_time, created_at) VALUES (?, ?, ?, ?, ?, 1, ?, ?)',
    [newId(), username, name, code, ip, now, now],
  );
  await ask('INSERT INTO ip_reward_records (id, ip_address, inviter, invitee, reward_time) VALUES (?, ?, ?, ?, ?)', [
    newId(),
    ip,
    username,
    name,
    now,
  ]);
}
