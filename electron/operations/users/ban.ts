import { Refusal } from '../../contract/errors.js';
import type { Parsed } from '../../contract/index.js';
import type { AdminConfig, EntryImages } from '../../data/write/admin-config.js';
import type { Change } from '../../data/write/change.js';
import { codeToRemember, holdCodes, suspendCodes } from '../../domain/invitations/code.js';
import { type Parameter, type Sql, sqlTime } from '../../data/mysql/database.js';
import { keyOf } from '../../data/write/rows.js';
import type { Keys } from '../../data/redis/keys.js';
import { type Action, ownerOf } from './action.js';
import { part } from '../../data/mysql/sql.js';

/** A row of console_bans. */
export type BanRow = {
  readonly user_id: string | number;
  readonly username: string;
  readonly reason: string;
  readonly note: string | null;
  readonly banned_by: string;
  readonly banned_at: string;
  readonly expires_at: string | null;
  readonly tvbox_token: string | null;
  readonly invitation_code: string | null;
  readonly audit_id: string | number;
};

type BanInput = Omit<Parsed<'users.ban'>, 'fingerprint'>;

const banColumns = [
  'user_id',
  'username',
  'reason',
  'note',
  'banned_by',
  'banned_at',
  'expires_at',
  'tvbox_token',
  'invitation_code',
  'audit_id',
] as const;

/**
 * A whole ban: users.banned, the config entry, the TVBox token, the invitation code, console_bans; sessions and caches after the commit.
 * Token and code are kept for the day the ban is lifted.
 */
export const ban: Action<BanInput> = {
  operation: 'users.ban',
  chunk: 2_000,
  already: () => part('u.banned = 1'),
  state:
    "COALESCE(u.banned, 0), COALESCE(u.tvbox_token, ''), COALESCE((SELECT MAX(q.invitation_code) FROM user_points q WHERE q.username = u.username), '')",
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
  statements: () => [
    'UPDATE users SET banned = 1, tvbox_token = NULL WHERE id IN (…)',
    'UPDATE user_points SET invitation_code = <unguessable> WHERE id IN (…)',
    'INSERT INTO console_bans (user_id, username, reason, note, banned_by, banned_at, expires_at, tvbox_token, invitation_code, audit_id) VALUES …',
    "UPDATE admin_configs SET config_value = <UserConfig.Users[].banned = true> WHERE config_key = 'main_config'",
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
  async apply(change, { site, author, input, config }, users) {
    const { tx } = change;
    const ids = users.map((user) => keyOf(user.id));
    const names = users.map((user) => user.username);
    const held = await holdCodes(tx, names);
    const old = await heldBans(tx, ids);
    const now = await utcNow(tx);
    const entries = new Map<string, EntryImages>(
      users.map((user) => [user.id, config.edit(ownerOf(user), { banned: true, tvboxToken: undefined }, true)]),
    );

    const bans = users.map((user): BanRow => {
      const before = old.get(user.id);
      const [entry] = entries.get(user.id)?.before ?? [];
      const entryToken = entry !== undefined && 'fields' in entry ? entry.fields['tvboxToken'] : null;
      return {
        user_id: user.id,
        username: user.username,
        reason: input.reason,
        note: input.note ?? null,
        banned_by: author.operator,
        banned_at: now,
        expires_at: input.until === undefined ? null : sqlTime(input.until),
        tvbox_token: user.tvbox_token ?? (typeof entryToken === 'string' ? entryToken : (before?.tvbox_token ?? null)),
        invitation_code: codeToRemember(held.get(user.username), before?.invitation_code ?? null),
        audit_id: change.auditId,
      };
    });
    await tx.run('UPDATE users SET banned = 1, tvbox_token = NULL WHERE id IN (?)', [ids]);
    const codes = await suspendCodes(tx, held);
    if (old.size > 0) await tx.run('DELETE FROM console_bans WHERE user_id IN (?)', [ids]);
    await tx.run(`INSERT INTO console_bans (${banColumns.join(', ')}) VALUES ?`, [
      bans.map((row): Parameter[] => banColumns.map((column) => row[column])),
    ]);

    for (const [at, user] of users.entries()) {
      const code = codes.get(user.username);
      const before = old.get(user.id);
      const entry = entries.get(user.id);
      change.touch({
        kind: 'user',
        target: user.username,
        before: {
          users: [{ id: user.id, banned: user.banned, tvbox_token: user.tvbox_token }],
          ...(code === undefined ? {} : { user_points: [{ id: code.id, invitation_code: code.from }] }),
          'config.users': entry?.before ?? [],
          console_bans: before === undefined ? [] : [{ ...before }],
        },
        after: {
          users: [{ id: user.id, banned: 1, tvbox_token: null }],
          ...(code === undefined ? {} : { user_points: [{ id: code.id, invitation_code: code.to }] }),
          'config.users': entry?.after ?? [],
          console_bans: [{ ...bans[at] }],
        },
      });
    }
    change.count('database', users.length);
    change.count('config', users.length);
    change.count('tvbox', bans.filter((row) => row.tvbox_token !== null).length);
    change.count('invitation_code', codes.size);
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
  change.drop([
    keys.of(config.touched.family),
    ...names.flatMap((name) => [keys.of('userInfo', name), keys.of('userPoints', name)]),
  ]);
}

/** Holds the ban rows of these users, by id. */
export async function heldBans(tx: Sql, ids: readonly Parameter[]): Promise<Map<string, BanRow>> {
  const rows = await tx.rows<BanRow>(
    `SELECT ${banColumns.join(', ')} FROM console_bans WHERE user_id IN (?) FOR UPDATE`,
    [ids],
  );
  return new Map(
    rows.map((row) => [String(row.user_id), { ...row, user_id: String(row.user_id), audit_id: String(row.audit_id) }]),
  );
}

async function utcNow(tx: Sql): Promise<string> {
  const [row] = await tx.rows<{ now: string }>('SELECT UTC_TIMESTAMP() AS now');
  return row?.now ?? sqlTime(new Date());
}
