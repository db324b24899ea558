import { Refusal } from '../../contract/errors.js';
import type { Parsed } from '../../contract/index.js';
import { entriesEdited } from '../kit/entry-statements.js';
import type { AdminConfig, EntryImages } from '../../data/write/admin-config.js';
import type { Change } from '../../data/write/audited-change.js';
import { bannedColumns, bannedEntry, banUsers, type HeldForBan, holdForBan } from '../../domain/users/ban.js';
import { sqlTime } from '../../data/mysql/database.js';
import type { Keys } from '../../data/redis/keys.js';
import { type UserChange, ownerOf } from './user-change.js';
import { part } from '../../data/mysql/sql.js';

type BanInput = Omit<Parsed<'users.ban'>, 'fingerprint'>;

/**
 * A whole ban: users.banned, the config entry, the TVBox token, the invitation code, console_bans; sessions and caches after the commit.
 * Token and code are kept for the day the ban is lifted.
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
  async apply(change, { site, author, input, config }, users, held) {
    const entries = new Map<string, EntryImages>(
      users.map((user) => [user.id, config.edit(ownerOf(user), bannedEntry, true)]),
    );
    const outcomes = await banUsers(
      change.tx,
      users.map((user) => ({ user, entryToken: tokenIn(entries.get(user.id)) })),
      {
        reason: input.reason,
        note: input.note ?? null,
        banned_by: author.operator,
        expires_at: input.until === undefined ? null : sqlTime(input.until),
        audit_id: change.auditId,
      },
      held,
    );
    for (const { user, code, before, after } of outcomes) {
      const entry = entries.get(user.id);
      config.tell(user.username, bannedColumns);
      change.record({
        kind: 'user',
        target: user.username,
        before: {
          users: [{ id: user.id, banned: user.banned, tvbox_token: user.tvbox_token }],
          ...(code === null ? {} : { user_points: [{ id: code.id, invitation_code: code.from }] }),
          'config.users': entry?.before ?? [],
          console_bans: before === null ? [] : [before],
        },
        after: {
          users: [{ id: user.id, banned: 1, tvbox_token: null }],
          ...(code === null ? {} : { user_points: [{ id: code.id, invitation_code: code.to }] }),
          'config.users': entry?.after ?? [],
          console_bans: after === null ? [] : [after],
        },
      });
    }
    const names = users.map((user) => user.username);
    change.tally('database', users.length);
    change.tally('config', users.length);
    change.tally('tvbox', outcomes.filter(({ after }) => (after?.tvbox_token ?? null) !== null).length);
    change.tally('invitation_code', outcomes.filter(({ code }) => code !== null).length);
    dropCaches(change, site.keys, config, names);
    change.endSessions(names);
  },
};

/** Forgets what Redis holds of these users' accounts, and of the config. What they watched and kept is as it was. */
export function dropCaches(
  change: Change,
  keys: Pick<Keys, 'of'>,
  config: AdminConfig,
  names: readonly string[],
): void {
  change.invalidate([
    keys.of(config.touched.family),
    ...names.flatMap((name) => [keys.of('userInfo', name), keys.of('userPoints', name)]),
  ]);
}

/** The token in an entry before it was changed. */
function tokenIn(images: EntryImages | undefined): unknown {
  const [entry] = images?.before ?? [];
  return entry !== undefined && 'fields' in entry ? entry.fields['tvboxToken'] : null;
}
