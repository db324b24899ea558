import { Refusal } from '../../contract/errors.js';
import type { Sql } from '../../data/mysql/database.js';
import { chunked } from '../../data/write/row-writer.js';
import { nowAsTold } from '../clock.js';
import { codeToRemember, type HeldCode, isSuspended, suspendedCode } from '../invitations/code.js';
import { TrackedRows } from '../tracked-rows.js';

/*
 * What a ban does, in one place for the console and the site's storage. It changes `users.banned`, the token for
 * television boxes, the invitation code and, if the console's tables exist, the row in `console_bans` that remembers
 * token and code. The caller has the entry in the config and edits it (`bannedEntry`); the caller also ends the
 * sessions after the commit. lift-ban.ts ends a ban.
 */

/** The columns of a locked user that a ban needs. */
export interface BannableUser {
  readonly id: string | number;
  readonly username: string;
  readonly role: string;
  /** Older sites have null, which means not banned. */
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

/** A ban by the site's own code: it gives no reason and has no audit entry. */
export const termsOfSite: BanTerms = { reason: 'other', note: null, banned_by: 'site', expires_at: null, audit_id: 0 };

/** The fields that a ban sets in the user's entry in the config. */
export const bannedEntry = { banned: true, tvboxToken: undefined } as const;

/** The columns of the user that a ban sets, and that the entry follows. */
export const bannedColumns = { banned: 1, tvbox_token: null } as const;

/** A user to ban, and the token that their entry in the config has had until now (of any type). */
export interface BanTarget<User extends BannableUser = BannableUser> {
  readonly user: User;
  readonly entryToken: unknown;
}

/** What a ban has taken from one user; null if there was nothing to take. */
export interface BanOutcome<User extends BannableUser> {
  readonly user: User;
  readonly code: string | null;
  /** The token that the row in console_bans remembers. */
  readonly token: string | null;
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

/** The columns of `users` that a ban and its end write. */
type BannedColumns = { readonly id: string; readonly banned: number | null; readonly tvbox_token: string | null };

/** The columns of `user_points` that a ban and its end write. */
type CodeColumns = { readonly id: string; readonly invitation_code: string };

/** The rows that a ban or its end changes, for locked users: changed in memory, written once. */
export class HeldForBan {
  readonly users = new TrackedRows<BannedColumns>('users', ['banned', 'tvbox_token']);
  readonly accounts = new TrackedRows<CodeColumns>('user_points');
  readonly bans = new TrackedRows<BanRow>('console_bans');
  readonly tables = [this.users, this.accounts, this.bans] as const;
  /** By the name stored in `users`. */
  readonly codes = new Map<string, HeldCode>();
  /**
   * `began`: the server's time when the locking statement began; that statement may have waited. `sent`: when it was
   * sent, by `performance.now()`.
   */
  began: string | undefined;
  readonly sent = performance.now();

  /** The row of a user's ban; undefined if there is none. */
  banOf(user: BannableUser): BanRow | undefined {
    return this.bans.get(String(user.id));
  }

  editUser({ id, banned, tvbox_token }: BannableUser, values: Partial<BannedColumns>): void {
    this.users.edit({ id: String(id), banned, tvbox_token }, values);
  }

  async write(tx: Sql): Promise<void> {
    for (const rows of this.tables) await rows.write(tx);
  }
}

/** Columns of a row in console_bans that may be missing. */
type MaybeBan = { readonly [Column in keyof BanRow]: BanRow[Column] | null };

/**
 * Locks users by their stored names, with their codes and the rows of their bans; one statement for a thousand users.
 * `kept` is false if the console's tables are missing.
 */
export async function holdForBan(tx: Sql, names: readonly string[], kept: boolean): Promise<HeldForBan> {
  const held = new HeldForBan();
  // A scan of all of a small table would wait for bans of other users.
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
      held.began ??= told;
      if (account !== null && code !== null) held.codes.set(holder, { id: String(account), code, began: told });
      if (isBan(row)) held.bans.hold({ ...row, user_id: String(row.user_id), audit_id: String(row.audit_id) });
    }
  }
  return held;
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
 * Bans users whose rows are locked, and the config before them. A user who is already banned may be banned again: the
 * site may have given a new token or code since. `terms` is null if the console's tables are missing: then nothing
 * remembers what the ban took. `holding`: the result of `holdForBan`, if the caller has already called it. `each` is
 * called for each user after the rows are changed and before they are written. Throws `forbidden` for an owner.
 */
export async function banUsers<User extends BannableUser>(
  tx: Sql,
  targets: readonly BanTarget<User>[],
  terms: BanTerms | null,
  holding?: HeldForBan,
  each?: (outcome: BanOutcome<User>) => void,
): Promise<void> {
  const users = targets.map(({ user }) => user);
  if (users.some((user) => user.role === 'owner'))
    throw new Refusal('forbidden', { zh: '不能封禁站长', en: 'An owner cannot be banned' });
  const names = users.map((user) => user.username);
  const held = holding ?? (await holdForBan(tx, names, terms !== null));
  const stands = (user: BannableUser): boolean => user.banned === 1 && held.banOf(user) !== undefined;
  const now = terms === null || users.every(stands) ? '' : await nowAsTold(tx, held.began, held.sent);
  for (const target of targets) {
    const { user } = target;
    const code = held.codes.get(user.username);
    const live = code !== undefined && !isSuspended(code.code);
    held.editUser(user, bannedColumns);
    if (live) held.accounts.edit({ id: code.id, invitation_code: code.code }, { invitation_code: suspendedCode() });
    const ban = terms === null ? null : rememberBan(held, target, terms, now, stands(user));
    each?.({ user, code: live ? code.code : null, token: ban?.tvbox_token ?? null });
  }
  await held.write(tx);
}

/** The codes of these users, from the locked rows. */
export function codesOf(names: readonly string[], { codes }: HeldForBan): ReadonlyMap<string, HeldCode> {
  return new Map(
    names.flatMap((name) => {
      const code = codes.get(name);
      return code === undefined ? [] : [[name, code] as const];
    }),
  );
}

/**
 * The row that remembers a ban. If the ban still `stands`, its author, reason and expiry stay. If a lift outside the
 * console left the row behind, they are replaced by those of this ban.
 */
function rememberBan(held: HeldForBan, target: BanTarget, terms: BanTerms, now: string, stands: boolean): BanRow {
  const { id, username } = target.user;
  const before = held.banOf(target.user);
  const taken = remembered(target, before, held.codes.get(username));
  if (before !== undefined) {
    return held.bans.edit(before, stands ? taken : { ...terms, username, banned_at: now, ...taken });
  }
  const row: BanRow = { ...terms, user_id: String(id), username, banned_at: now, ...taken };
  held.bans.insert(row);
  return row;
}

/** What a ban takes, to be given back later: what is active now, else what an earlier ban took (`before`). */
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
