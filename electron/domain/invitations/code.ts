import { randomText } from '../values.js';
import { folded } from '../../data/mysql/collation.js';
import type { Sql, Transaction } from '../../data/mysql/database.js';
import { errorNumber } from '../../data/mysql/errors.js';
import { setColumns } from '../../data/write/row-writer.js';

/*
 * What a ban does with an invitation code, for the console and for the site's storage. A banned user has no live code:
 * an unguessable one replaces it, and `console_bans` remembers the live one. When the ban is lifted, a code that the
 * site has given since stays; otherwise the remembered one returns, or a new one if another user has it by now.
 */

/** Capital letters and digits, as in the site's codes. */
const codeLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Longer than any code of the site (16, in older versions 8), and so distinguishable; the most the column holds. */
const suspendedLength = 20;
const suspended = new RegExp(`^[A-Z0-9]{${String(suspendedLength)}}$`);

/** An invitation code of the site's format: 16 of A–Z and 0–9. */
export function newCode(): string {
  return randomText(codeLetters, 16);
}

/** The replacement for a banned user's invitation code: fits the column, cannot be guessed (103 bits). */
export function suspendedCode(): string {
  return randomText(codeLetters, suspendedLength);
}

/** True for a code that a ban has put in place. */
export function isSuspended(code: string): boolean {
  return suspended.test(code);
}

/** The code of a user whose row is locked. */
export interface HeldCode {
  /** The id of the row in `user_points`. */
  readonly id: string;
  readonly code: string;
  /** The server's clock when the locking statement began, which may have waited. */
  readonly began: string;
}

/** One row with a changed code. */
export interface CodeChange {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

/**
 * The code that a ban has to remember: the live one, else the one that an earlier ban remembered (`before`, left behind
 * if the ban was lifted outside the console). Null if there is neither: the placeholder of an earlier ban is no one's
 * code.
 */
export function codeToRemember(held: HeldCode | undefined, before: string | null): string | null {
  return held === undefined || isSuspended(held.code) ? before : held.code;
}

/**
 * Locks the codes of these users, by the name stored in `users`: a row may spell it differently, and belongs to the
 * same user.
 */
export async function holdCodes(tx: Sql, names: readonly string[]): Promise<Map<string, HeldCode>> {
  const rows = await tx.rows<{ id: string | number; username: string; invitation_code: string; began: string }>(
    'SELECT p.id, u.username, p.invitation_code, UTC_TIMESTAMP() AS began FROM users u JOIN user_points p ON p.username = u.username WHERE u.username IN (?) FOR UPDATE',
    [names],
  );
  return new Map(
    rows.map((row) => [row.username, { id: String(row.id), code: row.invitation_code, began: row.began }]),
  );
}

/** Suspends every live code of these; returns the changes by name. */
export async function suspendCodes(
  tx: Sql,
  codes: ReadonlyMap<string, HeldCode>,
): Promise<ReadonlyMap<string, CodeChange>> {
  const changes = new Map<string, CodeChange>();
  for (const [name, { id, code }] of codes)
    if (!isSuspended(code)) changes.set(name, { id, from: code, to: suspendedCode() });
  await write(tx, changes);
  return changes;
}

/**
 * Gives live codes back to users whose ban is lifted: the remembered one; without one, the code in the user's
 * invitations; a new one if that is taken. A live code stays. `remembered` is null for users without one. Returns the
 * changes by name.
 */
export async function giveCodesBack(
  tx: Transaction,
  codes: ReadonlyMap<string, HeldCode>,
  remembered: ReadonlyMap<string, string | null>,
): Promise<ReadonlyMap<string, CodeChange>> {
  for (let attempt = 1; ; attempt += 1) {
    const changes = await codesBack(tx, codes, remembered);
    try {
      await tx.attempt(() => write(tx, changes));
      return changes;
    } catch (error) {
      // Another user got one of the codes between the check and the write: the next try sees it as taken.
      if (errorNumber(error) !== 1062 || attempt === 3) throw error;
    }
  }
}

/** The codes to give back, as far as a read can tell. */
async function codesBack(
  tx: Sql,
  codes: ReadonlyMap<string, HeldCode>,
  remembered: ReadonlyMap<string, string | null>,
): Promise<ReadonlyMap<string, CodeChange>> {
  const waiting = [...codes].filter(([, { code }]) => isSuspended(code));
  const known = (name: string): string | null => {
    const code = remembered.get(name) ?? null;
    return code === null || isSuspended(code) ? null : code;
  };
  const used = await usedCodes(
    tx,
    waiting.map(([name]) => name).filter((name) => known(name) === null),
  );
  const wanted = new Map(waiting.map(([name]) => [name, known(name) ?? used.get(name) ?? null]));
  const taken = await takenCodes(
    tx,
    [...wanted.values()].filter((code) => code !== null),
  );
  const changes = new Map<string, CodeChange>();
  for (const [name, { id, code }] of waiting) {
    const back = wanted.get(name) ?? null;
    const to = back !== null && !taken.has(folded(back)) ? back : await freeCode(tx);
    // Two users may have had the same code, one after the other: the first gets it back.
    taken.add(folded(to));
    changes.set(name, { id, from: code, to });
  }
  return changes;
}

async function write(tx: Sql, changes: ReadonlyMap<string, CodeChange>): Promise<void> {
  await setColumns(
    tx,
    'user_points',
    'id',
    [...changes.values()].map(({ id, to }) => ({ key: id, values: { invitation_code: to } })),
  );
}

/** The codes in the newest invitations of these users, by name. */
async function usedCodes(tx: Sql, names: readonly string[]): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  const rows = await tx.rows<{ username: string; code: string | null }>(
    `SELECT u.username, (SELECT i.invitation_code FROM invitations i WHERE i.inviter = u.username ORDER BY i.created_at DESC LIMIT 1) AS code
     FROM users u WHERE u.username IN (?)`,
    [names],
  );
  return new Map(
    rows.flatMap(({ username, code }) => (code === null || isSuspended(code) ? [] : [[username, code] as const])),
  );
}

/** The codes among these that are in use, `folded`; their rows are locked. */
async function takenCodes(tx: Sql, codes: readonly string[]): Promise<Set<string>> {
  if (codes.length === 0) return new Set();
  const rows = await tx.rows<{ invitation_code: string }>(
    'SELECT invitation_code FROM user_points WHERE invitation_code IN (?) FOR UPDATE',
    [codes],
  );
  return new Set(rows.map((row) => folded(row.invitation_code)));
}

/** A new code that is not in use; the unique key decides in the end. */
async function freeCode(tx: Sql): Promise<string> {
  for (;;) {
    const code = newCode();
    if ((await takenCodes(tx, [code])).size === 0) return code;
  }
}
