import { createHash } from 'node:crypto';
import { Refusal } from '../../contract/errors.js';
import type { Operator, SignInEnd } from '../../contract/session.js';
import type { LocalizedText } from '../../contract/text.js';
import type { Author } from '../../data/write/audited-change.js';
import type { Sql } from '../../data/mysql/database.js';
import type { Site } from '../../data/site.js';

/** The account at sign-in. Another id is another account of the name; another password was set after the sign-in. */
export interface SignInStamp {
  readonly id: string;
  /** A hash of the stored hash. */
  readonly password: string;
}

interface Row {
  readonly id: string | number;
  readonly username: string;
  readonly password_hash: string;
  readonly role: string;
  readonly banned: number | null;
}

/** The stamp of a sign-in with this row. */
export function stampOf({ id, password_hash: stored }: Pick<Row, 'id' | 'password_hash'>): SignInStamp {
  return { id: String(id), password: createHash('sha256').update(stored).digest('hex') };
}

/**
 * Why the operator's sign-in is over, from the site's current account; null while it is valid. It reads one row by its
 * unique name, so every call can check it. While MySQL is away, the sign-in stays valid. The stamps are read after the
 * row, because the operator's own password may have changed in between.
 */
export async function rightsRevoked(
  site: Site,
  operator: Operator,
  stamps: () => readonly SignInStamp[],
  signal?: AbortSignal,
): Promise<SignInEnd | null> {
  try {
    return endFor(await rowsOf(site.db, operator.username, '', signal), operator, stamps());
  } catch (error) {
    if (error instanceof Refusal && error.code === 'unavailable') return null;
    throw error;
  }
}

/**
 * For the inside of a change: locks the operator's row, so that a ban, demotion or password reset is either seen here
 * or comes after the commit. Call it last, when the rows to change are already locked. `stamps` is empty if nobody is
 * signed in (a job). `ownPassword`: the change itself has set the operator's password. Returns the account as the
 * change leaves it. Throws forbidden.
 */
export async function lockRights(
  tx: Sql,
  { operator, role }: Pick<Author, 'operator' | 'role'>,
  stamps: readonly SignInStamp[] = [],
  ownPassword = false,
): Promise<SignInStamp> {
  const rows = await rowsOf(tx, operator, ' LOCK IN SHARE MODE');
  const why = endFor(rows, { username: operator, role }, stamps);
  const row = rowOf(rows, operator);
  if (row !== undefined && (why === null || (ownPassword && why === 'password'))) return stampOf(row);
  throw signInEnded(why ?? 'deleted');
}

const texts: Readonly<Record<SignInEnd, LocalizedText>> = {
  password: { zh: '密码已被重置，登录已结束', en: 'Your password was changed: your sign-in is over' },
  role: { zh: '账号的角色已变更，登录已结束', en: 'Your role has changed: your sign-in is over' },
  demoted: { zh: '账号已不再是管理员，登录已结束', en: 'You are no admin any more: your sign-in is over' },
  banned: { zh: '账号已被封禁，登录已结束', en: 'Your account was banned: your sign-in is over' },
  deleted: { zh: '账号已被删除，登录已结束', en: 'Your account was deleted: your sign-in is over' },
};

/** The refusal of an operator who lost the right after signing in; `details.ended` says how. */
export function signInEnded(why: SignInEnd): Refusal {
  return new Refusal('forbidden', texts[why], {
    hint:
      why === 'password' || why === 'role'
        ? { zh: '没有做任何改动。重新登录后再试。', en: 'Nothing was changed. Sign in again and try once more.' }
        : { zh: '没有做任何改动。请联系站长。', en: 'Nothing was changed. Ask the owner.' },
    details: { ended: why },
  });
}

/** True for the refusal of `signInEnded`. */
export function isSignInEnded(error: unknown): boolean {
  const details = error instanceof Refusal ? error.details : null;
  return typeof details === 'object' && details !== null && 'ended' in details;
}

function rowsOf(sql: Sql, username: string, suffix: string, signal?: AbortSignal): Promise<Row[]> {
  return sql.rows<Row>(
    `SELECT id, username, password_hash, role, banned FROM users WHERE username = ?${suffix}`,
    [username],
    signal,
  );
}

function endFor(
  rows: readonly Row[],
  { username, role }: { readonly username: string; readonly role: string },
  stamps: readonly SignInStamp[],
): SignInEnd | null {
  const row = rowOf(rows, username);
  if (row === undefined) return 'deleted';
  const now = stampOf(row);
  if (stamps.length > 0 && stamps.every(({ id }) => id !== now.id)) return 'deleted';
  if ((row.banned ?? 0) !== 0) return 'banned';
  if (row.role !== role) return row.role === 'owner' || row.role === 'admin' ? 'role' : 'demoted';
  return stamps.length > 0 && stamps.every(({ password }) => password !== now.password) ? 'password' : null;
}

/** In the database, several spellings may be the same name. An operator has exactly one of them. */
function rowOf(rows: readonly Row[], username: string): Row | undefined {
  return rows.find((one) => one.username === username);
}
