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
 * Binds a card to a user in the three places that store it: the card, the user's record of it, and the entry in the
 * config. Uses the console's rules (domain/cards/rules.ts). The caller has locked the config and the user, and locked
 * (`AdminConfig.hold`) or loaded the entry. Of many concurrent binds exactly one finds the card unused. Returns the
 * resulting membership.
 *
 * Throws `not_found` (no such card), `conflict` (used, expired, given to another user), `invalid_input` (beyond what
 * the database can store).
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
  // Reads and locks here all that an entry depends on: the user's row, and their cards in membership order.
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
