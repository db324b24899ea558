import { AdminConfig } from '../../data/write/admin-config.js';
import type { Cache } from '../../data/cache/cache.js';
import { bannedColumns, bannedEntry, banUsers, termsOfSite } from '../../domain/users/ban.js';
import { liftBans } from '../../domain/users/lift-ban.js';
import type { Site } from '../../data/site.js';
import type { IStorage } from '../types.js';
import { lockHolder } from '../../domain/cards/membership.js';
import { usernameResolver, noSuchUser } from './username-resolver.js';

/**
 * A complete ban, like the console's: `users.banned`, the config entry, the TVBox token and the invitation code in one
 * transaction, then the sessions. With the console's tables, token and code are kept in `console_bans` (by `site`)
 * until the ban is lifted, by any program.
 */
export function banMethods(site: Site, cache: Cache): Pick<IStorage, 'banUser'> {
  const names = usernameResolver(site);
  return {
    /**
     * Bans a user, or lifts the ban. Banning again only takes a token or code given since. Throws `not_found`,
     * `forbidden` (an owner). Invalidates `userInfo`, `userPoints`, `adminConfig`; ends the sessions.
     */
    async banUser(userName, banned) {
      const name = await names.need(userName);
      const kept = await site.has('console');
      await cache.write(
        [
          { family: 'userInfo', part: name },
          { family: 'userPoints', part: name },
        ],
        async (tx, touch, consequences) => {
          const config = await AdminConfig.lock(tx);
          touch(config.touched);
          const user = await lockHolder(tx, name);
          if (user === undefined) throw noSuchUser();
          await config.load([user.username]);
          config.note(user.username);
          const owner = { username: user.username, role: user.role, createdAt: user.created_at };
          const entry = config.entry(user.username);
          if (banned) {
            await banUsers(tx, [{ user, entryToken: entry?.['tvboxToken'] }], kept ? termsOfSite : null);
            config.edit(owner, bannedEntry, true);
            config.tell(user.username, bannedColumns);
            consequences.endSessions([name]);
          } else {
            const [lift] = await liftBans(tx, [{ user, entry }], kept);
            if (lift?.lifted === true) config.tell(user.username, { banned: 0, tvbox_token: lift.token });
            if (lift !== undefined && lift.entry !== null) config.edit(owner, lift.entry, false);
          }
          await config.save(tx);
        },
      );
    },
  };
}
