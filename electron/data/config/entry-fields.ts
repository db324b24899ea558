import { millisecondsOf } from '../mysql/column-values.js';
import type { Sql } from '../mysql/database.js';
import { chunked } from '../write/row-writer.js';
import { setMembers } from './json-text.js';
import { sameJson, type Json } from './same-json.js';

/*
 * Fields of an entry that are stored in columns too. A column and a field agree if they mean the same, whatever their
 * form (absent, false, 0, NULL and an empty list are equal); then the text's form stays. If they disagree, the column
 * is right, except for a drift that existed when the site moved: `base` records the column's value then, and while the
 * column still has it, the text is shown as before.
 */

/** Fields of an entry that follow columns. */
export const knownFields = [
  'banned',
  'role',
  'tags',
  'enabledApis',
  'tvboxToken',
  'showAdultContent',
  'cardKey',
] as const;

export type KnownField = (typeof knownFields)[number];

/** The columns' values of an entry's drifted fields, at the time of the drift. */
export type Base = Partial<Record<KnownField, string>>;

/** The columns of `users` that entries follow. */
export interface RowColumns {
  readonly username: string;
  readonly role: string;
  readonly banned: number | null;
  readonly tags: string | null;
  readonly enabled_apis: string | null;
  readonly tvbox_token: string | null;
  readonly show_adult_content: number | null;
}

/** All columns that entries follow, for one user. */
export interface UserColumns extends RowColumns {
  readonly key_hash: string | null;
  readonly expires_at: string | null;
  readonly bound_at: string | null;
}

export function isKnown(field: string): field is KnownField {
  return (knownFields as readonly string[]).includes(field);
}

/** The columns of a user from rows that were read elsewhere: the row in `users`, and the card that lasts longest. */
export function columnsWith(user: RowColumns, card: BoundCard | undefined): UserColumns {
  const { username, role, banned, tags, enabled_apis, tvbox_token, show_adult_content } = user;
  return { username, role, banned, tags, enabled_apis, tvbox_token, show_adult_content, ...membershipColumns(card) };
}

interface BoundCard {
  readonly key_hash: string;
  readonly expires_at: string;
  readonly bound_at: string | null;
  readonly created_at: string | null;
}

/** The columns of a user's membership: those of the card that lasts longest. */
export function membershipColumns(
  card: BoundCard | undefined,
): Pick<UserColumns, 'key_hash' | 'expires_at' | 'bound_at'> {
  if (card === undefined) return { key_hash: null, expires_at: null, bound_at: null };
  return { key_hash: card.key_hash, expires_at: card.expires_at, bound_at: card.bound_at ?? card.created_at };
}

/** The SQL to read the card that lasts longest in a SELECT from `users u`. */
export const membershipSql = {
  columns: 'm.key_hash, m.expires_at, COALESCE(m.bound_at, m.created_at) AS bound_at',
  join: `LEFT JOIN card_keys m ON m.id =
    (SELECT k.id FROM card_keys k WHERE k.bound_to = u.username ORDER BY k.expires_at DESC, k.bound_at DESC, k.id DESC LIMIT 1)`,
} as const;

/** The columns of these users, by the exact spelling of their names; the membership is the card that lasts longest. */
export async function columnsOf(sql: Sql, names: readonly string[]): Promise<Map<string, UserColumns>> {
  const found = new Map<string, UserColumns>();
  for (const batch of chunked(names, 1_000)) {
    const wanted = new Set(batch);
    const rows = await sql.rows<UserColumns>(
      `SELECT u.username, u.role, u.banned, u.tags, u.enabled_apis, u.tvbox_token, u.show_adult_content, ${membershipSql.columns}
       FROM users u ${membershipSql.join}
       WHERE u.username IN (?)`,
      [batch],
    );
    for (const row of rows) if (wanted.has(row.username)) found.set(row.username, row);
  }
  return found;
}

/** The value that a column gives a field; undefined if none. */
export function columnValue(field: KnownField, row: UserColumns): unknown {
  switch (field) {
    case 'banned':
      return row.banned === 1 ? true : undefined;
    case 'showAdultContent':
      return row.show_adult_content === 1 ? true : undefined;
    case 'role':
      return row.role;
    case 'tags':
      return listOf(row.tags);
    case 'enabledApis':
      return listOf(row.enabled_apis);
    case 'tvboxToken':
      return row.tvbox_token === '' ? undefined : (row.tvbox_token ?? undefined);
    case 'cardKey':
      return membershipOf(row);
    default:
      return undefined;
  }
}

/** The card that lasts longest, as an entry has it. */
function membershipOf({ key_hash: boundKey, expires_at: end, bound_at: bound }: UserColumns): unknown {
  if (boundKey === null || end === null) return undefined;
  return {
    boundKey,
    expiresAt: millisecondsOf(end) ?? 0,
    boundAt: millisecondsOf(bound) ?? 0,
  };
}

function listOf(column: string | null): unknown {
  if (column === null) return undefined;
  try {
    const list: unknown = JSON.parse(column);
    return Array.isArray(list) && list.length === 0 ? undefined : (list ?? undefined);
  } catch {
    return column;
  }
}

/** A field's value in a normal form: equal meanings give equal results. */
function meaning(field: KnownField, value: unknown): unknown {
  switch (field) {
    case 'banned':
    case 'showAdultContent':
      return value === true;
    case 'role':
      return value ?? 'user';
    case 'tags':
    case 'enabledApis':
      return Array.isArray(value) && value.length === 0 ? null : (value ?? null);
    case 'tvboxToken':
      return value === '' ? null : (value ?? null);
    default:
      return value ?? null;
  }
}

/** A column's value, as `base` records it. */
export function columnMeaning(field: KnownField, row: UserColumns): string {
  return JSON.stringify(meaning(field, columnValue(field, row)));
}

/** True if two values of a field mean the same. */
export function sameMeaning(field: KnownField, one: unknown, other: unknown): boolean {
  return sameJson(meaning(field, one), meaning(field, other));
}

/** True if the text's value and the column mean the same. */
export function agrees(field: KnownField, value: unknown, row: UserColumns): boolean {
  return sameMeaning(field, value, columnValue(field, row));
}

/** A field of the composed entry, from the text's value (undefined: absent) and the column. */
export function shown(field: KnownField, value: unknown, row: UserColumns, base: Base | null): unknown {
  if (agrees(field, value, row)) return value;
  const remembered = base?.[field];
  if (remembered !== undefined && remembered === columnMeaning(field, row)) return value;
  const column = columnValue(field, row);
  // A user whose ban was lifted has the field explicitly, as the site writes it.
  return column === undefined && (field === 'banned' || field === 'showAdultContent') ? false : column;
}

/** The fields in which the composed entry differs from its text; undefined for those that it does not show. */
export function overlay(
  entry: Readonly<Json>,
  row: UserColumns | undefined,
  base: Base | null,
): Map<KnownField, unknown> {
  const found = new Map<KnownField, unknown>();
  if (row === undefined) return found;
  for (const field of knownFields) {
    const value = shown(field, entry[field], row, base);
    if (value !== entry[field]) found.set(field, value);
  }
  return found;
}

/** The composed entry: a new object. */
export function composed(entry: Readonly<Json>, row: UserColumns | undefined, base: Base | null): Json {
  const next: Json = { ...entry };
  for (const [field, value] of overlay(entry, row, base)) {
    if (value === undefined) delete next[field];
    else next[field] = value;
  }
  return next;
}

/** The text of the composed entry. */
export function composedText(
  text: string,
  entry: Readonly<Json>,
  row: UserColumns | undefined,
  base: Base | null,
): string {
  const fields = overlay(entry, row, base);
  if (fields.size === 0) return text;
  const texts = [...fields].map(
    ([field, value]) => [field, value === undefined ? null : JSON.stringify(value)] as const,
  );
  return setMembers(text, new Map<string, string | null>(texts));
}

/** Fields in which an entry disagrees with its user's columns; null if there are none. */
export function driftOf(entry: Readonly<Json>, row: UserColumns | undefined): Base | null {
  if (row === undefined) return null;
  const drifted = knownFields.filter((field) => !agrees(field, entry[field], row));
  return drifted.length === 0 ? null : Object.fromEntries(drifted.map((field) => [field, columnMeaning(field, row)]));
}
