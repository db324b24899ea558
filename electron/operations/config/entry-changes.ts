import { isKnown, type KnownField, knownFields } from '../../data/config/entry-fields.js';
import { fieldOf, isObject, type Json } from '../../data/config/same-json.js';
import type { Sql } from '../../data/mysql/database.js';
import { configEntries } from '../../data/tables.js';
import type { EntryChange } from '../../domain/config/overwritten.js';

/** The newest change of one field of an entry, and who made it. */
export interface RecordedChange extends EntryChange {
  readonly by: string;
  readonly operation: string;
  /** null: a ban that the site's storage made. */
  readonly auditId: string | null;
}

/** How many days back, and how many changes at most: one more is read, which says that there are more. */
const days = 30;
const most = 20_000;

/** The newest changes, one for each field of an entry. */
interface NewestChanges {
  readonly changes: readonly RecordedChange[];
  /** So many of the newest were read, and not what is older; null: all of them. */
  readonly onlyNewest: number | null;
}

const inImage = `%"${configEntries.place}"%`;

interface TargetRow {
  readonly audit_id: string | number;
  readonly before_image: string | null;
  readonly after_image: string | null;
  readonly at: string;
  readonly operator: string;
  readonly operation: string;
}

interface BanRow {
  readonly username: string;
  readonly at: string;
  readonly operator: string;
  readonly audit_id: string | number;
}

/**
 * The newest change of each field of each entry in the last thirty days, from the audit and from the bans that are in
 * force. The cost follows the changes, not the site.
 */
export async function newestChanges(sql: Sql): Promise<NewestChanges> {
  const rows = await sql.rows<TargetRow>(
    `SELECT t.audit_id, t.before_image, t.after_image, a.at, a.operator, a.operation
     FROM console_audit_targets t JOIN console_audit a ON a.id = t.audit_id
     WHERE t.audit_id >= (SELECT COALESCE(MIN(f.id), 0) FROM console_audit f WHERE f.at >= UTC_TIMESTAMP(3) - INTERVAL ${String(days)} DAY)
       AND a.outcome IN ('done', 'running')
       AND (t.before_image LIKE ? OR t.after_image LIKE ?)
     ORDER BY t.audit_id DESC, t.seq DESC LIMIT ${String(most + 1)}`,
    [inImage, inImage],
  );
  const newest = new Newest();
  for (const row of rows.slice(0, most)) newest.add(row);
  const bans = await sql.rows<BanRow>(
    `SELECT u.username, b.banned_at AS at, b.banned_by AS operator, b.audit_id
     FROM console_bans b JOIN users u ON u.id = b.user_id AND u.banned = 1
     ORDER BY b.banned_at DESC LIMIT ${String(most + 1)}`,
  );
  for (const ban of bans.slice(0, most)) newest.addBan(ban);
  const isCut = rows.length > most || bans.length > most;
  return { changes: newest.changes, onlyNewest: isCut ? most : null };
}

/** Takes changes from the newest to the oldest. */
class Newest {
  /** A change's `earlier` grows while older ones are read: a field may have been changed thousands of times. */
  readonly #found = new Map<string, (RecordedChange & { readonly earlier: unknown[] }) | null>();
  /** Fields whose entry was removed before the changes that were found. */
  readonly #ended = new Set<string>();

  get changes(): readonly RecordedChange[] {
    return [...this.#found.values()].filter((change) => change !== null);
  }

  add({ audit_id, before_image, after_image, at, operator, operation }: TargetRow): void {
    const [was, is] = [entryIn(before_image), entryIn(after_image)];
    const username = fieldOf(was ?? is, 'username');
    if (typeof username !== 'string') return;
    // A whole entry was removed: what was changed in it before does not matter any more.
    if (was !== null && isObject(was['entry'])) {
      for (const field of knownFields) this.#set(username, field, null);
      return;
    }
    const [before, after] = [fieldsOf(was), fieldsOf(is)];
    for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (!isKnown(field)) continue;
      const values = { before: fieldOf(before, field), after: fieldOf(after, field) };
      this.#set(username, field, {
        username,
        field,
        ...values,
        at,
        by: operator,
        operation,
        auditId: String(audit_id),
      });
    }
  }

  addBan({ username, at, operator, audit_id }: BanRow): void {
    const auditId = Number(audit_id) === 0 ? null : String(audit_id);
    const about = { at, by: operator, operation: 'users.ban', auditId };
    const ban = { username, field: 'banned', before: undefined, after: true, ...about } as const;
    const key = keyOf(username, 'banned');
    const found = this.#found.get(key) ?? null;
    // A ban by the site's storage is not in the audit, and may be newer than all that is.
    if (auditId === null && found !== null && at > found.at)
      this.#found.set(key, { ...ban, earlier: [found.before, ...found.earlier] });
    else this.#set(username, 'banned', ban);
  }

  #set(username: string, field: KnownField, change: Omit<RecordedChange, 'earlier'> | null): void {
    const key = keyOf(username, field);
    const newer = this.#found.get(key);
    if (newer === undefined) this.#found.set(key, change === null ? null : { ...change, earlier: [] });
    else if (newer !== null && !this.#ended.has(key)) {
      if (change === null) this.#ended.add(key);
      else newer.earlier.push(change.before);
    }
  }
}

const keyOf = (username: string, field: KnownField): string => `${field} ${username}`;

/** The image of an entry, or null. */
function entryIn(image: string | null): Json | null {
  if (image === null) return null;
  const places: unknown = JSON.parse(image);
  const list = isObject(places) ? fieldOf(places, configEntries.place) : null;
  const first: unknown = Array.isArray(list) ? list[0] : null;
  return isObject(first) ? first : null;
}

function fieldsOf(image: Json | null): Json {
  const fields = fieldOf(image, 'fields');
  return isObject(fields) ? fields : {};
}
