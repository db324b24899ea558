import { randomUUID } from 'node:crypto';
import { legacy } from '../../data/legacy/keys.js';
import type { CardKey, UserCardKey, UserCardKeyInfo } from '../types.js';
import type { CardOwners } from './card-owners.js';
import { withRecord } from '../../data/legacy/card-records.js';
import { cardFrom, moveCard } from './card-state.js';
import { stackedEnd, whyNotFree } from '../../domain/cards/expiry.js';
import { hashOf } from '../../domain/cards/rows.js';
import { notBindable } from '../../domain/cards/rules.js';
import type { EditedConfig } from '../../data/legacy/config.js';
import { noteAll, type OwnCards } from './own-cards.js';
import { noCard } from '../../data/legacy/errors.js';
import type { OptimisticTransaction } from '../../data/legacy/optimistic-transaction.js';

export interface Binding {
  readonly user: string;
  /** Exactly what the user typed. */
  readonly key: string;
  readonly now: number;
  /** The user's current membership. */
  readonly held: UserCardKeyInfo | null;
  /** The user's cards. */
  readonly own: OwnCards;
  readonly owners: CardOwners;
}

/**
 * Adds the binding of a card to a transaction: the card, its status sets, the user's card, their hash and their config
 * entry. A first card lasts as printed; a later one adds its days to the remaining time, and the user's active cards
 * get the same new end. Throws `not_found`; `conflict` for a card that is used, past its expiry whatever its status
 * says, or given to another user. The card already has its mark (`CardOwners.mark`).
 */
export async function bindInto(
  unit: OptimisticTransaction,
  config: EditedConfig,
  binding: Binding,
): Promise<UserCardKeyInfo> {
  const { user, now, held, owners } = binding;
  const keyHash = hashOf(binding.key);
  const stored = await unit.json<CardKey>(legacy.card(keyHash));
  if (stored === null) throw noCard();
  const card = cardFrom(keyHash, stored);
  const why = whyNotFree(card.status, card.expiresAt, now);
  if (why !== null) throw notBindable(why);
  await owners.checkGiven(unit, keyHash, stored, user);
  const own = (await owners.records(unit, keyHash, stored)).find(({ value }) => value.username === user);
  const others = await binding.own(held);

  const expiresAt = stackedEnd(card, held?.expiresAt ?? null, now);
  const userCard: UserCardKey = {
    ...(own?.value ?? {
      id: randomUUID(),
      keyHash,
      username: user,
      type: card.keyType,
      source: 'manual',
      createdAt: card.createdAt,
    }),
    status: 'used',
    expiresAt,
    usedAt: now,
    usedBy: user,
  };
  const record = own?.key ?? legacy.userCard(user, userCard.id);
  unit.set(record, userCard);
  const bound = { ...stored, keyHash, status: 'used', boundTo: user, boundAt: now, expiresAt } as const;
  moveCard(unit, stored, withRecord(bound, record));
  for (const { key, value } of others) {
    if (value.keyHash === keyHash || value.status !== 'used' || value.expiresAt <= now) continue;
    unit.set(key, { ...value, expiresAt });
    const other = await unit.json<CardKey>(legacy.card(value.keyHash));
    if (other !== null) unit.set(legacy.card(value.keyHash), { ...other, expiresAt });
  }

  const info: UserCardKeyInfo = { boundKey: keyHash, expiresAt, boundAt: now };
  unit.do('HSET', legacy.info(user), 'cardKey', JSON.stringify(info));
  noteAll(unit, user, keyHash, [...others.map(({ key }) => key), record]);
  config.edit(user, { cardKey: info });
  return info;
}
