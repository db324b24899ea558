import type { Sql } from '../mysql/database.js';
import { chunked } from '../write/row-writer.js';
import { holdUsers } from '../write/user-rows.js';
import { type Base, columnsOf, composed, isKnown, type UserColumns } from './entry-fields.js';
import { deleteEntries, type EntryRow, insertEntries } from './entry-rows.js';
import { differences, nameOf, sortList } from './list-parts.js';
import type { RowEntries } from './row-entries.js';
import { canonical, isObject, type Json, sameJson } from './same-json.js';
import { newGeneration } from './state.js';

const columns = 'SELECT id, CONVERT(username USING utf8mb4) AS username, entry, base FROM console_config_entries';

/** Entries per statement when all are read. */
const atOnce = 2_000;
/** If more than this change at once, all readers compose everything again instead of entry by entry. */
const mostNoted = 10_000;

/** Loads every user's entry; of those that a list has unchanged, only that. The caller has locked the config's row. */
export async function loadAll(tx: Sql, store: RowEntries, list: readonly unknown[]): Promise<void> {
  const { named } = sortList(list, (value) => value);
  for (let last: string | number = 0; ;) {
    const rows: EntryRow[] = await tx.rows<EntryRow>(
      `${columns} WHERE id > ? AND username IS NOT NULL ORDER BY id LIMIT ${String(atOnce)}`,
      [last],
    );
    const users = await columnsOf(
      tx,
      rows.map((row) => row.username ?? ''),
    );
    for (const row of rows) {
      const name = row.username ?? '';
      const wanted = named.get(name);
      if (isObject(wanted) && sameJson(wanted, composedOf(row, users.get(name)))) store.learnSame(name, wanted);
      else store.learn(name, { row, behind: [] }, users.get(name));
    }
    if (rows.length < atOnce) break;
    last = rows[rows.length - 1]?.id ?? 0;
  }
  store.complete();
}

function composedOf({ entry, base }: EntryRow, columns: UserColumns | undefined): Json {
  const value: unknown = JSON.parse(entry);
  return composed(isObject(value) ? value : {}, columns, base === null ? null : (JSON.parse(base) as Base));
}

/** Elements of a list with their texts. */
export interface Listed {
  readonly users: readonly unknown[];
  readonly texts: readonly string[];
}

/**
 * A list that was found in the JSON, completed: existing entries keep the fields that their element lacks, because its
 * writer may not have known them. Entries that changed after the list was written (`later`) only gain fields that are
 * stored nowhere else, and entries deleted since stay deleted. Every entry is loaded.
 */
export function withWhatStands(store: RowEntries, { users, texts }: Listed, later: ReadonlySet<string>): Listed {
  const seen = new Set<string>();
  const kept: { readonly value: unknown; readonly text: string }[] = [];
  for (const [at, value] of users.entries()) {
    const name = nameOf(value);
    const text = texts[at] ?? JSON.stringify(value);
    const old = name === null ? null : store.get(name);
    if (name !== null && old === null && later.has(name)) continue;
    // Of several with one name the first is the user's.
    if (name === null || seen.has(name) || !isObject(value) || old === null || old === value)
      kept.push({ value, text });
    else if (later.has(name)) kept.push({ value: { ...withoutKnown(value), ...old }, text });
    else kept.push({ value: { ...old, ...value }, text });
    if (name !== null) seen.add(name);
  }
  return { users: kept.map(({ value }) => value), texts: kept.map(({ text }) => text) };
}

function withoutKnown(entry: Readonly<Json>): Json {
  return Object.fromEntries(Object.entries(entry).filter(([field]) => !isKnown(field)));
}

/**
 * Makes the entries equal a list: entries that differ are edited in those fields, new ones come last, missing ones are
 * deleted. Every entry is loaded (`loadAll`), changes to columns are written, and the config's row is locked. Saves the
 * entries. Returns whether all readers have to compose everything again. `foundTexts`: texts of the elements of a list
 * found in the JSON; then entries and fields missing from it stay.
 */
export async function replaceEntries(
  tx: Sql,
  store: RowEntries,
  users: readonly unknown[],
  foundTexts?: readonly string[],
): Promise<boolean> {
  const keepOthers = foundTexts !== undefined;
  const elements = users.map((value, at) => ({ value, text: foundTexts?.[at] ?? JSON.stringify(value) }));
  const { named, odd } = sortList(elements, ({ value }) => value);
  const before = new Set(store.names);
  const changed = new Map<string, Json>();
  for (const [name, { value }] of named) {
    const old = store.get(name) ?? {};
    if (!before.has(name) || old === value) continue;
    const fields = differences(old, value as Json);
    if (Object.keys(fields).length > 0) changed.set(name, fields);
  }
  const fresh = [...named].filter(([name]) => !before.has(name));
  await reload(tx, store, [...changed.keys(), ...fresh.map(([name]) => name)]);
  for (const [name, { value, text }] of fresh) {
    const old = store.get(name);
    // A user who registered since all were read has an entry by now.
    if (old === null) store.put({ username: name, entry: value as Json, rawText: text });
    else changed.set(name, differences(old, keepOthers ? { ...old, ...(value as Json) } : (value as Json)));
  }
  for (const [name, fields] of changed) {
    store.edit(name, { fields });
    store.touch(name);
  }
  const leaving = keepOthers ? [] : [...before].filter((name) => !named.has(name));
  for (const name of await nobodys(tx, leaving)) store.take(name);
  const many = store.noted.size > mostNoted;
  await store.save(tx);
  // Behind the first of their name, which every reader uses.
  const anew = (await replaceOdd(tx, odd, keepOthers)) || many;
  if (anew) await newGeneration(tx);
  return anew;
}

/**
 * Reads entries again that are to change, with their users locked: another process may have changed one since all were
 * read.
 */
async function reload(tx: Sql, store: RowEntries, names: readonly string[]): Promise<void> {
  await holdUsers(tx, names);
  await store.load(names, true);
}

/**
 * Of the names whose entries are to be deleted, those that still have no user: someone may have registered since. A
 * registration locks the entry left by an earlier user of the name, so the entries are locked before the users are
 * checked, and the check takes no lock.
 */
async function nobodys(tx: Sql, names: readonly string[]): Promise<string[]> {
  const users = new Set<string>();
  for (const batch of chunked(names, 1_000)) {
    await tx.rows('SELECT id FROM console_config_entries WHERE username IN (?) ORDER BY id FOR UPDATE', [batch]);
    for (const { username } of await tx.rows<{ username: string }>('SELECT username FROM users WHERE username IN (?)', [
      batch,
    ]))
      users.add(username);
  }
  return names.filter((name) => !users.has(name));
}

/**
 * Replaces the elements that are no user's entry: existing ones stay, others are added or deleted. Returns whether
 * anything changed.
 */
async function replaceOdd(
  tx: Sql,
  odd: readonly { readonly value: unknown; readonly text: string }[],
  keepOthers: boolean,
): Promise<boolean> {
  const rows = await tx.rows<EntryRow>(`${columns} WHERE username IS NULL ORDER BY id`);
  const there = new Map<string, EntryRow[]>();
  for (const row of rows) {
    const key = keyOfValue(JSON.parse(row.entry));
    there.set(key, [...(there.get(key) ?? []), row]);
  }
  const kept = new Set<EntryRow>();
  const fresh: EntryRow[] = [];
  for (const { value, text } of odd) {
    const row = there.get(keyOfValue(value))?.shift();
    if (row === undefined) fresh.push({ id: null, username: null, entry: text, base: null });
    else kept.add(row);
  }
  const gone = keepOthers ? [] : rows.filter((row) => !kept.has(row)).map((row) => String(row.id));
  await deleteEntries(tx, gone);
  await insertEntries(tx, fresh);
  return gone.length + fresh.length > 0;
}

function keyOfValue(value: unknown): string {
  return isObject(value) ? (canonical(value) ?? '') : JSON.stringify(value);
}
