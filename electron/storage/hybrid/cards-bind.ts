import { columnsWith, membershipColumns } from '../../data/config/entry-fields.js';
import type { Touch } from '../../data/cache/cache.js';
import type { AdminConfig } from '../../data/write/admin-config.js';
import type { Sql } from '../../data/mysql/database.js';
import type { UserCardKeyInfo } from '../types.js';
import { nowAsTold } from '../../domain/clock.js';
import { cardsOf, type HeldUser, infoOf } from '../../domain/cards/membership.js';
import { holdRecords, ownersOf } from '../../domain/cards/records.js';
import { hashOf, holdCardAt } from '../../domain/cards/rows.js';
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
  tx: Sql,
  touch: (more: Touch) => void,
  config: AdminConfig,
  user: HeldUser,
  key: string,
): Promise<UserCardKeyInfo> {
  const keyHash = hashOf(key);
  const sent = performance.now();
  const wanted = await holdCardAt(tx, keyHash);
  if (wanted === undefined) throw noSuchCard();
  const theirs = await cardsOf(tx, user.username, true);
  // All that an entry follows is read and held here: the row of the user, and their cards in the order in which they make the membership.
  config.know(columnsWith(user, theirs[0]));
  const { records, now } = await holdRecords(tx, [keyHash, ...theirs.map((card) => card.key_hash)]);
  const owners = await ownersOf(
    tx,
    records.filter((record) => record.key_hash.toLowerCase() === keyHash),
    [user.username],
  );
  // Once everything is held: a card that ends while we wait has ended.
  const cards = new CardUnitOfWork(now ?? (await nowAsTold(tx, wanted.began, sent)), config);
  for (const card of theirs) cards.addCard(card, user.username);
  const card = cards.addCard(wanted.card);
  for (const record of records) cards.addHeldRecord(record, owners.get(record.id));
  const why = whyNotBindable(cards, card, user.username);
  if (why !== null) throw notBindable(why);
  const [bound, ...moved] = bindCard(cards, card, user);
  await cards.writeRows(tx);
  config.tell(user.username, membershipColumns(cards.cardsOf(user.username)[0]));
  for (const { key_hash: part } of [bound ?? card, ...moved]) touch({ family: 'cardKey', part });
  return cards.membershipOf(user.username) ?? infoOf(bound ?? card);
}
