import { columnsWith } from '../../data/config/entry-fields.js';
import { asInRows } from '../../data/config/state.js';
import { AdminConfig } from '../../data/write/admin-config.js';
import type { Cache } from '../../data/cache/cache.js';
import type { Sql } from '../../data/mysql/database.js';
import type { Site } from '../../data/site.js';
import type { CreateUser, IStorage } from '../types.js';
import { bind } from './cards-bind.js';
import { inviteAtRegistration } from '../../domain/invitations/registration.js';
import { noSuchUser } from './username-resolver.js';
import { readNewcomer } from '../../domain/users/newcomer.js';
import { hashPassword } from '../../domain/users/passwords.js';
import { openAccount, openFirstAccount } from '../../domain/points/account.js';
import { conflict, invalid, isError } from '../../domain/values.js';

/** Registration. */
export function createMethods(site: Site, cache: Cache): Pick<IStorage, 'registerUser' | 'createUserV2'> {
  const create = async (userName: string, password: string, wishes: CreateUser): Promise<void> => {
    checkName(userName);
    if (password === '') throw invalid('password', '密码不能为空', 'The password is empty');
    const invited = (wishes.inviter ?? '') !== '';
    const claims = invited && (await site.hasClaims());
    const work = (careful: boolean, rows: boolean): Promise<void> =>
      cache.write(
        [
          { family: 'userInfo', part: userName },
          { family: 'userPoints', part: userName },
        ],
        async (tx, touch) => {
          const config = rows ? AdminConfig.inRows(tx) : await AdminConfig.lock(tx);
          touch(config.touched);
          await insertUser(tx, userName, password, wishes);
          const newcomer = await readNewcomer(tx, userName, config.follows, rows);
          if (newcomer === undefined) throw noSuchUser();
          const { user, leftovers } = newcomer;
          if (careful || leftovers) {
            await openAccount(tx, userName);
            await config.load([user.username]);
          } else {
            await openFirstAccount(tx, userName);
            config.learnNone(columnsWith(user, undefined));
          }
          // An entry left over from an earlier user of this name keeps its unknown fields, but none of that user's
          // rights.
          config.set(
            { username: user.username, role: user.role, createdAt: user.created_at },
            {
              role: user.role,
              banned: undefined,
              tvboxToken: undefined,
              showAdultContent: undefined,
              cardKey: undefined,
              tags: some(wishes.tags),
              enabledApis: some(wishes.enabledApis),
              oidcSub: wishes.oidcSub,
            },
          );
          if ((wishes.cardKey ?? '') !== '') await bind(tx, touch, config, user, wishes.cardKey ?? '');
          if (invited) {
            const registration = { inviter: wishes.inviter ?? '', invitee: userName, ip: wishes.ipAddress };
            await inviteAtRegistration({ tx, touch, claims }, registration);
          }
          await config.save(tx);
        },
      );
    try {
      await asInRows(site.db, (rows) => work(false, rows));
    } catch (error) {
      if (!isError(error, 1062)) throw error;
      // The code is taken, or another process has just written under the name. Nothing has been written yet; now
      // everything is checked under locks and savepoints.
      await work(true, false);
    }
  };
  return {
    /**
     * Creates a plain user: as `createUserV2` with only a name and a password. Throws `invalid_input`, `conflict` (the
     * name is taken, in any spelling). Invalidates `adminConfig`, `userInfo`, `userPoints`.
     */
    registerUser: (userName, password) => create(userName, password, {}),

    /**
     * Creates a complete user in one transaction: the row, the points account with its invitation code, the entry in
     * the config (without the password, which no reader of the config needs), the bound card, the invitation with its
     * reward. A refusal leaves nothing behind. An unknown or banned inviter, or an address rewarded before, is no
     * reason to refuse. Throws `invalid_input`, `conflict` (name or OIDC subject taken, card used or expired),
     * `not_found` (card). Invalidates `adminConfig`, `userInfo`, `userPoints` (also the inviter's), `cardKey`.
     */
    createUserV2: (userName, password, role, tags, oidcSub, enabledApis, cardKey, inviter, ipAddress) =>
      create(userName, password, {
        ...(role === undefined ? {} : { role }),
        ...(tags === undefined ? {} : { tags }),
        ...(oidcSub === undefined || oidcSub === '' ? {} : { oidcSub }),
        ...(enabledApis === undefined ? {} : { enabledApis }),
        ...(cardKey === undefined ? {} : { cardKey }),
        ...(inviter === undefined ? {} : { inviter }),
        ...(ipAddress === undefined ? {} : { ipAddress }),
      }),
  };
}

function checkName(name: string): void {
  if (name === '' || Array.from(name).length > 50)
    throw invalid('userName', '用户名须为 1—50 个字符', 'A name has 1 to 50 characters');
  if (name.trim() !== name || /\p{Cc}/u.test(name))
    throw invalid(
      'userName',
      '用户名不能以空格开头或结尾，也不能含控制字符',
      'A name neither begins nor ends with a space, and has no control characters',
    );
}

async function insertUser(tx: Sql, name: string, password: string, wishes: CreateUser): Promise<void> {
  if (wishes.oidcSub !== undefined) {
    const rows = await tx.rows<{ oidc_sub: string }>('SELECT oidc_sub FROM users WHERE oidc_sub = ?', [wishes.oidcSub]);
    if (rows.some((row) => row.oidc_sub === wishes.oidcSub))
      throw conflict('该 OIDC 账号已绑定用户', 'This OIDC subject has a user already');
  }
  try {
    await tx.run(
      'INSERT INTO users (username, password_hash, role, banned, tags, enabled_apis, oidc_sub, show_adult_content) VALUES (?, ?, ?, 0, ?, ?, ?, 0)',
      [
        name,
        hashPassword(password),
        wishes.role ?? 'user',
        listColumn(wishes.tags),
        listColumn(wishes.enabledApis),
        wishes.oidcSub ?? null,
      ],
    );
  } catch (error) {
    if (isError(error, 1062)) throw conflict('用户名已存在', 'The name is taken');
    throw error;
  }
}

function some(list: readonly string[] | undefined): readonly string[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

function listColumn(list: readonly string[] | undefined): string | null {
  return some(list) === undefined ? null : JSON.stringify(list);
}
