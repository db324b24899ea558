import type { Parsed } from '../../contract/index.js';
import { entriesEdited } from '../kit/entry-statements.js';
import { keyParameter } from '../../data/write/row-writer.js';
import { type UserChange, lockRows, ownerOf } from './user-change.js';
import { dropCaches } from './ban.js';
import { part } from '../../data/mysql/sql.js';

/** Promotes or demotes. A demoted admin's sessions end: they carry the old role. */
export const role: UserChange<Pick<Parsed<'users.role'>, 'who' | 'role'>> = {
  operation: 'users.role',
  chunk: 2_000,
  already: (input) => part('u.role = ?', input.role),
  state: "''",
  hold: lockRows,
  effects: {},
  endsSessions: (input) => input.role === 'user',
  detail: (user, input) => ({ before: user.role, after: input.role }),
  statements: (input, mode) => [
    `UPDATE users SET role = '${input.role}' WHERE id IN (…)`,
    ...entriesEdited(mode, `role = '${input.role}'`, true),
  ],
  async apply(change, { site, input, config }, users) {
    await change.tx.run('UPDATE users SET role = ? WHERE id IN (?)', [
      input.role,
      users.map((user) => keyParameter(user.id)),
    ]);
    for (const user of users) {
      const entry = config.edit(ownerOf(user), { role: input.role }, true);
      change.record({
        kind: 'user',
        target: user.username,
        before: { users: [{ id: user.id, role: user.role }], 'config.users': entry.before },
        after: { users: [{ id: user.id, role: input.role }], 'config.users': entry.after },
      });
    }
    const names = users.map((user) => user.username);
    change.tally('database', users.length);
    change.tally('config', users.length);
    dropCaches(change, site.keys, config, names);
    if (input.role === 'user') change.endSessions(names);
  },
};
