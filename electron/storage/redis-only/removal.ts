import { isLegacyKey, legacy, legacyPatterns, type RecordFamily } from '../../data/legacy/keys.js';
import type { CardKey, Invitation, UserCardKey } from '../types.js';
import { hasAccount } from '../../data/legacy/accounts.js';
import { moveCard } from './card-state.js';
import { EditedConfig } from '../../data/legacy/config.js';
import { LegacyRecords } from '../../data/legacy/records.js';
import { noUser } from '../../data/legacy/errors.js';
import type { LegacyStore } from '../../data/legacy/store.js';
import { atomically, OptimisticTransaction } from '../../data/legacy/optimistic-transaction.js';

const families = ['pr', 'fav', 'skip', 'episodeskip'] as const satisfies RecordFamily[];

/**
 * Deletes a user with all their data; the site itself leaves points, cards, invitations and the OIDC subject behind. As
 * in the tables, a card that they bound stays used without a user, and the reward of an address stays, so that it is
 * not paid twice. Records go first and the account last, in one step: a second call continues an interrupted one.
 * Throws `not_found`.
 */
export async function removeUser(store: LegacyStore, user: string): Promise<void> {
  const cards = (await store.scanJson<UserCardKey>(legacyPatterns.userCardsOf(user))).filter(
    ({ value }) => value.username === user,
  );
  const invited = (await store.scanJson<Invitation>(legacyPatterns.invitationsBy(user))).filter(
    ({ value }) => value.inviter === user,
  );
  const account = new OptimisticTransaction(store);
  if (!(await hasAccount(account, user, undefined))) throw noUser(user);
  for (const family of families)
    await store.remove(await new LegacyRecords(store, family, () => Promise.resolve(false)).keysOf(user));
  await atomically(store, async (unit) => {
    const sub = await unit.field(legacy.info(user), 'oidcSub');
    if (sub !== null && (await unit.get(legacy.oidc(sub))) === user) unit.remove(legacy.oidc(sub));
    for (const key of [
      legacy.info(user),
      legacy.password(user),
      legacy.points(user),
      legacy.pointsHistory(user),
      legacy.loginStats(user),
      legacy.searchHistory(user),
    ])
      unit.remove(key);
    unit.do('ZREM', legacy.users, user);
    unit.do('SREM', legacy.names, user);
    for (const { key, value } of cards) {
      unit.remove(key);
      const card = await unit.json<CardKey>(legacy.card(value.keyHash));
      if (card?.boundTo !== user) continue;
      const { boundTo: _, ...rest } = card;
      moveCard(unit, card, { ...rest, keyHash: value.keyHash });
    }
    for (const { key, value } of invited) {
      unit.remove(key);
      unit.remove(legacy.invitee(value.invitee));
    }
    const invitation = await unit.json<Invitation>(legacy.invitee(user));
    if (invitation !== null) {
      unit.remove(legacy.invitee(user));
      unit.remove(legacy.inviter(invitation.inviter, invitation.id));
    }
    const config = await EditedConfig.open(unit);
    config.remove(user);
    config.save();
  });
}

/** Removes every key of the site's layout and no other: other programs may use the same Redis. */
export async function removeAll(store: LegacyStore): Promise<void> {
  await store.remove((await store.scan('*')).filter(isLegacyKey));
}
