import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { cardMethods } from '../../../electron/storage/hybrid/cards.js';
import { configMethods } from '../../../electron/storage/hybrid/config.js';
import { invitationMethods } from '../../../electron/storage/hybrid/invitations.js';
import { pointMethods } from '../../../electron/storage/hybrid/points.js';
import { sessionMethods } from '../../../electron/storage/hybrid/sessions.js';
import { userMethods } from '../../../electron/storage/hybrid/users.js';
import type { Parameter } from '../../../electron/data/mysql/database.js';
import { Site } from '../../../electron/data/site.js';
import type { CardKey, UserPoints } from '../../../electron/storage/types.js';
import { migrate } from '../../operations/helpers.js';
import { createDatabase, redisEndpoint } from '../../sandbox/database.js';
import type { Engine } from '../../sandbox/types.js';
import { redisUp } from '../redis-up.js';

/** One process of a site: users, cards, points, invitations, configuration, sessions. */
export function openSiteClient(site: Site) {
  return {
    site,
    ...userMethods(site, site.cache),
    ...cardMethods(site, site.cache),
    ...pointMethods(site, site.cache),
    ...invitationMethods(site, site.cache),
    ...configMethods(site, site.cache),
    ...sessionMethods(site, site.cache),
  };
}

export type SiteClient = ReturnType<typeof openSiteClient>;

export interface TestSiteClient extends SiteClient {
  /** Another process of the same site. */
  another(): Promise<SiteClient>;
  sql<Row = Record<string, unknown>>(text: string, ...parameters: Parameter[]): Promise<Row[]>;
  /** A user's entry in the config, as stored in the database. */
  entry(name: string): Promise<Record<string, unknown> | undefined>;
  close(): Promise<void>;
}

/** The test's own migrated site with these users, who have no data. `console`: also the console's tables. */
export async function openTestSiteClient(engine: Engine, ...names: string[]): Promise<TestSiteClient> {
  const database = await createDatabase(engine);
  await migrate(database.config);
  const config = { mysql: database.config, redis: { ...redisEndpoint(), prefix: `t${randomUUID().slice(0, 8)}:` } };
  const open = async (): Promise<Site> => {
    const site = await Site.open(config);
    await redisUp(site);
    await site.cache.ready();
    return site;
  };
  const siteClient = openSiteClient(await open());
  const others: SiteClient[] = [];
  for (const name of names) await siteClient.registerUser(name, 'secret');
  return {
    ...siteClient,
    async another() {
      const other = openSiteClient(await open());
      others.push(other);
      return other;
    },
    sql: (text, ...parameters) => siteClient.site.db.rows(text, parameters),
    async entry(name) {
      const [row] = await siteClient.site.db.rows<{ config_value: string }>('SELECT config_value FROM admin_configs');
      const value = JSON.parse(row?.config_value ?? '{}') as { UserConfig?: { Users?: Record<string, unknown>[] } };
      return value.UserConfig?.Users?.find((user) => user['username'] === name);
    },
    async close() {
      for (const other of others) await other.site.close();
      await siteClient.site.close();
      await database.drop();
    },
  };
}

export const day = 86_400_000;

export const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Now, or that many seconds from it, to the second as in the tables. */
export const at = (seconds = 0): number => Math.floor(Date.now() / 1000 + seconds) * 1000;

/** An unused card; `days` from its creation to its expiry. */
export function card(changes: Partial<CardKey> = {}, days = 30): CardKey {
  const key = changes.key ?? randomBytes(12).toString('base64url');
  const createdAt = changes.createdAt ?? at();
  return {
    key,
    keyHash: sha(key),
    keyType: 'month',
    status: 'unused',
    createdAt,
    expiresAt: createdAt + days * day,
    ...changes,
  };
}

/** What an account is set to. */
export function points(username: string, balance: number): UserPoints {
  return { username, invitationCode: '', balance, totalEarned: balance, totalRedeemed: 0, updatedAt: 0 };
}

/** Outcomes of calls: how many succeeded, and the codes of the refused ones. */
export async function ends(calls: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const result of await Promise.allSettled(calls)) {
    const end =
      result.status === 'fulfilled'
        ? 'done'
        : ((result.reason as { code?: string }).code ?? String(result.reason as unknown));
    found[end] = (found[end] ?? 0) + 1;
  }
  return found;
}
