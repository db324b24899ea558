import type { Parsed } from '../../contract/index.js';
import { type HeldForBan, holdForBan } from '../../domain/users/ban.js';
import { liftBans } from '../../domain/users/lift-ban.js';
import { entriesEdited } from '../kit/entry-statements.js';
import { type UserChange, ownerOf } from './user-change.js';
import { dropCaches } from './ban.js';
import { part } from '../../data/mysql/sql.js';

type UnbanInput = Pick<Parsed<'users.unban'>, 'who' | 'note'>;

/**
 * Lifts bans: the token and the invitation code that the ban took are given back, a new code where somebody else has the old one by now; the config
 * entry and console_bans follow.
 */
export const unban: UserChange<UnbanInput, HeldForBan> = {
  operation: 'users.unban',
  chunk: 2_000,
  already: () => part('COALESCE(u.banned, 0) = 0 AND NOT EXISTS (SELECT 1 FROM console_bans b WHERE b.user_id = u.id)'),
  // Another ban by now is another decision.
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
  async apply(change, { site, config }, users, held) {
    // An entry that has nothing to give back is not edited.
    for (const user of users) config.note(user.username);
    const outcomes = await liftBans(
      change.tx,
      users.map((user) => ({ user, entry: config.entry(user.username) })),
      true,
      held,
    );
    for (const { user, lifted, before, token, code, entry } of outcomes) {
      if (lifted) config.tell(user.username, { banned: 0, tvbox_token: token });
      const images = entry === null ? { before: [], after: [] } : config.edit(ownerOf(user), entry, false);
      change.record({
        kind: 'user',
        target: user.username,
        before: {
          users: [{ id: user.id, banned: user.banned, tvbox_token: user.tvbox_token }],
          ...(code === null ? {} : { user_points: [{ id: code.id, invitation_code: code.from }] }),
          'config.users': images.before,
          console_bans: before === null ? [] : [before],
        },
        after: {
          users: [{ id: user.id, banned: 0, tvbox_token: token }],
          ...(code === null ? {} : { user_points: [{ id: code.id, invitation_code: code.to }] }),
          'config.users': images.after,
          console_bans: [],
        },
      });
    }
    change.tally('database', users.length);
    change.tally('config', outcomes.filter(({ entry }) => entry !== null).length);
    change.tally('tvbox', outcomes.filter(({ user, token }) => token !== user.tvbox_token).length);
    change.tally('invitation_code', outcomes.filter(({ code }) => code !== null).length);
    dropCaches(
      change,
      site.keys,
      config,
      users.map((user) => user.username),
    );
  },
};
