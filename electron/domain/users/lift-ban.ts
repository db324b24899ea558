import type { Transaction } from '../../data/mysql/database.js';
import { sameJson } from '../../data/write/admin-config.js';
import { chunked, keyParameter } from '../../data/write/row-writer.js';
import { giveCodesBack } from '../invitations/code.js';
import { type BannableUser, type BanRow, codesOf, type HeldForBan, holdForBan } from './ban.js';

/*
 * How a ban ends, in one place for the console and the site's storage: what the ban took is given back. A code or token
 * that the site has given since stays. What the console's ban took returns to the place that it was taken from:
 * `users`, the entry, or both (the audit entry of the ban says which). In three cases the token returns to both places:
 * it is remembered from before a lift outside the console, the site gave it since, or the site set the ban.
 */

type Fields = Readonly<Record<string, unknown>>;

/** Whose ban ends. `entry`: their current entry in the config; null if there is none. */
export interface LiftTarget<User extends BannableUser> {
  readonly user: User;
  readonly entry: Fields | null;
}

/** The result for one user. */
export interface LiftOutcome<User extends BannableUser> {
  readonly user: User;
  /** False if the tables had no ban: then nothing was written there. */
  readonly lifted: boolean;
  /** True if an invitation code was given back. */
  readonly code: boolean;
  /** The token for television boxes that is in `users` now. */
  readonly token: string | null;
  /** Fields to set in the entry (undefined removes one), which the caller has locked; null if it stays as it is. */
  readonly entry: Fields | null;
}

/** A ban, and the entry in the config from before this ban; null if the console did not set the ban. */
interface Remembered {
  readonly row: BanRow;
  readonly entryBefore: Fields | null;
  readonly tokenBefore: string | null;
}

/**
 * Lifts the bans of users whose rows are locked, and the config before them. `kept` is false if the console's tables
 * are missing: then no token comes back, and a code comes from the user's invitations. Users who are not banned stay
 * unchanged, unless their entry in the config says that they are. `holding`: the result of `holdForBan`, if the caller
 * has already called it. `each` is called for each user after the rows are changed and before they are written.
 */
export async function liftBans<User extends BannableUser>(
  tx: Transaction,
  targets: readonly LiftTarget<User>[],
  kept: boolean,
  holding?: HeldForBan,
  each?: (outcome: LiftOutcome<User>) => void,
): Promise<readonly LiftOutcome<User>[]> {
  const users = targets.map(({ user }) => user);
  const held =
    holding ??
    (await holdForBan(
      tx,
      users.map((user) => user.username),
      kept,
    ));
  const bans = await remember(
    tx,
    users.flatMap((user) => held.banOf(user) ?? []),
  );
  const banOf = (user: BannableUser): Remembered | undefined => bans.get(String(user.id));
  const lifted = users.filter((user) => user.banned === 1 || banOf(user) !== undefined);
  const names = new Set(lifted.map((user) => user.username));
  const codes = await giveCodesBack(
    tx,
    codesOf([...names], held),
    new Map(lifted.map((user) => [user.username, banOf(user)?.row.invitation_code ?? null])),
  );
  const outcomes = targets.map(({ user, entry }): LiftOutcome<User> => {
    const ban = banOf(user);
    const tokens = tokensAfter(user, entry?.['tvboxToken'], ban);
    const lifted = names.has(user.username);
    const code = codes.get(user.username);
    if (lifted) held.editUser(user, { banned: 0, tvbox_token: tokens.users });
    // `giveCodesBack` has written it already, because only the server knows whether the code is free.
    if (code !== undefined)
      held.accounts.adopt({ id: code.id, invitation_code: code.from }, { id: code.id, invitation_code: code.to });
    if (ban !== undefined) held.bans.remove(ban.row);
    const outcome = {
      user,
      lifted,
      code: code !== undefined,
      token: tokens.users,
      entry: entryAfter(entry, ban, tokens.entry),
    };
    each?.(outcome);
    return outcome;
  });
  await held.write(tx);
  return outcomes;
}

/**
 * The tokens after the ban. A token that is in either place was given since or never taken, and stays. A remembered
 * token returns to the place that it was taken from.
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

/** `banned` is false again, or absent if it was absent before the ban. The token is the one from `tokensAfter`. */
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

/**
 * What the audit knows about the time before these bans, by the user's id as text. Their rows are locked. Each ban
 * costs one look-up by index.
 */
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

/** What the before-image of a ban contains. */
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
