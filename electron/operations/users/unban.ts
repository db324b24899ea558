import type { Parsed } from '../../contract/index.js';
import { type HeldForBan, holdForBan } from '../../domain/users/ban.js';
import { liftBans } from '../../domain/users/lift-ban.js';
import { entriesEdited } from '../kit/entry-statements.js';
import { type UserChange, ownerOf } from './user-change.js';
import { part } from '../../data/mysql/sql.js';

type UnbanInput = Pick<Parsed<'users.unban'>, 'who' | 'note'>;

/**
 * Lifts bans and gives back the token and the invitation code that the ban took. If somebody else has the code now, a
 * new code is given. The config entry and console_bans follow.
 */
export const unban: UserChange<UnbanInput, HeldForBan> = {
  operation: 'users.unban',
  chunk: 2_000,
  already: () => part('COALESCE(u.banned, 0) = 0 AND NOT EXISTS (SELECT 1 FROM console_bans b WHERE b.user_id = u.id)'),
  // If there is another ban now, the operator has to decide again.
  state:
    "COALESCE(u.banned, 0), COALESCE((SELECT CONCAT_WS('|', b.audit_id, b.banned_by, b.banned_at, b.expires_at) FROM console_bans b WHERE b.user_id = u.id), '')",
  hold: (tx, names) => holdForBan(tx, names, true),
  effects: {},
  endsSessions: () => false,
  detail: (user) => ({ role: user.role, banned: user.banned === 1 }),
  statements: (_input, mode) => [
    'UPDATE users SET banned = 0, tvbox_token = <as before the ban> WHERE id IN (…)',
    'UPDATE user_points SET invitation_code = <as before the ban> WHERE id IN (…)',
    'DELETE FROM console_bans WHERE user_id IN (…)',
    ...entriesEdited(mode, 'banned = false', false),
  ],
  async apply(work, users, held) {
    const { change, config } = work;
    for (const rows of held.tables) work.track(rows);
    // An entry that gets nothing back is not edited, so its change must be recorded here.
    for (const user of users) config.note(user.username);
    const targets = users.map((user) => ({ user, entry: config.entry(user.username) }));
    await liftBans(change.tx, targets, true, held, ({ user, lifted, token, code, entry }) => {
      if (lifted) config.tell(user.username, { banned: 0, tvbox_token: token });
      if (entry !== null) work.editEntry(ownerOf(user), entry, false);
      work.done(user);
      if (token !== user.tvbox_token) change.tally('tvbox', 1);
      if (code) change.tally('invitation_code', 1);
    });
  },
};
