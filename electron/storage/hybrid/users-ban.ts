import { Refusal } from '../../contract/errors.js';
import { AdminConfig } from '../../data/write/admin-config.js';
import type { Cache } from '../../data/cache/cache.js';
import { codeToRemember, giveCodesBack, holdCodes, suspendCodes } from '../../domain/invitations/code.js';
import type { Sql, Transaction } from '../../data/mysql/database.js';
import { keyOf } from '../../data/write/rows.js';
import type { Site } from '../../data/site.js';
import type { IStorage } from '../types.js';
import { type HeldUser, holdUser } from '../../domain/cards/membership.js';
import { namesOf, noSuchUser } from './names.js';

interface BanRow {
  readonly tvbox_token: string | null;
  readonly invitation_code: string | null;
}

/**
 * A whole ban, as the console's: `users.banned`, the config entry, the TVBox token and the invitation code in one transaction, sessions after it.
 * With the console's tables, token and code are kept in `console_bans` (by `site`) for the day the ban is lifted, by whomever.
 */
export function banMethods(site: Site, cache: Cache): Pick<IStorage, 'banUser'> {
  const names = namesOf(site);
  return {
    /**
     * Bans a user, or lifts the ban; doing it again only takes what was given meanwhile (token, code). Throws `not_found`, `forbidden` (an owner).
     * Touches `userInfo`, `userPoints`, `adminConfig`; ends the sessions.
     */
    async banUser(userName, banned) {
      const name = await names.need(userName);
      const kept = await site.hasConsoleTables();
      await cache.write(
        [
          { family: 'userInfo', part: name },
          { family: 'userPoints', part: name },
        ],
        async (tx, touch, consequences) => {
          const config = await AdminConfig.lock(tx);
          touch(config.touched);
          const user = await holdUser(tx, name);
          if (user === undefined) throw noSuchUser();
          await config.load([name, user.username]);
          config.note(user.username);
          const owner = { username: user.username, role: user.role, createdAt: user.created_at };
          if (banned) {
            const token = config.entry(name)?.['tvboxToken'];
            config.edit(owner, { banned: true, tvboxToken: undefined }, true);
            await banHeld(tx, user, typeof token === 'string' ? token : null, kept);
            consequences.endSessions([name]);
          } else {
            const token = await unbanHeld(tx, user, kept);
            config.edit(owner, { banned: false, ...(token === null ? {} : { tvboxToken: token }) }, false);
          }
          await config.save(tx);
        },
      );
    },
  };
}

/**
 * Bans a user who is held, in the tables: also one who is banned already, where the site has given a token or a code meanwhile. `kept`: the
 * console's tables are there. Throws `forbidden` for an owner.
 */
export async function banHeld(tx: Sql, user: HeldUser, entryToken: string | null, kept: boolean): Promise<void> {
  if (user.role === 'owner') throw new Refusal('forbidden', { zh: '不能封禁站长', en: 'An owner cannot be banned' });
  const codes = await holdCodes(tx, [user.username]);
  const row = kept ? await banRow(tx, user) : undefined;
  await tx.run('UPDATE users SET banned = 1, tvbox_token = NULL WHERE id = ?', [keyOf(user.id)]);
  await suspendCodes(tx, codes);
  if (!kept) return;
  const token = user.tvbox_token ?? entryToken ?? row?.tvbox_token ?? null;
  const code = codeToRemember(codes.get(user.username), row?.invitation_code ?? null);
  // A ban that still holds stays who set it and until when.
  if (user.banned === 1 && row !== undefined) {
    await tx.run('UPDATE console_bans SET tvbox_token = ?, invitation_code = ? WHERE user_id = ?', [
      token,
      code,
      keyOf(user.id),
    ]);
    return;
  }
  await tx.run('DELETE FROM console_bans WHERE user_id = ?', [keyOf(user.id)]);
  await tx.run(
    `INSERT INTO console_bans (user_id, username, reason, note, banned_by, banned_at, expires_at, tvbox_token, invitation_code, audit_id)
     VALUES (?, ?, 'other', NULL, 'site', UTC_TIMESTAMP(), NULL, ?, ?, 0)`,
    [keyOf(user.id), user.username, token, code],
  );
}

/** Lifts the ban of a user who is held, in the tables; gives token and code back where they are known and free. Answers the token that now stands. */
export async function unbanHeld(tx: Transaction, user: HeldUser, kept: boolean): Promise<string | null> {
  const codes = await holdCodes(tx, [user.username]);
  const row = kept ? await banRow(tx, user) : undefined;
  if (user.banned === 1 || row !== undefined)
    await giveCodesBack(tx, codes, new Map([[user.username, row?.invitation_code ?? null]]));
  const token = user.tvbox_token ?? row?.tvbox_token ?? null;
  await tx.run('UPDATE users SET banned = 0, tvbox_token = ? WHERE id = ?', [token, keyOf(user.id)]);
  if (row !== undefined) await tx.run('DELETE FROM console_bans WHERE user_id = ?', [keyOf(user.id)]);
  return token;
}

async function banRow(tx: Sql, user: HeldUser): Promise<BanRow | undefined> {
  const [row] = await tx.rows<BanRow>(
    'SELECT tvbox_token, invitation_code FROM console_bans WHERE user_id = ? FOR UPDATE',
    [keyOf(user.id)],
  );
  return row;
}
