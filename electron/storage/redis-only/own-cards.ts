import { legacy, legacyPatterns } from '../../data/legacy/keys.js';
import type { UserCardKey, UserCardKeyInfo } from '../types.js';
import { type Held, readRecords } from '../../data/legacy/card-records.js';
import { tooMany } from '../../data/legacy/errors.js';
import { type LegacyStore, parse } from '../../data/legacy/store.js';
import { atomically, type OptimisticTransaction } from '../../data/legacy/optimistic-transaction.js';

/** How often to scan again for a user whose membership another process changes during the scan. */
const most = 5;

/** The field of a user's hash that names their user cards. The site itself does not use it. */
const field = 'cardRecords';

/**
 * The keys of a user's user cards, and the membership up to which they are complete (its card's hash; null for none).
 * The site does not update this, but every bind by the site changes the membership: then the cards are scanned for
 * again.
 */
interface Noted {
  readonly upTo: string | null;
  readonly records: readonly string[];
}

/** The user cards of the user with the membership `held`. */
export type OwnCards = (held: UserCardKeyInfo | null) => Promise<Held[]>;

class NotNoted extends Error {
  readonly upTo: string | null;

  constructor(upTo: string | null) {
    super('The cards of a user are not noted');
    this.upTo = upTo;
  }
}

/**
 * Runs an atomic change that may ask for the cards of a user. If they are not recorded, the keyspace is scanned for
 * them, outside of the transaction, which is retried only for other changes to what it reads.
 */
export async function withOwnCards<T>(
  store: LegacyStore,
  user: string,
  work: (unit: OptimisticTransaction, own: OwnCards) => Promise<T>,
): Promise<T> {
  let found: Noted | null = null;
  for (let attempt = 0; attempt < most; attempt += 1) {
    try {
      const seen: Noted | null = found;
      return await atomically(store, (unit) => work(unit, (held) => ownCards(unit, user, held, seen)));
    } catch (error) {
      if (!(error instanceof NotNoted)) throw error;
      const cards = await store.scanJson<UserCardKey>(legacyPatterns.userCardsOf(user));
      // With a colon in a name, another user's keys may have the same prefix, so the value decides whose it is.
      const own = cards.filter(({ value }) => value.username === user);
      found = { upTo: error.upTo, records: own.map(({ key }) => key) };
    }
  }
  throw tooMany();
}

async function ownCards(
  unit: OptimisticTransaction,
  user: string,
  held: UserCardKeyInfo | null,
  found: Noted | null,
): Promise<Held[]> {
  const upTo = held?.boundKey ?? null;
  const noted = [await read(unit, user), found].find((one) => one?.upTo === upTo);
  if (noted === undefined || noted === null) throw new NotNoted(upTo);
  return readRecords(unit, noted.records);
}

/** Records all cards of a user, whose membership is now that of the card `upTo`. */
export function noteAll(
  unit: OptimisticTransaction,
  user: string,
  upTo: string | null,
  records: readonly string[],
): void {
  const noted: Noted = { upTo, records: [...new Set(records)] };
  unit.do('HSET', legacy.info(user), field, JSON.stringify(noted));
}

/** Records one more card of a user, if theirs are recorded. */
export async function noteOne(unit: OptimisticTransaction, user: string, record: string): Promise<void> {
  const noted = await read(unit, user);
  if (noted !== null) noteAll(unit, user, noted.upTo, [...noted.records, record]);
}

/** Changes a user's membership from `held` to another card's; their cards stay the same. */
export async function noteMembership(
  unit: OptimisticTransaction,
  user: string,
  held: UserCardKeyInfo | null,
  upTo: string,
): Promise<void> {
  const noted = await read(unit, user);
  if (noted !== null && noted.upTo === (held?.boundKey ?? null)) noteAll(unit, user, upTo, noted.records);
}

async function read(unit: OptimisticTransaction, user: string): Promise<Noted | null> {
  const noted = parse<Partial<Noted>>(await unit.field(legacy.info(user), field));
  if (noted === null || !Array.isArray(noted.records)) return null;
  return { upTo: noted.upTo ?? null, records: noted.records };
}
