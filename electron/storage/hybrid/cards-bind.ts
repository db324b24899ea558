import { columnsWith, membershipColumns } from '../../data/config/entry-fields.js';
import type { CacheKey } from '../../data/cache/cache.js';
import type { AdminConfig } from '../../data/write/admin-config.js';
import type { Transaction } from '../../data/mysql/database.js';
import type { UserCardKeyInfo } from '../types.js';
import { holdBindRows } from '../../domain/cards/bind-rows.js';
import { type LockedHolder, infoOf } from '../../domain/cards/membership.js';
import { ownersOf } from '../../domain/cards/records.js';
import { hashOf } from '../../domain/cards/rows.js';
import { bindCard, notBindable, whyNotBindable } from '../../domain/cards/rules.js';
import { CardUnitOfWork } from '../../domain/cards/unit-of-work.js';
import { noSuchCard } from './cards-held.js';

/**
 * Binds a card to a user in the three places that know of it: the card, the user's record of it, the entry in the config, by the rules that the
 * console has too (domain/cards/rules.ts). The config and the user are held, and the entry (`AdminConfig.hold`, or loaded). Exactly one of many binds at once finds the card
 * unused. Answers the membership that results.
 *
 * Throws `not_found` (no such card), `conflict` (used, expired, given to somebody else), `invalid_input` (beyond what the database can hold).
 */
export async function bind(
  tx: Transaction,
  touch: (more: CacheKey) => void,
  config: AdminConfig,
  user: LockedHolder,
  key: string,
): Promise<UserCardKeyInfo> {
  const keyHash = hashOf(key);
  const rows = await holdBindRows(tx, user.username, keyHash);
  if (rows === undefined) throw noSuchCard();
  const { theirs, records, now } = rows;
  // All that an entry follows is read and held here: the row of the user, and their cards in the order in which they make the membership.
  config.know(columnsWith(user, theirs[0]));
  const owners = await ownersOf(
    tx,
    records.filter((record) => record.key_hash.toLowerCase() === keyHash),
    [user.username],
  );
  const cards = new CardUnitOfWork(now, config, false);
  for (const card of theirs) cards.addCard(card, user.username);
  const card = cards.addCard(rows.card);
  for (const record of records) cards.addHeldRecord(record, owners.get(record.id));
  const why = whyNotBindable(cards, card, user.username);
  if (why !== null) throw notBindable(why);
  const [bound, ...moved] = bindCard(cards, card, user);
  await cards.writeRows(tx);
  config.tell(user.username, membershipColumns(cards.cardsOf(user.username)[0]));
  for (const { key_hash: part } of [bound ?? card, ...moved]) touch({ family: 'cardKey', part });
  return cards.membershipOf(user.username) ?? infoOf(bound ?? card);
}
