import { AdminConfig as ConfigDocument } from '../../data/write/admin-config.js';
import type { Cache } from '../../data/cache/cache.js';
import type { Site } from '../../data/site.js';
import type { AdminConfig, IStorage } from '../types.js';
import { followConfig } from './config-follow.js';
import { invalid } from '../../domain/values.js';

type ConfigMethods = Pick<IStorage, 'getAdminConfig' | 'setAdminConfig'>;

/**
 * The site's configuration, whole: what is not known here survives as it is. The site changes users by editing their entries in it
 * (banned, role, tags, enabledApis, tvboxToken, showAdultContent), so what changes in an entry is carried into `users` in the same transaction.
 */
export function configMethods(site: Site, cache: Cache): ConfigMethods {
  return {
    /** The configuration, or null where the site has not written one yet. Cached in `adminConfig` (5 minutes). */
    getAdminConfig() {
      return cache.get<AdminConfig>('adminConfig', '', async () => {
        const [row] = await site.db.rows<{ config_value: unknown }>(
          "SELECT config_value FROM admin_configs WHERE config_key = 'main_config'",
        );
        const value = parsed(row?.config_value);
        return value === null || Object.keys(value).length === 0 ? null : value;
      });
    },

    /**
     * Replaces the configuration. Of entries that differ from those before, the fields named above go into `users`; a ban among them is whole
     * (token, invitation code, sessions). An entry keeps the membership that the cards tell. An entry that is left out stays as long as its user does.
     * What two processes change in one entry at once, the later one decides: the site writes all of it.
     * Throws `invalid_input` (not an object), `forbidden` (bans an owner, leaves none), `unsupported` (what stands is not readable).
     * Touches `adminConfig`, `userInfo` and `userPoints` of changed users; ends the sessions of who is banned or loses a role.
     */
    async setAdminConfig(config) {
      const text = JSON.stringify(config);
      if (parsed(text) === null) throw invalid('config', '站点配置须为对象', 'The configuration is an object');
      const kept = await site.hasConsoleTables();
      await cache.write([{ family: 'adminConfig', part: '' }], async (tx, touch, consequences) => {
        const before = await ConfigDocument.lock(tx);
        const next = JSON.parse(text) as AdminConfig;
        const ended = await followConfig(tx, touch, before, next, kept);
        const value = JSON.stringify(next);
        await tx.run(
          "INSERT INTO admin_configs (id, config_key, config_value) VALUES (1, 'main_config', ?) ON DUPLICATE KEY UPDATE config_value = ?",
          [value, value],
        );
        consequences.endSessions(ended);
      });
    },
  } satisfies ConfigMethods;
}

/** A JSON column that the driver has parsed already, or not. */
function parsed(value: unknown): AdminConfig | null {
  const plain: unknown = typeof value === 'string' ? (JSON.parse(value) as unknown) : value;
  return typeof plain === 'object' && plain !== null && !Array.isArray(plain) ? (plain as AdminConfig) : null;
}
