import type { Cache } from '../../data/cache/cache.js';
import { hasState, newGeneration } from '../../data/config/state.js';
import { escapeGlob, type FamilyName, keyFamilies } from '../../data/redis/keys.js';
import { errorNumber } from '../../data/mysql/errors.js';
import type { Transaction } from '../../data/mysql/database.js';
import { redisAway } from '../../data/redis/refusals.js';
import { removeKeys } from '../../data/redis/remove.js';
import type { Site } from '../../data/site.js';
import { keysLike } from '../../data/redis/key-scan.js';
import { siteCacheKey } from './site-cache.js';

/** The site's fifteen tables, children before their parents. */
const tables = [
  'play_records',
  'favorites',
  'episode_skip_configs',
  'user_card_keys',
  'card_keys',
  'points_records',
  'user_points',
  'invitations',
  'ip_reward_records',
  'user_login_stats',
  'content_stats',
  'play_stats_daily',
  'admin_configs',
  'invitation_configs',
  'users',
] as const;

/** How many milliseconds a reader that asked MySQL before the commit may take to fill Redis with old data. */
const lateReaders = 1_500;

/**
 * Empties the site: its fifteen tables in one transaction (the two rows of configuration are reset as on a fresh site)
 * and the ledger of plays, then every key of its families and its own cache. The console's other tables stay, so the
 * audit survives. Keys are deleted twice, the second time after readers that began before the commit are done. Only
 * keys of known families are deleted, so an empty prefix does not empty another program's Redis. Throws `unavailable`:
 * with MySQL away nothing is done; with Redis away the tables are empty and the keys expire on their own, at the latest
 * after their designed time.
 */
export async function clearAllData(site: Site, cache: Cache): Promise<void> {
  const config = (['adminConfig', 'configSettings', 'configVersion'] as const).map((family) => ({ family, part: '' }));
  await cache.write(config, async (tx) => {
    for (const table of tables) await tx.run(`DELETE FROM ${table}`);
    await tx.run("INSERT INTO admin_configs (id, config_key, config_value) VALUES (1, 'main_config', '{}')");
    await tx.run('INSERT INTO invitation_configs (id) VALUES (1)');
    await emptyEntries(tx);
    await emptyLedger(tx);
  });
  await site.redisAsked();
  try {
    await deleteKeys(site);
    await new Promise((resolve) => setTimeout(resolve, lateReaders));
    await deleteKeys(site);
  } catch (error) {
    throw redisAway(error);
  }
}

/** A site whose config entries are in rows keeps them there. */
async function emptyEntries(tx: Transaction): Promise<void> {
  if (!(await hasState(tx))) return;
  await tx.run('DELETE FROM console_config_entries');
  await newGeneration(tx);
}

async function emptyLedger(tx: Transaction): Promise<void> {
  try {
    await tx.attempt(() => tx.run('DELETE FROM console_play_days'));
  } catch (error) {
    if (errorNumber(error) !== 1146) throw error;
  }
}

async function deleteKeys(site: Site): Promise<void> {
  for (const family of Object.keys(keyFamilies) as FamilyName[])
    for await (const names of keysLike(site.redis, site.keys.pattern(family)))
      await removeKeys(
        site.redis,
        names.filter((name) => site.keys.familyOf(name) !== null),
      );
  const oldPlays = `${site.keys.pattern('playRecords')}:*`;
  for (const pattern of [oldPlays, `${escapeGlob(siteCacheKey(site, ''))}*`])
    for await (const names of keysLike(site.redis, pattern)) await removeKeys(site.redis, names);
}
