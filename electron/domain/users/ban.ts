import { Refusal } from '../../contract/errors.js';
import type { Sql } from '../../data/mysql/database.js';
import { chunked } from '../../data/write/row-writer.js';
import { nowAsTold } from '../clock.js';
import { codeToRemember, type HeldCode, isSuspended, suspendedCode } from '../invitations/code.js';
import { TrackedRows } from '../tracked-rows.js';

/*
 * What a ban does, once for the console and for the site's storage: `users.banned`, the token for television boxes, the
 * invitation code and, where the console's tables are there, the row in `console_bans` that remembers token and code.
 * The entry in the config is edited by the caller, who holds it (`bannedEntry`); sessions end after the commit,
 * likewise by the caller. How a ban ends: lift-ban.ts.
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

/** What a ban has taken of one user; null where there was nothing to take. */
export interface BanOutcome<User extends BannableUser> {
  readonly user: User;
  readonly code: string | null;
  /** What the row in console_bans remembers. */
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

/** What a ban and its end write of a user. */
type BannedColumns = { readonly id: string; readonly banned: number | null; readonly tvbox_token: string | null };

/** What they write of an account of points. */
type CodeColumns = { readonly id: string; readonly invitation_code: string };

/** What a ban takes and its end gives back, of users who are held with it: changed in memory, written once. */
export class HeldForBan {
  readonly users = new TrackedRows<BannedColumns>('users', ['banned', 'tvbox_token']);
  readonly accounts = new TrackedRows<CodeColumns>('user_points');
  readonly bans = new TrackedRows<BanRow>('console_bans');
  readonly tables = [this.users, this.accounts, this.bans] as const;
  /** By the name that `users` stores. */
  readonly codes = new Map<string, HeldCode>();
  /**
   * The server's clock as the statement began that holds them, and that may have waited; and when it was sent, of
   * `performance.now()`.
   */
  began: string | undefined;
  readonly sent = performance.now();

  /** The row of a user's ban; undefined where there is none. */
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

/** Columns of a row in console_bans that may not be there. */
type MaybeBan = { readonly [Column in keyof BanRow]: BanRow[Column] | null };

/**
 * Holds users by their stored names with their codes and the rows of their bans, by one statement for a thousand.
 * `kept` is false where the console's tables are missing.
 */
export async function holdForBan(tx: Sql, names: readonly string[], kept: boolean): Promise<HeldForBan> {
  const held = new HeldForBan();
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
 * Bans users whose rows (and the config before them) are held, also those who are banned already, where the site has
 * given a token or a code meanwhile. `terms` is null where the console's tables are missing: then nothing remembers
 * what the ban took. `holding`: by `holdForBan`, where the caller has held the users so. `each` is called with each
 * user once their rows are changed, before they are written. Throws `forbidden` for an owner.
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

/** The codes of these users, of those that are held. */
export function codesOf(names: readonly string[], { codes }: HeldForBan): ReadonlyMap<string, HeldCode> {
  return new Map(
    names.flatMap((name) => {
      const code = codes.get(name);
      return code === undefined ? [] : [[name, code] as const];
    }),
  );
}

/**
 * The row that remembers a ban. Where the ban still `stands`, who set it, why and until when stays; a row that a lift
 * past the console has left behind says it of this one.
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
