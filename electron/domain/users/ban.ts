import { Refusal } from '../../contract/errors.js';
import type { Parameter, Sql } from '../../data/mysql/database.js';
import { chunked, keyParameter, setColumns } from '../../data/write/row-writer.js';
import { nowAsTold } from '../clock.js';
import { type CodeChange, codeToRemember, type HeldCode, suspendCodes } from '../invitations/code.js';

/*
 * What a ban does, once for the console and for the site's storage: `users.banned`, the token for television boxes, the invitation code and, where
 * the console's tables are there, the row in `console_bans` that remembers token and code. The entry in the config is edited by the caller, who
 * holds it (`bannedEntry`); sessions end after the commit, likewise by the caller. How a ban ends: lift-ban.ts.
 */

/** A user whose row is held, as far as a ban concerns them. */
export interface BannableUser {
  readonly id: string | number;
  readonly username: string;
  readonly role: string;
  /** null, as older sites have it, is not banned. */
  readonly banned: number | null;
  readonly tvbox_token: string | null;
}

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

/** Who bans, why and until when. Times are UTC text. */
export type BanTerms = Pick<BanRow, 'reason' | 'note' | 'banned_by' | 'expires_at' | 'audit_id'>;

/** A ban by the site's own code, which gives no reason and has no audit entry. */
export const termsOfSite: BanTerms = { reason: 'other', note: null, banned_by: 'site', expires_at: null, audit_id: 0 };

/** What a ban makes of the user's entry in the config. */
export const bannedEntry = { banned: true, tvboxToken: undefined } as const;

/** What a ban makes of the user's columns that the entry follows. */
export const bannedColumns = { banned: 1, tvbox_token: null } as const;

/** Whom to ban, and the token that their entry in the config has held so far (of whatever type). */
export interface BanTarget<User extends BannableUser = BannableUser> {
  readonly user: User;
  readonly entryToken: unknown;
}

/** What became of one user. */
export interface BanOutcome<User extends BannableUser> {
  readonly user: User;
  /** null where the user has no account of points, or no live code. */
  readonly code: CodeChange | null;
  /** The rows in console_bans before and after; null where there is none. */
  readonly before: BanRow | null;
  readonly after: BanRow | null;
}

export const banColumns = [
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
] as const satisfies readonly (keyof BanRow)[];

/** What a ban takes and its end gives back, of users who are held with it. */
export interface HeldForBan {
  /** By the name that `users` stores. */
  readonly codes: ReadonlyMap<string, HeldCode>;
  /** The rows in console_bans, by the user's id as text. */
  readonly bans: ReadonlyMap<string, BanRow>;
  /** The server's clock as the statement began that holds them, and that may have waited; and when it was sent, of `performance.now()`. */
  readonly began: string | undefined;
  readonly sent: number;
}

/** Columns of a row in console_bans that may not be there. */
type MaybeBan = { readonly [Column in keyof BanRow]: BanRow[Column] | null };

/**
 * Holds users by their stored names with their codes and the rows of their bans, by one statement for a thousand. `kept` is false where the console's
 * tables are missing.
 */
export async function holdForBan(tx: Sql, names: readonly string[], kept: boolean): Promise<HeldForBan> {
  const sent = performance.now();
  const codes = new Map<string, HeldCode>();
  const bans = new Map<string, BanRow>();
  let began: string | undefined;
  // Not by reading all of a small table: that would wait for the bans of others.
  const ban = kept
    ? {
        columns: banColumns.map((column) => `, b.${column}`).join(''),
        join: 'LEFT JOIN console_bans b FORCE INDEX (PRIMARY) ON b.user_id = u.id',
      }
    : { columns: '', join: '' };
  for (const batch of chunked(names, 1_000)) {
    const rows = await tx.rows<HeldRow & Partial<MaybeBan>>(
      `SELECT u.username AS holder, p.id AS account, p.invitation_code AS code, UTC_TIMESTAMP() AS began${ban.columns}
       FROM users u LEFT JOIN user_points p ON p.username = u.username ${ban.join}
       WHERE u.username IN (?) ORDER BY u.id FOR UPDATE`,
      [batch],
    );
    for (const { holder, account, code, began: told, ...row } of rows) {
      began ??= told;
      if (account !== null && code !== null) codes.set(holder, { id: String(account), code, began: told });
      if (isBan(row))
        bans.set(String(row.user_id), { ...row, user_id: String(row.user_id), audit_id: String(row.audit_id) });
    }
  }
  return { codes, bans, began, sent };
}

interface HeldRow {
  readonly holder: string;
  readonly account: string | number | null;
  readonly code: string | null;
  readonly began: string;
}

function isBan(row: Partial<MaybeBan>): row is BanRow {
  return (row.user_id ?? null) !== null;
}

/**
 * Bans users whose rows (and the config before them) are held, also those who are banned already, where the site has given a token or a code
 * meanwhile. `terms` is null where the console's tables are missing: then nothing remembers what the ban took. `held`: by `holdForBan`, where the
 * caller has held the users so. Throws `forbidden` for an owner.
 */
export async function banUsers<User extends BannableUser>(
  tx: Sql,
  targets: readonly BanTarget<User>[],
  terms: BanTerms | null,
  held?: HeldForBan,
): Promise<readonly BanOutcome<User>[]> {
  const users = targets.map(({ user }) => user);
  if (users.some((user) => user.role === 'owner'))
    throw new Refusal('forbidden', { zh: '不能封禁站长', en: 'An owner cannot be banned' });
  const names = users.map((user) => user.username);
  const found = held ?? (await holdForBan(tx, names, terms !== null));
  await tx.run('UPDATE users SET banned = 1, tvbox_token = NULL WHERE id IN (?)', [
    users.map((user) => keyParameter(user.id)),
  ]);
  const codes = await suspendCodes(tx, codesOf(names, found));
  const rows = terms === null ? null : await writeBans(tx, targets, found, terms);
  return users.map((user, at) => ({
    user,
    code: codes.get(user.username) ?? null,
    before: found.bans.get(String(user.id)) ?? null,
    after: rows?.[at] ?? null,
  }));
}

/** The codes of these users, of those that are held. */
export function codesOf(names: readonly string[], { codes }: HeldForBan): ReadonlyMap<string, HeldCode> {
  return new Map(
    names.flatMap((name) => {
      const code = codes.get(name);
      return code === undefined ? [] : [[name, code] as const];
    }),
  );
}

/** Writes the rows that remember these bans, and answers them. A ban that still holds stays who set it, why and until when. */
async function writeBans(
  tx: Sql,
  targets: readonly BanTarget[],
  { codes, bans: old, began, sent }: HeldForBan,
  terms: BanTerms,
): Promise<readonly BanRow[]> {
  const stands = ({ user }: BanTarget): boolean => user.banned === 1 && old.has(String(user.id));
  const now = targets.every(stands) ? '' : await nowAsTold(tx, began, sent);
  const bans = targets.map((target) => {
    const { id, username } = target.user;
    const before = old.get(String(id));
    const kept = stands(target) ? before : undefined;
    const row: BanRow = {
      ...(kept ?? { ...terms, user_id: String(id), username, banned_at: now }),
      ...remembered(target, before, codes.get(username)),
    };
    return { row, kept: kept !== undefined };
  });
  await setColumns(
    tx,
    'console_bans',
    'user_id',
    bans.flatMap(({ kept, row: { user_id: key, tvbox_token, invitation_code } }) =>
      kept ? [{ key, values: { tvbox_token, invitation_code } }] : [],
    ),
  );
  const made = bans.flatMap(({ kept, row }) => (kept ? [] : [row]));
  // A row that a lift past the console has left behind makes way.
  if (made.length > 0)
    await tx.run(`REPLACE INTO console_bans (${banColumns.join(', ')}) VALUES ?`, [
      made.map((row): Parameter[] => banColumns.map((column) => row[column])),
    ]);
  return bans.map(({ row }) => row);
}

/** What a ban takes, to be given back one day: what is live now, else what an earlier ban took (`before`). */
function remembered(
  { user, entryToken }: BanTarget,
  before: BanRow | undefined,
  code: HeldCode | undefined,
): Pick<BanRow, 'tvbox_token' | 'invitation_code'> {
  const token = user.tvbox_token ?? (typeof entryToken === 'string' ? entryToken : null);
  return {
    tvbox_token: token ?? before?.tvbox_token ?? null,
    invitation_code: codeToRemember(code, before?.invitation_code ?? null),
  };
}
