import { columnValue, type KnownField, sameMeaning, type UserColumns } from '../../data/config/entry-fields.js';
import { fieldOf, type Json } from '../../data/config/same-json.js';

/*
 * A site may keep its whole config in memory and write it back much later. What was changed in the database in between
 * is then as it was before: nobody decided that. This is the rule by which such a change is told from one that somebody
 * has made since.
 */

/** What a change of ours did to one field of a user's entry. */
export interface EntryChange {
  readonly username: string;
  readonly field: KnownField;
  /** undefined: absent. */
  readonly before: unknown;
  readonly after: unknown;
  /** What earlier changes of ours had found there, the newest first: the copy may be older than several changes. */
  readonly earlier: readonly unknown[];
  /** UTC text. */
  readonly at: string;
}

/** What is there now. */
export interface EntryNow {
  /** null: the user has no entry. */
  readonly entry: Readonly<Json> | null;
  /** undefined: there is no such user. */
  readonly columns: UserColumns | undefined;
  /** When entries in rows were last replaced by a list that was found in the JSON (UTC text); null if never. */
  readonly foundAt: string | null;
}

/**
 * How the newest change of a field was overwritten by an old copy; null if it was not.
 *
 * - It still stands, or somebody has set a third value, or deleted the user: null.
 * - The entry says again what it said before this change or an earlier one of ours, and the user's row still says what
 *   we wrote: `entry`. Whoever changes a user on purpose changes both, or we could not know that they did; so this is
 *   shown, and can be applied again.
 * - Entries are in rows, which follow the users' rows: a list with the old value was found in the JSON after our change
 *   and was carried into both: `both`.
 */
export function overwrittenBy(change: EntryChange, now: EntryNow): 'entry' | 'both' | null {
  const { field, before, after, earlier } = change;
  if (now.columns === undefined) return null;
  const value = fieldOf(now.entry, field);
  if (sameMeaning(field, value, after)) return null;
  if (![before, ...earlier].some((one) => sameMeaning(field, value, one))) return null;
  if (sameMeaning(field, columnValue(field, now.columns), after)) return 'entry';
  return now.foundAt !== null && now.foundAt > change.at ? 'both' : null;
}
