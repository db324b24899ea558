import { AdminConfig } from '../../data/write/admin-config.js';
import type { Cache } from '../../data/cache/cache.js';
import { keyParameter } from '../../data/write/row-writer.js';
import type { Site } from '../../data/site.js';
import type { IStorage, Role, UserInfo } from '../types.js';
import { lockHolder } from '../../domain/cards/membership.js';
import { exactly, usernameResolver, noSuchUser } from './username-resolver.js';
import { hashLike, verifyPassword } from '../../domain/users/passwords.js';
import { banMethods } from './users-ban.js';
import { createMethods } from './users-create.js';
import { deleteMethods } from './users-delete.js';
import { invalid, millis, nameList } from '../../domain/values.js';

type UserMethods = Pick<
  IStorage,
  | 'registerUser'
  | 'verifyUser'
  | 'checkUserExist'
  | 'changePassword'
  | 'deleteUser'
  | 'getAllUsers'
  | 'createUserV2'
  | 'verifyUserV2'
  | 'getUserInfoV2'
  | 'checkUserExistV2'
  | 'getUserByOidcSub'
  | 'banUser'
>;

interface InfoRow {
  readonly username: string;
  readonly role: Role;
  readonly banned: number | null;
  readonly tags: unknown;
  readonly enabled_apis: unknown;
  readonly oidc_sub: string | null;
  readonly tvbox_token: string | null;
  readonly show_adult_content: number | null;
  readonly created_at: string | null;
  readonly key_hash: string | null;
  readonly expires_at: string | null;
  readonly bound_at: string | null;
}

/** Users. Names are compared as the database compares them; all data of a name is stored under its stored spelling. */
export function userMethods(site: Site, cache: Cache): UserMethods {
  const names = usernameResolver(site);
  const exists = async (userName: string): Promise<boolean> => (await names.fresh(userName)) !== null;
  const verify = async (userName: string, password: string): Promise<boolean> => {
    const [row] = await site.db.rows<{ password_hash: string }>('SELECT password_hash FROM users WHERE username = ?', [
      userName,
    ]);
    return verifyPassword(row?.password_hash ?? null, password);
  };
  return {
    ...createMethods(site, cache),
    ...deleteMethods(site, cache),
    ...banMethods(site, cache),

    /**
     * True if this is the user's password (SHA-256 or scrypt). Ignores bans. Takes as long for unknown users. Not
     * cached.
     */
    verifyUser: verify,
    /** The same: here V1 and V2 users are one. */
    verifyUserV2: verify,

    /** True if there is such a user. Not cached: it decides about registrations. */
    checkUserExist: exists,
    checkUserExistV2: exists,

    /**
     * Sets a password, hashed as the present one is (SHA-256, or scrypt), also in the config entry if the site keeps it
     * there; ends the sessions. Throws `not_found`, `invalid_input` (empty). Invalidates `adminConfig`.
     */
    async changePassword(userName, newPassword) {
      if (newPassword === '') throw invalid('newPassword', '密码不能为空', 'The password is empty');
      const name = await names.need(userName);
      await site.has('console');
      await cache.write([], async (tx, touch, consequences) => {
        const config = await AdminConfig.lock(tx);
        touch(config.touched);
        const user = await lockHolder(tx, name);
        if (user === undefined) throw noSuchUser();
        await config.load([name]);
        const id = keyParameter(user.id);
        const [row] = await tx.rows<{ password_hash: string }>('SELECT password_hash FROM users WHERE id = ?', [id]);
        const hash = await hashLike(row?.password_hash ?? null, newPassword);
        await tx.run('UPDATE users SET password_hash = ? WHERE id = ?', [hash, id]);
        if (config.entry(name)?.['password'] !== undefined)
          config.edit({ username: name, role: user.role, createdAt: user.created_at }, { password: hash }, false);
        await config.save(tx);
        consequences.endSessions([name]);
      });
    },

    /** Every name as stored, oldest first. Not cached. */
    async getAllUsers() {
      const rows = await site.db.rows<{ username: string }>('SELECT username FROM users ORDER BY id');
      return rows.map((row) => row.username);
    },

    /** A user with the membership that lasts longest, or null. Cached in `userInfo` (1 hour); holds no password. */
    getUserInfoV2(userName) {
      return names.read(userName, (name) =>
        cache.get<UserInfo>('userInfo', name, async () => {
          const rows = await site.db.prepared<InfoRow>(
            `SELECT u.username, u.role, u.banned, u.tags, u.enabled_apis, u.oidc_sub, u.tvbox_token, u.show_adult_content, u.created_at,
               c.key_hash, c.expires_at, COALESCE(c.bound_at, c.created_at) AS bound_at
             FROM users u LEFT JOIN card_keys c ON c.bound_to = u.username
             WHERE u.username = ? ORDER BY c.expires_at DESC, c.bound_at DESC, c.id DESC LIMIT 1`,
            [name],
          );
          const row = exactly(rows, name);
          return row === undefined ? null : infoOf(row);
        }),
      );
    },

    /** The name of the user with this OIDC subject, which is compared exactly, or null. Not cached. */
    async getUserByOidcSub(oidcSub) {
      const rows = await site.db.rows<{ username: string; oidc_sub: string }>(
        'SELECT username, oidc_sub FROM users WHERE oidc_sub = ? ORDER BY id',
        [oidcSub],
      );
      return rows.find((row) => row.oidc_sub === oidcSub)?.username ?? null;
    },
  } satisfies UserMethods;
}

function infoOf(row: InfoRow): UserInfo {
  return {
    username: row.username,
    role: row.role,
    banned: row.banned === 1,
    tags: nameList(row.tags),
    enabledApis: nameList(row.enabled_apis),
    ...(row.oidc_sub === null ? {} : { oidcSub: row.oidc_sub }),
    ...(row.tvbox_token === null ? {} : { tvboxToken: row.tvbox_token }),
    showAdultContent: row.show_adult_content === 1,
    createdAt: millis(row.created_at),
    ...(row.key_hash === null || row.expires_at === null
      ? {}
      : {
          cardKey: {
            boundKey: row.key_hash,
            expiresAt: millis(row.expires_at),
            boundAt: millis(row.bound_at),
          },
        }),
  };
}
