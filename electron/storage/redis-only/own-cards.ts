import { legacy, legacyPatterns } from '../../data/legacy/keys.js';
import type { UserCardKey, UserCardKeyInfo } from '../types.js';
import { type Held, readRecords } from '../../data/legacy/card-records.js';
import { tooMany } from '../../data/legacy/errors.js';
import { type LegacyStore, parse } from '../../data/legacy/store.js';
import { atomically, type OptimisticTransaction } from '../../data/legacy/optimistic-transaction.js';

/** How often everything is looked at again for a user whose membership somebody else changes meanwhile. */
const most = 5;

/** The field of a user's hash that names their user cards. The site knows no such field. */
const field = 'cardRecords';

/**
 * The keys of a user's user cards, and the membership up to which they are all of them (its card's hash; null for none). The site notes nothing here,
 * but whenever it binds a card it changes the membership: then they are looked for again.
 */
interface Noted {
  readonly upTo: string | null;
  readonly records: readonly string[];
}

/** The user cards of the user, whose membership `held` is. */
export type OwnCards = (held: UserCardKeyInfo | null) => Promise<Held[]>;

class NotNoted extends Error {
  readonly upTo: string | null;

  constructor(upTo: string | null) {
    super('The cards of a user are not noted');
    this.upTo = upTo;
  }
}

/**
 * Does a change that may ask for the cards of a user, atomically. Where they are not noted, the keyspace is walked through for them, outside of the
 * change, which begins again only because of other changes to what it reads.
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
      // A name with a colon may share the beginning of another's keys, so the value says whose it is.
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

/** Notes all cards of a user, whose membership is that of the card `upTo` from now on. */
export function noteAll(
  unit: OptimisticTransaction,
  user: string,
  upTo: string | null,
  records: readonly string[],
): void {
  const noted: Noted = { upTo, records: [...new Set(records)] };
  unit.do('HSET', legacy.info(user), field, JSON.stringify(noted));
}

/** Notes one more card of a user, where theirs are noted. */
export async function noteOne(unit: OptimisticTransaction, user: string, record: string): Promise<void> {
  const noted = await read(unit, user);
  if (noted !== null) noteAll(unit, user, noted.upTo, [...noted.records, record]);
}

/** The membership of a user, so far `held`, becomes that of another card; their cards stay the same. */
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
