import { Refusal } from '../../contract/errors.js';
import { isAmbiguousName, legacy, legacyPatterns, looksLikeRecord, userOfKey } from '../../data/legacy/keys.js';
import { hashOf } from '../../domain/cards/rows.js';
import { verifyPassword } from '../../domain/users/passwords.js';
import type { CreateUser, UserInfo } from '../types.js';
import { hasAccount } from '../../data/legacy/accounts.js';
import { bindInto } from './binding.js';
import { CardOwners } from './card-owners.js';
import { EditedConfig, entryOf, readConfig } from '../../data/legacy/config.js';
import { findInviter, rewardInto } from './inviting.js';
import { matchesV1, SitePasswords } from './passwords.js';
import { newPoints } from './ledger.js';
import { noteAll } from './own-cards.js';
import { invalid, noUser, taken } from '../../data/legacy/errors.js';
import type { LegacyStore } from '../../data/legacy/store.js';
import { atomically, type OptimisticTransaction } from '../../data/legacy/optimistic-transaction.js';
import { userInfoOf } from '../../data/legacy/user-info.js';

/**
 * The entry's field for the TVBox token that a ban took, until the ban is lifted: the site does not read this field.
 */
const tokenBeforeBan = 'tvboxTokenBeforeBan';

/** Accounts in the legacy layout: `u:{u}:pwd` (V1) and `u:{u}:info` (V2); the config takes precedence over both. */
export class LegacyUsers {
  readonly #store: LegacyStore;
  readonly #owner: string | undefined;
  readonly #passwords: SitePasswords;
  readonly #owners: CardOwners;

  constructor(store: LegacyStore, owner: string | undefined) {
    this.#store = store;
    this.#owner = owner;
    this.#passwords = new SitePasswords(store);
    this.#owners = new CardOwners(store, owner);
  }

  /**
   * Throws `conflict` for a name, OIDC subject or card that is taken, `not_found` for an unknown card; nothing is
   * created then.
   */
  async create(user: string, password: string, options: CreateUser = {}): Promise<void> {
    checkName(user);
    const inviter = options.inviter === undefined ? null : await findInviter(this.#store, options.inviter);
    const cardKey = options.cardKey ?? '';
    if (cardKey !== '') await this.#owners.mark(hashOf(cardKey));
    await atomically(this.#store, async (unit) => {
      if (await hasAccount(unit, user, undefined)) throw taken('用户名已被使用', 'The name is taken');
      const now = Date.now();
      const role = options.role ?? 'user';
      const config = await EditedConfig.open(unit);
      const info = legacy.info(user);
      unit.do('HSET', info, 'role', role, 'banned', 'false', 'created_at', now);
      await this.#passwords.into(unit, user, password, { elsewhere: options.oidcSub !== undefined });
      if (options.tags?.length) unit.do('HSET', info, 'tags', JSON.stringify(options.tags));
      if (options.enabledApis?.length) unit.do('HSET', info, 'enabledApis', JSON.stringify(options.enabledApis));
      if (options.oidcSub !== undefined) {
        await this.#claimSubject(unit, options.oidcSub);
        unit.do('HSET', info, 'oidcSub', options.oidcSub);
        unit.do('SET', legacy.oidc(options.oidcSub), user);
      }
      await listInto(unit, user, now);
      // A deleted user of this name may have left points behind: the new user does not get them.
      unit.set(legacy.points(user), newPoints(user, now));
      unit.remove(legacy.pointsHistory(user));
      config.remove(user);
      config.edit(
        user,
        {
          ...(options.tags?.length ? { tags: options.tags } : {}),
          ...(options.enabledApis?.length ? { enabledApis: options.enabledApis } : {}),
          ...(options.oidcSub === undefined ? {} : { oidcSub: options.oidcSub }),
        },
        { role, createdAt: now },
      );
      if (cardKey === '') noteAll(unit, user, null, []);
      else
        await bindInto(unit, config, {
          user,
          key: cardKey,
          now,
          held: null,
          own: () => Promise.resolve([]),
          owners: this.#owners,
        });
      if (inviter !== null) await rewardInto(unit, { ...inviter, invitee: user, ip: options.ipAddress, now });
      config.save();
    });
  }

  /**
   * False for a wrong password, an unknown user and an empty password: an account created with an empty one cannot sign
   * in.
   */
  async verify(user: string, password: string): Promise<boolean> {
    if (password === '') return false;
    const [v1, v2] = await this.#store.ask((redis) =>
      Promise.all([redis.get(legacy.password(user)), redis.hget(legacy.info(user), 'password')]),
    );
    if (v1 !== null) return matchesV1(v1, password);
    return verifyPassword(v2, password);
  }

  async exists(user: string): Promise<boolean> {
    if (user !== '' && user === this.#owner) return true;
    const found = await this.#store.ask((redis) => redis.exists(legacy.info(user), legacy.password(user)));
    return found > 0;
  }

  /** In every place: in the V2 hash, and where the site's own sign-in reads it (SitePasswords). Throws `not_found`. */
  async changePassword(user: string, password: string): Promise<void> {
    await atomically(this.#store, async (unit) => {
      const v2 = await unit.exists(legacy.info(user));
      if (!v2 && !(await unit.exists(legacy.password(user)))) throw noUser(user);
      if (!v2) await this.#lift(unit, user);
      await this.#passwords.into(unit, user, password);
    });
  }

  /** All names, V1 and V2, in no particular order. */
  async all(): Promise<string[]> {
    const keys = await Promise.all([
      this.#store.scan(legacyPatterns.infos),
      this.#store.scan(legacyPatterns.passwords),
    ]);
    const names = new Set<string>();
    for (const key of keys.flat()) {
      const name = looksLikeRecord(key) && !(await this.#isAccount(key)) ? null : userOfKey(key);
      if (name !== null) names.add(name);
    }
    return [...names];
  }

  /** The config's values take precedence over the hash's; null for an unknown user. */
  async info(user: string): Promise<UserInfo | null> {
    const [hash, v1, config] = await this.#store.ask((redis) =>
      Promise.all([
        redis.hgetall(legacy.info(user)),
        redis.exists(legacy.password(user)),
        redis.get(legacy.adminConfig),
      ]),
    );
    const isOwner = user !== '' && user === this.#owner;
    if (Object.keys(hash).length === 0 && v1 === 0 && !isOwner) return null;
    return userInfoOf(user, hash, entryOf(readConfig(config), user), isOwner);
  }

  /** Null for an unknown subject; one that a deleted user left behind counts as unknown. */
  async bySubject(sub: string): Promise<string | null> {
    const user = await this.#store.get(legacy.oidc(sub));
    return user !== null && (await this.exists(user)) ? user : null;
  }

  /**
   * In the config and the hash, with the TVBox token, which is restored when the ban is lifted. Throws `not_found`,
   * `forbidden` for the owner.
   */
  async ban(user: string, banned: boolean): Promise<void> {
    await atomically(this.#store, async (unit) => {
      if (!(await hasAccount(unit, user, this.#owner))) throw noUser(user);
      const config = await EditedConfig.open(unit);
      const role = (await unit.field(legacy.info(user), 'role')) ?? 'user';
      if (banned && (user === this.#owner || (config.entry(user)?.['role'] ?? role) === 'owner'))
        throw new Refusal('forbidden', { zh: '不能封禁站长', en: 'The owner cannot be banned' });
      if (!(await unit.exists(legacy.info(user)))) await this.#lift(unit, user);
      unit.do('HSET', legacy.info(user), 'banned', String(banned));
      const entry = config.entry(user);
      const token = entry?.['tvboxToken'] ?? entry?.[tokenBeforeBan];
      const fields = banned
        ? { tvboxToken: undefined, [tokenBeforeBan]: token }
        : { tvboxToken: token, [tokenBeforeBan]: undefined };
      config.edit(user, { banned, ...fields }, { role });
      config.save();
    });
  }

  /** Gives a V1 user the hash of a V2 user, still without a password in it: the plain one stays the valid one. */
  async #lift(unit: OptimisticTransaction, user: string): Promise<void> {
    const config = await EditedConfig.open(unit);
    const entry = config.entry(user);
    const created = typeof entry?.['createdAt'] === 'number' ? entry['createdAt'] : Date.now();
    const role = typeof entry?.['role'] === 'string' ? entry['role'] : 'user';
    unit.do('HSET', legacy.info(user), 'role', role, 'banned', 'false', 'created_at', created);
    await listInto(unit, user, created);
  }

  async #claimSubject(unit: OptimisticTransaction, sub: string): Promise<void> {
    const holder = await unit.get(legacy.oidc(sub));
    if (holder !== null && (await hasAccount(unit, holder, this.#owner)))
      throw taken('这个登录账号已绑定其他用户', 'This sign-in belongs to another user');
  }

  /** Whether a key that could be a record's is an account's: an info is a hash, a password is not a JSON object. */
  async #isAccount(key: string): Promise<boolean> {
    if ((await this.#store.ask((redis) => redis.type(key))) === 'hash') return key.endsWith(':info');
    return key.endsWith(':pwd') && !(await this.#store.get(key))?.startsWith('{');
  }
}

/**
 * Adds a name to the site's lists. A missing list is not created: a site treats a non-empty list as complete, and would
 * not find its other users.
 */
async function listInto(unit: OptimisticTransaction, user: string, created: number): Promise<void> {
  if (await unit.exists(legacy.users)) unit.do('ZADD', legacy.users, created, user);
  if (await unit.exists(legacy.names)) unit.do('SADD', legacy.names, user);
}

/** Throws invalid_input for a name that this layout cannot tell apart from others, or that MySQL could not store. */
function checkName(user: string): void {
  if (user === '' || Array.from(user).length > 50)
    throw invalid('用户名应为 1–50 个字符', 'A name has 1–50 characters');
  if (isAmbiguousName(user))
    throw invalid('用户名与 Redis 键的格式冲突', 'The name could not be told apart from other keys in Redis');
}
