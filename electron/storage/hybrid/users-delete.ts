import { Refusal } from '../../contract/errors.js';
import { AdminConfig } from '../../data/write/admin-config.js';
import type { Cache } from '../../data/cache/cache.js';
import type { Site } from '../../data/site.js';
import type { IStorage } from '../types.js';
import { lockHolder } from '../../domain/cards/membership.js';
import { usernameResolver } from './username-resolver.js';
import { deleteUsers } from '../../domain/users/delete.js';

/** Deletion. */
export function deleteMethods(site: Site, cache: Cache): Pick<IStorage, 'deleteUser'> {
  const names = usernameResolver(site);
  return {
    /**
     * Deletes a user and all their data: points, ledger, cards' records, invitations, plays, favourites, skips, login
     * statistics, the entry in the config, sessions, search history. Cards they bound stay used; IP rewards stay (an
     * address is never rewarded twice); what others earned by them stays. An unknown user is no error. Throws
     * `forbidden` (an owner), `unsupported` (other tables refer to the user). Invalidates every cache of the user,
     * `adminConfig`, `cardKey` of their cards.
     */
    async deleteUser(userName) {
      const name = await names.fresh(userName);
      if (name === null) return;
      const kept = await site.has('console');
      const families = ['userInfo', 'userPoints', 'playRecords', 'recentPlays', 'favorites'] as const;
      await cache.write(
        families.map((family) => ({ family, part: name })),
        async (tx, touch, consequences) => {
          const config = await AdminConfig.lock(tx);
          touch(config.touched);
          const user = await lockHolder(tx, name);
          if (user === undefined || user.username !== name) return;
          if (user.role === 'owner')
            throw new Refusal('forbidden', { zh: '不能删除站长', en: 'An owner cannot be deleted' });
          await config.load([name]);
          consequences.endSessions([name]);
          consequences.drop([site.keys.of('searchHistory', name)]);
          const { cards } = await deleteUsers(tx, [user], kept);
          for (const part of cards) touch({ family: 'cardKey', part });
          config.remove(name);
          await config.save(tx);
        },
      );
      names.forget(name);
    },
  };
}
