import { Refusal } from '../../contract/errors.js';
import { type KnownField, knownFields } from '../../data/config/entry-fields.js';
import { storing } from '../../data/config/storable.js';
import { type AdminConfig as ConfigDocument, sameJson } from '../../data/write/admin-config.js';
import type { CacheKey } from '../../data/cache/cache.js';
import type { Parameter, Sql, Transaction } from '../../data/mysql/database.js';
import { chunked, keyParameter, setColumns } from '../../data/write/row-writer.js';
import type { AdminConfig } from '../types.js';
import { heldColumns, type LockedHolder, membershipOf } from '../../domain/cards/membership.js';
import { banUsers, termsOfSite } from '../../domain/users/ban.js';
import { liftBans } from '../../domain/users/lift-ban.js';
import { nameList } from '../../domain/values.js';

type Entry = Record<string, unknown>;
/**
 * An entry, and which fields differ from before. A new entry sets only the fields it has; a changed one also clears the
 * fields it no longer has.
 */
interface Change {
  readonly entry: Entry;
  readonly fields: ReadonlySet<KnownField>;
}

/**
 * Carries into `users` what a new configuration changes in the entries of existing users with exactly that spelling.
 * Corrects the new entries where the tables decide (a membership, the token of a banned user). The old configuration is
 * locked. Returns the users whose sessions have to end.
 */
export async function followConfig(
  tx: Transaction,
  touch: (more: CacheKey) => void,
  before: ConfigDocument,
  next: AdminConfig,
  kept: boolean,
): Promise<string[]> {
  await keepLeftOut(tx, before, next);
  const changes = changesOf(before, next);
  const ended: string[] = [];
  let demoted = false;
  for (const batch of chunked([...changes.keys()], 1_000)) {
    const users = await tx.rows<LockedHolder>(
      `SELECT ${heldColumns} FROM users WHERE username IN (?) ORDER BY id FOR UPDATE`,
      [batch],
    );
    for (const user of users) {
      const change = changes.get(user.username);
      if (change === undefined) continue;
      const loses = await follow(tx, user, change, kept);
      demoted ||= user.role === 'owner' && loses === 'role';
      if (loses !== null) ended.push(user.username);
      touch({ family: 'userInfo', part: user.username });
      if (change.fields.has('banned')) touch({ family: 'userPoints', part: user.username });
    }
  }
  if (demoted) await needOwner(tx);
  return ended;
}

/**
 * Restores entries that the new configuration lacks although their users exist. The site removes an entry only when it
 * deletes the user, so a missing user registered between the site's read and this write.
 */
async function keepLeftOut(tx: Sql, before: ConfigDocument, next: AdminConfig): Promise<void> {
  const users = next.UserConfig?.Users;
  const named = new Set(Array.isArray(users) ? users.map((entry) => (entry as Entry | null)?.['username']) : []);
  const missing = before.usernames.filter((name) => !named.has(name));
  const kept: Entry[] = [];
  for (const batch of chunked(missing, 1_000)) {
    const rows = await tx.rows<{ username: string }>('SELECT username FROM users WHERE username IN (?)', [batch]);
    const there = new Set(rows.map((row) => row.username));
    for (const name of batch) if (there.has(name)) kept.push({ ...before.entry(name) });
  }
  if (kept.length === 0) return;
  next.UserConfig = { ...next.UserConfig, Users: [...(Array.isArray(users) ? users : []), ...kept] };
}

function changesOf(before: ConfigDocument, next: AdminConfig): Map<string, Change> {
  const changes = new Map<string, Change>();
  const seen = new Set<string>();
  for (const entry of Array.isArray(next.UserConfig?.Users) ? next.UserConfig.Users : []) {
    const name = (entry as Entry | null)?.['username'];
    // Of duplicates the site uses the first.
    if (typeof name !== 'string' || seen.has(name)) continue;
    seen.add(name);
    const old = before.entry(name);
    const fields = knownFields.filter((field) =>
      old === null ? entry[field] !== undefined : !sameJson(old[field], entry[field]),
    );
    if (fields.length > 0) changes.set(name, { entry, fields: new Set(fields) });
  }
  return changes;
}

/** Returns why the user's sessions end: a ban or a lower role; null if they do not. */
async function follow(
  tx: Transaction,
  user: LockedHolder,
  { entry, fields }: Change,
  kept: boolean,
): Promise<'ban' | 'role' | null> {
  const values: Record<string, Parameter> = {};
  const role = fields.has('role') && isRole(entry['role']) ? entry['role'] : user.role;
  if (role !== user.role) values['role'] = role;
  if (fields.has('tags')) values['tags'] = jsonOf(entry['tags']);
  if (fields.has('enabledApis')) values['enabled_apis'] = jsonOf(entry['enabledApis']);
  if (fields.has('showAdultContent')) values['show_adult_content'] = entry['showAdultContent'] === true ? 1 : 0;
  const membership = fields.has('cardKey') ? await membershipOf(tx, user.username) : undefined;
  // Without a card the entry keeps the value it was given, or has none.
  if (membership !== undefined) entry['cardKey'] = membership;

  const given = typeof entry['tvboxToken'] === 'string' && entry['tvboxToken'] !== '' ? entry['tvboxToken'] : null;
  const banned = fields.has('banned') ? entry['banned'] === true : user.banned === 1;
  if (banned) {
    // A token that the site gives to a banned user is kept for the end of the ban.
    if (fields.has('banned') || given !== null)
      await banUsers(tx, [{ user: { ...user, role }, entryToken: given }], kept ? termsOfSite : null);
    delete entry['tvboxToken'];
  } else {
    const [lift] = fields.has('banned') ? await liftBans(tx, [{ user, entry }], kept) : [];
    const back = lift?.token ?? null;
    const token = given ?? back;
    const inEntry = given ?? lift?.entry?.['tvboxToken'] ?? null;
    if (inEntry !== null) entry['tvboxToken'] = inEntry;
    if (fields.has('tvboxToken') || token !== back) values['tvbox_token'] = token;
  }
  await storing(setColumns(tx, 'users', 'id', [{ key: String(keyParameter(user.id)), values }]));
  const rank = { user: 0, admin: 1, owner: 2 } as Readonly<Record<string, number>>;
  if (banned && user.banned !== 1) return 'ban';
  return (rank[role] ?? 0) < (rank[user.role] ?? 0) ? 'role' : null;
}

function isRole(value: unknown): value is string {
  return value === 'owner' || value === 'admin' || value === 'user';
}

/** The JSON of a list from the site, or null. */
function jsonOf(value: unknown): string | null {
  return Array.isArray(value) ? JSON.stringify(nameList(value)) : null;
}

async function needOwner(tx: Sql): Promise<void> {
  const rows = await tx.rows("SELECT id FROM users WHERE role = 'owner' LIMIT 1");
  if (rows.length > 0) return;
  throw new Refusal('forbidden', {
    zh: '这份配置会让站点没有站长',
    en: 'This configuration would leave the site without an owner',
  });
}
