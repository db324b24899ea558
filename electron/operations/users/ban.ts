import { Refusal } from '../../contract/errors.js';
import type { Parsed } from '../../contract/index.js';
import { entriesEdited } from '../kit/entry-statements.js';
import { bannedColumns, bannedEntry, banUsers, type HeldForBan, holdForBan } from '../../domain/users/ban.js';
import { sqlTime } from '../../data/mysql/database.js';
import { type UserChange, ownerOf } from './user-change.js';
import { part } from '../../data/mysql/sql.js';

type BanInput = Omit<Parsed<'users.ban'>, 'fingerprint'>;

/**
 * A complete ban: users.banned, the config entry, the TVBox token, the invitation code and console_bans; sessions and
 * caches after the commit. Token and code are kept until the ban is lifted.
 */
export const ban: UserChange<BanInput, HeldForBan> = {
  operation: 'users.ban',
  chunk: 2_000,
  already: () => part('u.banned = 1'),
  state:
    "COALESCE(u.banned, 0), COALESCE(u.tvbox_token, ''), COALESCE((SELECT MAX(q.invitation_code) FROM user_points q WHERE q.username = u.username), '')",
  hold: (tx, names) => holdForBan(tx, names, true),
  effects: {
    tvbox: 'u.tvbox_token IS NOT NULL',
    invitationCodes: 'EXISTS (SELECT 1 FROM user_points q WHERE q.username = u.username)',
  },
  endsSessions: () => true,
  detail: (user, { reason, until }) => ({
    role: user.role,
    tvbox: user.tvbox_token !== null,
    reason,
    until: until ?? null,
  }),
  statements: (_input, mode) => [
    'UPDATE users SET banned = 1, tvbox_token = NULL WHERE id IN (…)',
    'UPDATE user_points SET invitation_code = <unguessable> WHERE id IN (…)',
    'INSERT INTO console_bans (user_id, username, reason, note, banned_by, banned_at, expires_at, tvbox_token, invitation_code, audit_id) VALUES …',
    ...entriesEdited(mode, 'banned = true', true),
  ],
  check({ until }) {
    if (until !== undefined && Date.parse(until) <= Date.now()) {
      throw new Refusal(
        'invalid_input',
        { zh: '封禁到期时间已经过去', en: 'The ban would end in the past' },
        { details: { field: 'until' } },
      );
    }
  },
  async apply(work, users, held) {
    const { change, config, author, input } = work;
    for (const rows of held.tables) work.track(rows);
    const terms = {
      reason: input.reason,
      note: input.note ?? null,
      banned_by: author.operator,
      expires_at: input.until === undefined ? null : sqlTime(input.until),
      audit_id: change.auditId,
    };
    const targets = users.map((user) => ({ user, entryToken: config.entry(user.username)?.['tvboxToken'] }));
    await banUsers(change.tx, targets, terms, held, ({ user, code, token }) => {
      work.editEntry(ownerOf(user), bannedEntry, true);
      config.tell(user.username, bannedColumns);
      work.done(user);
      if (token !== null) change.tally('tvbox', 1);
      if (code !== null) change.tally('invitation_code', 1);
    });
  },
};
