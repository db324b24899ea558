import type { Transaction } from '../../data/mysql/database.js';
import { sameJson } from '../../data/write/admin-config.js';
import { chunked, keyParameter, setColumns } from '../../data/write/row-writer.js';
import { type CodeChange, giveCodesBack } from '../invitations/code.js';
import { type BannableUser, type BanRow, codesOf, type HeldForBan, holdForBan } from './ban.js';

/*
 * How a ban ends, once for the console and for the site's storage: what it took is given back. A code or a token that the site has given meanwhile
 * stays. What the console's ban took stands again as it stood before, in `users`, in the entry or in both (its audit entry says where); a token that
 * is remembered from before a lift past the console, that the site gave meanwhile, or whose ban the site has set, stands in both.
 */

type Fields = Readonly<Record<string, unknown>>;

/** Whose ban ends. `entry`: theirs in the config as it stands; null where there is none. */
export interface LiftTarget<User extends BannableUser> {
  readonly user: User;
  readonly entry: Fields | null;
}

/** What became of one user. */
export interface LiftOutcome<User extends BannableUser> {
  readonly user: User;
  /** False where there was no ban in the tables: then nothing was written there. */
  readonly lifted: boolean;
  /** null where the user has no account of points, or a live code. */
  readonly code: CodeChange | null;
  /** The row of console_bans that is gone now; null where there was none. */
  readonly before: BanRow | null;
  /** The token for television boxes that stands in `users` now. */
  readonly token: string | null;
  /** What to set in the entry (undefined removes a field), which the caller holds; null where it stays as it is. */
  readonly entry: Fields | null;
}

/** A ban, and the entry in the config as that very ban found it; null where the console has not set the ban. */
interface Remembered {
  readonly row: BanRow;
  readonly entryBefore: Fields | null;
  readonly tokenBefore: string | null;
}

/**
 * Lifts the bans of users whose rows (and the config before them) are held. `kept` is false where the console's tables are missing: then no token
 * comes back, and a code from the user's invitations. Who is not banned is left as they are, but for an entry in the config that says otherwise.
 * `held`: by `holdForBan`, where the caller has held the users so.
 */
export async function liftBans<User extends BannableUser>(
  tx: Transaction,
  targets: readonly LiftTarget<User>[],
  kept: boolean,
  held?: HeldForBan,
): Promise<readonly LiftOutcome<User>[]> {
  const users = targets.map(({ user }) => user);
  const found =
    held ??
    (await holdForBan(
      tx,
      users.map((user) => user.username),
      kept,
    ));
  const bans = await remember(
    tx,
    users.flatMap((user) => found.bans.get(String(user.id)) ?? []),
  );
  const banOf = (user: BannableUser): Remembered | undefined => bans.get(String(user.id));
  const lifted = users.filter((user) => user.banned === 1 || banOf(user) !== undefined);
  const names = new Set(lifted.map((user) => user.username));
  const codes = await giveCodesBack(
    tx,
    codesOf([...names], found),
    new Map(lifted.map((user) => [user.username, banOf(user)?.row.invitation_code ?? null])),
  );
  const outcomes = targets.map(({ user, entry }): LiftOutcome<User> => {
    const ban = banOf(user);
    const tokens = tokensAfter(user, entry?.['tvboxToken'], ban);
    return {
      user,
      lifted: names.has(user.username),
      code: codes.get(user.username) ?? null,
      before: ban?.row ?? null,
      token: tokens.users,
      entry: entryAfter(entry, ban, tokens.entry),
    };
  });
  await setColumns(
    tx,
    'users',
    'id',
    outcomes.flatMap(({ user, lifted: was, token }) =>
      was ? [{ key: String(user.id), values: { banned: 0, tvbox_token: token } }] : [],
    ),
  );
  if (bans.size > 0)
    await tx.run('DELETE FROM console_bans WHERE user_id IN (?)', [[...bans.keys()].map((id) => keyParameter(id))]);
  return outcomes;
}

/**
 * Where the token stands after the ban. What stands in either place was given meanwhile, or never taken, and stays; what is remembered comes back
 * to the place that it was taken from.
 */
function tokensAfter(
  user: BannableUser,
  inEntry: unknown,
  ban: Remembered | undefined,
): { readonly users: string | null; readonly entry: unknown } {
  if (ban === undefined) return { users: user.tvbox_token, entry: inEntry };
  const { row, tokenBefore } = ban;
  const entryBefore = textOrNull(ban.entryBefore?.['tvboxToken']);
  const asBefore = row.tvbox_token === (tokenBefore ?? entryBefore);
  const back = asBefore
    ? { users: tokenBefore, entry: entryBefore }
    : { users: row.tvbox_token, entry: row.tvbox_token };
  return {
    users: user.tvbox_token ?? textOrNull(inEntry) ?? back.users,
    entry: inEntry ?? user.tvbox_token ?? back.entry,
  };
}

/** `banned` is false again, or absent where the ban found it absent; the token as `tokensAfter` says. */
function entryAfter(entry: Fields | null, ban: Remembered | undefined, token: unknown): Fields | null {
  if (entry === null || (entry['banned'] !== true && ban === undefined)) return null;
  const wasAbsent =
    ban?.entryBefore !== undefined && ban.entryBefore !== null && !Object.hasOwn(ban.entryBefore, 'banned');
  const fields: Fields = {
    banned: wasAbsent || !Object.hasOwn(entry, 'banned') ? undefined : false,
    ...(token === undefined || token === null ? {} : { tvboxToken: token }),
  };
  return Object.entries(fields).every(([name, value]) => sameJson(entry[name], value)) ? null : fields;
}

/** What the audit says of the time before these bans, whose rows are held, by the user's id as text: one look-up by its index for each. */
async function remember(tx: Transaction, bans: readonly BanRow[]): Promise<Map<string, Remembered>> {
  const remembered = new Map<string, Remembered>();
  const images = new Map<string, string>();
  const audited = bans.filter((ban) => ban.audit_id !== '0');
  for (const batch of chunked(audited, 1_000)) {
    const rows = await tx.rows<{ user_id: string | number; image: string | null }>(
      `SELECT b.user_id,
         (SELECT t.before_image FROM console_audit_targets t
          WHERE t.audit_id = b.audit_id AND t.target = b.username AND t.kind = 'user' LIMIT 1) AS image
       FROM console_bans b WHERE b.user_id IN (?)`,
      [batch.map((ban) => keyParameter(ban.user_id))],
    );
    for (const { user_id: id, image } of rows) if (image !== null) images.set(String(id), image);
  }
  for (const row of bans) {
    const id = String(row.user_id);
    remembered.set(id, { row, ...timeBefore(images.get(id) ?? null) });
  }
  return remembered;
}

/** What the image of a ban says of the time before it. */
function timeBefore(image: string | null): Omit<Remembered, 'row'> {
  if (image === null) return { entryBefore: null, tokenBefore: null };
  const before = JSON.parse(image) as {
    readonly users?: readonly Fields[];
    readonly 'config.users'?: readonly { readonly fields?: Fields }[];
  };
  return {
    entryBefore: before['config.users']?.[0]?.fields ?? null,
    tokenBefore: textOrNull(before.users?.[0]?.['tvbox_token']),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
