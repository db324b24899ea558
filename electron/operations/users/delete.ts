import { entriesRemoved } from '../kit/entry-statements.js';
import type { Parsed } from '../../contract/index.js';
import { deleteUsers } from '../../domain/users/delete.js';
import type { Sql } from '../../data/mysql/database.js';
import { keyParameter } from '../../data/write/row-writer.js';
import { losesUnseen } from '../../data/write/unseen.js';
import { holdUsers } from '../../data/write/user-rows.js';
import { namelessAfterUsers, type RowTableName, rowTables, tablesOfUsers } from '../../data/tables.js';
import { TrackedRows, type Values } from '../../domain/tracked-rows.js';
import type { LockedUser, UserChange } from './user-change.js';
import { part } from '../../data/mysql/sql.js';

/** A row that is deleted with a user, or what is left of it. */
interface Going {
  readonly table: RowTableName;
  readonly row: Values;
  readonly left: Values | null;
}

/**
 * A user with more rows than this is deleted without images of them. The undo would not be exact, so none is offered.
 */
const mostRows = 5_000;

const counted = (table: string, column: string): string =>
  `(SELECT COUNT(*) FROM ${table} t WHERE t.${column} = u.username)`;

/**
 * Deletes users and what belongs to them. Their cards stay `used` and lose their user. IP rewards stay, and so does
 * what others earned through them. The audit keeps everything that is deleted for the undo, up to 5,000 rows per user.
 */
export const remove: UserChange<Pick<Parsed<'users.delete'>, 'who'>> = {
  operation: 'users.delete',
  chunk: 100,
  already: () => part('FALSE'),
  // The things that the preview announces as lost: if a user has since earned, redeemed, invited, watched or bound
  // something, the user is checked again.
  state: `COALESCE(u.banned, 0), COALESCE((SELECT MAX(CONCAT_WS('|', t.balance, t.total_earned, t.total_redeemed)) FROM user_points t WHERE t.username = u.username), ''),
    ${counted('card_keys', 'bound_to')}, ${tablesOfUsers
      .flatMap(([table, columns]) => columns.map((column) => counted(table, column)))
      .join(', ')}`,
  async hold(tx, names) {
    await holdUsers(tx, names);
    // All chosen users may have been deleted in the meantime.
    if (names.length === 0) return;
    for (const [table, column] of [
      ['card_keys', 'bound_to'],
      ['user_card_keys', 'username'],
      ['user_points', 'username'],
    ] as const)
      await tx.rows(`SELECT t.${column} FROM ${table} t WHERE t.${column} IN (?) FOR UPDATE`, [names]);
  },
  effects: {
    cards: counted('card_keys', 'bound_to'),
    user_card_keys: counted('user_card_keys', 'username'),
    points: 'COALESCE((SELECT MAX(t.balance) FROM user_points t WHERE t.username = u.username), 0)',
    points_records: counted('points_records', 'username'),
    invitations: `${counted('invitations', 'inviter')} + ${counted('invitations', 'invitee')}`,
    play_records: counted('play_records', 'username'),
    favorites: counted('favorites', 'username'),
    episode_skip_configs: counted('episode_skip_configs', 'username'),
    ip_reward_records_kept: counted('ip_reward_records', 'inviter'),
  },
  endsSessions: () => true,
  detail: (user) => ({ role: user.role, banned: user.banned === 1 }),
  statements: (_input, mode) => [
    ...tablesOfUsers.flatMap(([table, columns]) =>
      columns.map((column) => `DELETE FROM ${table} WHERE ${column} IN (…)`),
    ),
    'UPDATE card_keys SET bound_to = NULL WHERE bound_to IN (…)',
    'DELETE FROM users WHERE id IN (…) -- ip_reward_records stay',
    'DELETE FROM console_bans WHERE user_id IN (…)',
    ...entriesRemoved(mode),
  ],
  async apply(work, users) {
    const { change, site } = work;
    const { tx } = change;
    const names = users.map((user) => user.username);
    const large = await tooLarge(tx, names);
    const { found: belongings, strays } = await rowsOfUsers(
      tx,
      users.filter((user) => !large.has(user.username)),
    );
    const unseen = await losesUnseen(tx, ['users', ...tablesOfUsers.map(([table]) => table)]);
    const own = await ownRows(tx, users);
    const { cards } = await deleteUsers(tx, users, true);
    const tables = new Map(rowTables.map(([table]) => [table, work.track(new TrackedRows<Values>(table))]));
    for (const user of users) {
      for (const { table, row, left } of [...(own.get(user.id) ?? []), ...(belongings.get(user.username) ?? [])])
        tables.get(table)?.adopt(row, left);
      work.removeEntry(user.username);
      work.done(user);
    }
    const written = [...belongings.values()].reduce((sum, rows) => sum + rows.length, 0);
    change.tally('database', written);
    // Stored beside the places: how many were deleted without images, so that no undo is offered.
    const incomplete = unseen ? users.length : large.size + strays;
    if (incomplete > 0) change.places['incomplete'] = (change.places['incomplete'] ?? 0) + incomplete;
    change.invalidate(names.flatMap((name) => [...site.keys.cachesOfUser(name), site.keys.of('searchHistory', name)]));
    change.invalidate(cards.map((hash) => site.keys.of('cardKey', hash)));
  },
};

/** Users with more rows than the undo can hold. */
async function tooLarge(tx: Sql, names: readonly string[]): Promise<ReadonlySet<string>> {
  const totals = new Map<string, number>();
  for (const [table, columns] of tablesOfUsers) {
    for (const column of columns) {
      const rows = await tx.rows<{ name: string; found: string }>(
        `SELECT ${column} AS name, COUNT(*) AS found FROM ${table} WHERE ${column} IN (?) GROUP BY ${column}`,
        [names],
      );
      for (const { name, found } of rows) totals.set(name, (totals.get(name) ?? 0) + Number(found));
    }
  }
  return new Set([...totals].filter(([, found]) => found > mostRows).map(([name]) => name));
}

/** The rows of the users themselves and of their bans, by the user's id. */
async function ownRows(tx: Sql, users: readonly LockedUser[]): Promise<ReadonlyMap<string, readonly Going[]>> {
  const ids = users.map((user) => keyParameter(user.id));
  const found = new Map<string, Going[]>();
  for (const [table, column] of [
    ['users', 'id'],
    ['console_bans', 'user_id'],
  ] as const)
    for (const row of await tx.rows<Values>(`SELECT * FROM ${table} WHERE ${column} IN (?)`, [ids]))
      add(found, String(row[column]), { table, row, left: null });
  return found;
}

/**
 * Every row that is deleted or changed, by user, and the number of rows that belong to none of them exactly: the
 * database treats their spelling as the same user, so it is unknown whose image they belong to. An invitation between
 * two of the users belongs to the first.
 */
async function rowsOfUsers(
  tx: Sql,
  users: readonly LockedUser[],
): Promise<{ readonly found: ReadonlyMap<string, readonly Going[]>; readonly strays: number }> {
  const found = new Map<string, Going[]>();
  let strays = 0;
  if (users.length === 0) return { found, strays };
  const names = users.map((user) => user.username);
  for (const [table, columns, stays] of [
    ...tablesOfUsers.map((one) => [...one, false] as const),
    ...namelessAfterUsers.map((one) => [...one, true] as const),
  ]) {
    const where = columns.map((column) => `${column} IN (?)`).join(' OR ');
    const nameless = Object.fromEntries(columns.map((column) => [column, null]));
    for (const row of await tx.rows<Values>(
      `SELECT * FROM ${table} WHERE ${where} FOR UPDATE`,
      columns.map(() => names),
    )) {
      const owner = users.find((user) => columns.some((column) => row[column] === user.username));
      if (owner === undefined) strays += 1;
      else add(found, owner.username, { table, row, left: stays ? { ...row, ...nameless } : null });
    }
  }
  return { found, strays };
}

function add<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
