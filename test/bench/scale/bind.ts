import { spread } from '../storage-cache.js';
import { type Bare, configKeys, newId, openBare, timeOf, writeEntry } from './bare.js';
import { letterOf, type Side } from './contents.js';
import { cacheSomething, hashOf, keyOf, leave, nameOf, settle, stock } from './people.js';
import type { Duel } from './rounds.js';
import type { ScaleSite } from './site.js';
import { openStorage } from './storage.js';

const atOnce = 20;
const day = 86_400_000;

/** A user who binds a card: every second one has an older card already, which the bind renews. */
function member(side: Side, round: number, index: number): { name: string; card: string; old: string | null } {
  return {
    name: nameOf(side, round, index),
    card: keyOf(side, round, index, 'n'),
    old: index % 2 === 0 ? keyOf(side, round, index, 'w') : null,
  };
}

/** `scale.bind`: users bind a card or renew with it, 20 at a time. */
export async function bindings(site: ScaleSite): Promise<Duel & { close(): Promise<void> }> {
  const storage = await openStorage(site);
  const bare = await openBare(site);
  const all = (side: Side, round: number, count: number): ReturnType<typeof member>[] =>
    Array.from({ length: count }, (_, index) => member(side, round, index));
  const names = (side: Side, round: number, count: number): string[] => all(side, round, count).map(({ name }) => name);
  const cards = (side: Side, round: number, count: number): string[] =>
    all(side, round, count).flatMap(({ card, old }) => [card, old ?? []].flat());
  return {
    name: 'scale.bind',
    prepare: async (side, round, count) => {
      const people = all(side, round, count);
      await stock(
        site,
        people.map(({ card }) => card),
      );
      await settle(
        site,
        people.map(({ name, old }) => ({ name, ...(old === null ? {} : { card: old }) })),
      );
      await cacheSomething(site, names(side, round, count), cards(side, round, count));
    },
    run: (side, round, count) =>
      spread(count, atOnce, (index) => {
        const { name, card } = member(side, round, index);
        return side === 'ours' ? storage.bindCardKey(name, card) : bind(bare, site, name, card);
      }),
    asked: (side, round, count) => ({
      names: names(side, round, count),
      more: [{ table: 'card_keys', where: `plain_key LIKE 'CARD-______-${letterOf[side]}%'`, parameters: [] }],
    }),
    tidy: (side, round, count) => leave(site, side, names(side, round, count), cards(side, round, count)),
    close: async () => {
      await storage.close();
      await bare.close();
    },
  };
}

interface Card {
  readonly id: string;
  readonly key_hash: string;
  readonly created_at: string;
  readonly expires_at: string;
}

const millis = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`);

/** By hand: the same rows, and the same deleted keys. */
async function bind(bare: Bare, site: ScaleSite, name: string, key: string): Promise<void> {
  const { keys } = site;
  const hash = hashOf(key);
  const gone = [keys.of('userInfo', name), keys.of('cardKey', hash), ...configKeys(site)];
  await bare.transaction(async (ask) => {
    const [card] = await ask<Card>(
      "SELECT id, key_hash, created_at, expires_at FROM card_keys WHERE key_hash = ? AND status = 'unused' AND expires_at > UTC_TIMESTAMP() FOR UPDATE",
      [hash],
    );
    const [old] = await ask<Card>(
      'SELECT id, key_hash, created_at, expires_at FROM card_keys WHERE bound_to = ? ORDER BY expires_at DESC FOR UPDATE',
      [name],
    );
    if (card === undefined) throw new Error('No such card');
    const at = Math.floor(Date.now() / 1_000) * 1_000;
    const now = timeOf(at);
    const expires =
      old === undefined
        ? card.expires_at
        : timeOf(millis(old.expires_at) + Math.round((millis(card.expires_at) - millis(card.created_at)) / day) * day);
    await ask("UPDATE card_keys SET status = 'used', bound_to = ?, bound_at = ?, expires_at = ? WHERE id = ?", [
      name,
      now,
      expires,
      card.id,
    ]);
    await ask(
      `INSERT INTO user_card_keys (id, key_hash, username, key_type, status, source, created_at, expires_at, used_at, used_by)
       SELECT ?, key_hash, bound_to, key_type, 'used', 'manual', ?, expires_at, ?, bound_to FROM card_keys WHERE id = ?`,
      [newId(), now, now, card.id],
    );
    if (old !== undefined) {
      gone.push(keys.of('cardKey', old.key_hash));
      await ask('UPDATE card_keys SET expires_at = ? WHERE id = ?', [expires, old.id]);
      await ask('UPDATE user_card_keys SET expires_at = ? WHERE key_hash = ?', [expires, old.key_hash]);
    }
    await writeEntry(ask, site, name, {
      set: { cardKey: { boundKey: hash, expiresAt: millis(expires), boundAt: at } },
    });
  });
  await bare.redis.del(...gone);
}
