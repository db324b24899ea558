import { randomText } from '../values.js';
import { folded } from '../../data/mysql/collation.js';
import type { Sql, Transaction } from '../../data/mysql/database.js';
import { errorNumber } from '../../data/mysql/errors.js';
import { setColumns } from '../../data/write/row-writer.js';

/*
 * What a ban does with an invitation code, once for the console and for the site's storage. Whoever is banned has no live code: in its place
 * stands one that nobody can guess, and `console_bans` remembers the one that was live. When the ban is lifted, a code that the site has given
 * meanwhile stays; else the remembered one comes back, or a new one where somebody else has that by now.
 */

/** Capital letters and digits, as the site's codes. */
const codeLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Longer than any code of the site (16, in older versions 8), and so told apart from them; what the column holds. */
const suspendedLength = 20;
const suspended = new RegExp(`^[A-Z0-9]{${String(suspendedLength)}}$`);

/** An invitation code of the site's format: 16 of A–Z and 0–9. */
export function newCode(): string {
  return randomText(codeLetters, 16);
}

/** What stands in the place of a banned user's invitation code: fits the column, guessed by nobody (103 bits). */
export function suspendedCode(): string {
  return randomText(codeLetters, suspendedLength);
}

/** True of what a ban has put in the place of a code. */
export function isSuspended(code: string): boolean {
  return suspended.test(code);
}

/** A user's code, whose row is held. */
export interface HeldCode {
  /** Of the row in `user_points`. */
  readonly id: string;
  readonly code: string;
  /** The server's clock as the statement began that holds it, and that may have waited. */
  readonly began: string;
}

/** One row whose code was changed. */
export interface CodeChange {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

/**
 * The code that a ban has to remember: the one that is live, else the one that an earlier ban remembered (`before`, which a lift past the
 * console leaves behind). Null where there is neither: the placeholder of an earlier ban is nobody's code.
 */
export function codeToRemember(held: HeldCode | undefined, before: string | null): string | null {
  return held === undefined || isSuspended(held.code) ? before : held.code;
}

/** Holds the codes of these users, by the name that `users` stores: a row may spell it differently, and is the same user's. */
export async function holdCodes(tx: Sql, names: readonly string[]): Promise<Map<string, HeldCode>> {
  const rows = await tx.rows<{ id: string | number; username: string; invitation_code: string; began: string }>(
    'SELECT p.id, u.username, p.invitation_code, UTC_TIMESTAMP() AS began FROM users u JOIN user_points p ON p.username = u.username WHERE u.username IN (?) FOR UPDATE',
    [names],
  );
  return new Map(
    rows.map((row) => [row.username, { id: String(row.id), code: row.invitation_code, began: row.began }]),
  );
}

/** Takes every live code of these out of use; answers what changed, by name. */
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
 * Gives live codes back to users whose ban is lifted: the remembered one, where nothing is remembered the one that the user's invitations
 * carry, and a new one where that is taken. A live code stays. `remembered` holds null for who has none. Answers what changed, by name.
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
      // Somebody was given one of them between our look and our write: now it is seen to be taken.
      if (errorNumber(error) !== 1062 || attempt === 3) throw error;
    }
  }
}

/** What is to be given back, as far as can be seen. */
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
    // Two may have had one code, one after the other: the first has it again.
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

/** The codes that the newest invitations of these users carry, by name. */
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

/** Those of these codes that stand in some row, `folded`; the rows are held. */
async function takenCodes(tx: Sql, codes: readonly string[]): Promise<Set<string>> {
  if (codes.length === 0) return new Set();
  const rows = await tx.rows<{ invitation_code: string }>(
    'SELECT invitation_code FROM user_points WHERE invitation_code IN (?) FOR UPDATE',
    [codes],
  );
  return new Set(rows.map((row) => folded(row.invitation_code)));
}

/** A new code that no row has; the unique key is the judge. */
async function freeCode(tx: Sql): Promise<string> {
  for (;;) {
    const code = newCode();
    if ((await takenCodes(tx, [code])).size === 0) return code;
  }
}
