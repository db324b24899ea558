import { type Connection, createConnection } from 'mysql2/promise';
import { Keys } from '../../electron/data/redis/keys.js';
import { BATCH_COLUMNS, batchRows, keepBook, MARK_COLUMNS, markRows, RANGE_COLUMNS, rangeRows } from './batches.js';
import { clearCache, connectRedis, warmCache } from './cache.js';
import { dealCards } from './cards.js';
import { buildCatalogue } from './catalogue.js';
import { type Seconds, sqlTime } from './clock.js';
import { adminConfig } from './config.js';
import { type BOOK, clearGround, noRows, type Table, TABLES } from './ground.js';
import { buildInvitations, openAccounts } from './invitations.js';
import { FAVORITE_COLUMNS, favoriteRows, SKIP_COLUMNS, skipRows } from './library.js';
import { Loader, type Row } from './load.js';
import { REDEEM_THRESHOLD, REWARD_CARD, REWARD_POINTS } from './model.js';
import { byUsername, emptyTotals, PLAY_COLUMNS, playRows } from './plays.js';
import { keepLedger } from './points.js';
import * as tables from './tables.js';
import { buildUsers, SITE_AGE } from './users.js';

export { DEMO_PASSWORD } from './users.js';
export { verifyDemo } from './verify.js';

export interface DemoOptions {
  readonly mysql: { host: string; port: number; user: string; password: string; database: string };
  readonly redisUrl: string;
  /** Default `moontv:`. */
  readonly redisPrefix?: string;
  /** Default 20,000; at least 10. */
  readonly users?: number;
  /** Default 42. The same seed and `now` give the same rows. */
  readonly seed?: number;
  readonly onProgress?: (line: string) => void;
  /** Default true. */
  readonly warmCache?: boolean;
  /** The demo's last moment; default: now. */
  readonly now?: Date;
  /** Delete the site's rows and cached keys first. Without it a database with rows is refused. */
  readonly replace?: boolean;
  /** False: INSERT even if LOAD DATA LOCAL is allowed, as through a proxy that forbids it. Default true. */
  readonly localInfile?: boolean;
}

export interface DemoSummary {
  readonly tables: Readonly<Record<Table, number>>;
  readonly cacheKeys: number;
  readonly method: 'LOAD DATA LOCAL' | 'INSERT';
  readonly seconds: number;
}

/** Fills an empty site with plausible users, cards, points and plays. */
export async function generateDemo(options: DemoOptions): Promise<DemoSummary> {
  const started = performance.now();
  const users = options.users ?? 20_000;
  if (!Number.isSafeInteger(users) || users < 10) throw new RangeError('A demo site needs at least 10 users.');
  const now = Math.floor((options.now ?? new Date()).getTime() / 1000);
  const prefix = options.redisPrefix ?? 'moontv:';
  const redis = options.warmCache === false && options.replace !== true ? null : await connectRedis(options.redisUrl);
  let connection: Connection | null = null;
  try {
    // Callers hand on configurations of the storage, which have options that the driver does not know.
    const { host, port, user, password, database } = options.mysql;
    connection = await createConnection({ host, port, user, password, database, charset: 'utf8mb4', timezone: 'Z' });
    await connection.query("SET time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES'");
    const book = await clearGround(connection, options.replace === true);
    if (redis !== null && options.replace === true) await clearCache(redis, prefix);

    const site = new SiteLoad(
      connection,
      await Loader.open(connection, options.localInfile !== false),
      options.onProgress ?? (() => undefined),
      started,
    );
    const warm = await fill(site, connection, users, options.seed ?? 42, now, book);
    const cacheKeys =
      redis === null || options.warmCache === false
        ? 0
        : await warmCache(redis, new Keys(prefix), warm, options.seed ?? 42, now);
    if (cacheKeys > 0) site.say(`Redis: ${cacheKeys} keys`);
    return { tables: site.counts, cacheKeys, method: site.method, seconds: (performance.now() - started) / 1000 };
  } finally {
    redis?.disconnect();
    await connection?.end();
  }
}

async function fill(
  site: SiteLoad,
  connection: Connection,
  count: number,
  seed: number,
  now: Seconds,
  withBook: boolean,
): Promise<Parameters<typeof warmCache>[2]> {
  const users = buildUsers(count, seed, now);
  const accounts = openAccounts(users, seed);
  const invitations = buildInvitations(accounts, seed, now);
  const ledger = keepLedger(accounts, invitations, seed, now);
  const dealt = dealCards(users, ledger.redemptions, seed, now);
  const { cards, userCards } = dealt;
  const book = withBook ? keepBook(dealt, seed, now) : null;
  const titles = buildCatalogue(seed, new Date(now * 1000).getUTCFullYear());
  const totals = emptyTotals();
  const sorted = byUsername(users);
  site.say(`imagined ${count} users, ${cards.length} cards, ${invitations.length} invitations`);

  await connection.query('SET foreign_key_checks = 0, unique_checks = 0');
  await site.load('users', tables.USER_COLUMNS, tables.userRows(users));
  await site.load('card_keys', tables.CARD_COLUMNS, tables.cardRows(cards));
  if (book !== null) {
    await site.note('console_card_batches', BATCH_COLUMNS, batchRows(book));
    await site.note('console_card_ranges', RANGE_COLUMNS, rangeRows(book));
    await site.note('console_card_marks', MARK_COLUMNS, markRows(book));
  }
  await site.load('user_card_keys', tables.USER_CARD_COLUMNS, tables.userCardRows(userCards));
  await site.load('user_points', tables.POINTS_COLUMNS, tables.pointsRows(accounts));
  await site.load('points_records', tables.LEDGER_COLUMNS, tables.ledgerRows(ledger.records));
  await site.load('invitations', tables.INVITATION_COLUMNS, tables.invitationRows(invitations));
  await site.load('ip_reward_records', tables.IP_REWARD_COLUMNS, tables.ipRewardRows(invitations, seed));
  await site.load('user_login_stats', tables.LOGIN_COLUMNS, tables.loginRows(users));
  await site.load('play_records', PLAY_COLUMNS, playRows(sorted, titles, seed, totals));
  await site.load('favorites', FAVORITE_COLUMNS, favoriteRows(sorted, titles, seed));
  await site.load('episode_skip_configs', SKIP_COLUMNS, skipRows(sorted, titles, seed));
  await site.load('content_stats', tables.CONTENT_COLUMNS, tables.contentRows(totals));
  await site.load('play_stats_daily', tables.DAILY_COLUMNS, tables.dailyRows(totals, now));

  const configJson = JSON.stringify(adminConfig(users, now));
  const born = sqlTime(now - SITE_AGE);
  await site.set('admin_configs', 'id, config_key, config_value, created_at, updated_at', [
    1,
    'main_config',
    configJson,
    born,
    sqlTime(now - 600),
  ]);
  await site.set(
    'invitation_configs',
    'id, enabled, reward_points, redeem_threshold, card_key_type, created_at, updated_at',
    [1, 1, REWARD_POINTS, REDEEM_THRESHOLD, REWARD_CARD, born, born],
  );
  await connection.query('SET foreign_key_checks = 1, unique_checks = 1');
  await connection.query(`ANALYZE TABLE ${TABLES.join(', ')}`);
  return { users, accounts, cards, titles, totals, configJson };
}

class SiteLoad {
  readonly counts = noRows();
  readonly #connection: Connection;
  readonly #loader: Loader;
  readonly #print: (line: string) => void;
  readonly #started: number;

  constructor(connection: Connection, loader: Loader, print: (line: string) => void, started: number) {
    this.#connection = connection;
    this.#loader = loader;
    this.#print = print;
    this.#started = started;
  }

  get method(): 'LOAD DATA LOCAL' | 'INSERT' {
    return this.#loader.method;
  }

  say(line: string): void {
    this.#print(`${((performance.now() - this.#started) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  }

  async load(table: Table, columns: string, rows: Iterable<Row>): Promise<void> {
    this.counts[table] = await this.#loader.load(table, columns, rows);
    this.say(`${table}: ${this.counts[table]} rows`);
  }

  /** Rows of the console's own tables, which do not count as the site's. */
  async note(table: (typeof BOOK)[number], columns: string, rows: Iterable<Row>): Promise<void> {
    this.say(`${table}: ${await this.#loader.load(table, columns, rows)} rows`);
  }

  /** The one row of a configuration table, whether it exists already or not. */
  async set(table: Table, columns: string, row: Row): Promise<void> {
    await this.#connection.query(`REPLACE INTO ${table} (${columns}) VALUES ?`, [[row]]);
    this.counts[table] = 1;
  }
}
