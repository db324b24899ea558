import type { Parsed } from '../../contract/index.js';
import { entriesEdited } from '../kit/entry-statements.js';
import { holdUsers } from '../../data/write/user-rows.js';
import { TrackedRows } from '../../domain/tracked-rows.js';
import { type LockedUser, ownerOf, type UserChange } from './user-change.js';
import { part } from '../../data/mysql/sql.js';

/** Promotes or demotes. The sessions of a demoted admin end, because they contain the old role. */
export const role: UserChange<Pick<Parsed<'users.role'>, 'who' | 'role'>> = {
  operation: 'users.role',
  chunk: 2_000,
  already: (input) => part('u.role = ?', input.role),
  state: "''",
  hold: holdUsers,
  effects: {},
  endsSessions: (input) => input.role === 'user',
  detail: (user, input) => ({ before: user.role, after: input.role }),
  statements: (input, mode) => [
    `UPDATE users SET role = '${input.role}' WHERE id IN (…)`,
    ...entriesEdited(mode, `role = '${input.role}'`, true),
  ],
  apply(work, users) {
    const rows = work.track(new TrackedRows<LockedUser>('users'));
    for (const user of users) {
      rows.edit(user, { role: work.input.role });
      work.editEntry(ownerOf(user), { role: work.input.role }, true);
      work.done(user);
    }
  },
};
