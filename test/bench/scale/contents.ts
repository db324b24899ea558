import { setTimeout as wait } from 'node:timers/promises';
import { rowsOf, type ScaleSite } from './site.js';

/** Which side works: ours, or the bare statements of the reference. */
export type Side = 'ours' | 'bare';

/** The letter of a side in the names of its users, cards and inviters. */
export const letterOf: Readonly<Record<Side, string>> = { ours: 'o', bare: 'b' };

/** What a round of one side has left, without ids, times and random values: by table, and in Redis. */
export type Contents = Readonly<Record<string, readonly string[]>>;

export interface Asked {
  readonly names: readonly string[];
  /** Further rows of a round, by table: those without a user's name. */
  readonly more?: readonly {
    readonly table: string;
    readonly where: string;
    readonly parameters: readonly unknown[];
  }[];
}

/** Reads what is stored about these users: in all tables that name users, in the config's JSON, and in Redis. */
export async function contentsOf(site: ScaleSite, { names, more = [] }: Asked): Promise<Contents> {
  await settled(site);
  const contents: Record<string, string[]> = {};
  const add = (place: string, rows: readonly object[]): void => {
    (contents[place] ??= []).push(...rows.map((row) => JSON.stringify(plain(row))));
  };
  for (const { table, column } of site.people) {
    for (let at = 0; at < names.length; at += 1_000) {
      const some = names.slice(at, at + 1_000);
      add(
        `${table} by ${column}`,
        await rowsOf<object>(site.sql, `SELECT * FROM ${table} WHERE ${column} IN (?)`, [some]),
      );
    }
  }
  for (const { table, where, parameters } of more)
    add(table, await rowsOf<object>(site.sql, `SELECT * FROM ${table} WHERE ${where}`, parameters));
  add('admin_configs', await entriesOf(site, names));
  add('Redis', await redisOf(site));
  for (const rows of Object.values(contents)) rows.sort();
  return contents;
}

/** Throws if the two sides have left different data, and says where. */
export function mustAgree(what: string, ours: Contents, bare: Contents): void {
  for (const place of new Set([...Object.keys(ours), ...Object.keys(bare)])) {
    const [mine, other] = [ours[place] ?? [], bare[place] ?? []];
    if (JSON.stringify(mine) === JSON.stringify(other)) continue;
    const only = (some: readonly string[], others: readonly string[]): string =>
      some.find((row, at) => row !== others[at]) ?? '(no further row)';
    throw new Error(
      `${what}: the reference leaves something else behind in ${place} (${String(mine.length)} rows of ours, ${String(other.length)} of its own)\n  ours ${only(mine, other)}\n  bare ${only(other, mine)}`,
    );
  }
}

/** Row counts of all tables: shows rows without a user's name. */
export async function countsOf(site: ScaleSite): Promise<Record<string, number>> {
  await settled(site);
  const counts: Record<string, number> = {};
  for (const table of site.tables) {
    const [row] = await rowsOf<{ found: string }>(site.sql, `SELECT COUNT(*) AS found FROM ${table}`);
    counts[table] = Number(row?.found ?? 0);
  }
  return counts;
}

export function grownBy(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): Contents {
  return Object.fromEntries(
    Object.keys(after).map((table) => [`rows of ${table}`, [String((after[table] ?? 0) - (before[table] ?? 0))]]),
  );
}

/** Waits until the outbox has no row left to carry, or for its writer to delete. */
async function settled(site: ScaleSite): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    const [row] = await rowsOf<{ found: string }>(
      site.sql,
      'SELECT COUNT(*) AS found FROM console_cache_outbox WHERE done_at IS NULL',
    );
    if (Number(row?.found ?? 0) === 0) return;
    await wait(25);
  }
  throw new Error('The outbox is not empty after five seconds');
}

async function entriesOf(site: ScaleSite, names: readonly string[]): Promise<object[]> {
  const [row] = await rowsOf<{ config_value: string }>(site.sql, 'SELECT config_value FROM admin_configs');
  const config = JSON.parse(row?.config_value ?? '{}') as { UserConfig?: { Users?: { username?: string }[] } };
  const wanted = new Set(names);
  return (config.UserConfig?.Users ?? []).filter(({ username }) => username !== undefined && wanted.has(username));
}

async function redisOf({ redis, config }: ScaleSite): Promise<object[]> {
  const found: object[] = [];
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${config.redis.prefix ?? ''}*`, 'COUNT', 1_000);
    cursor = next;
    for (const key of keys) {
      const type = await redis.type(key);
      const value =
        type === 'string'
          ? await redis.get(key)
          : type === 'set'
            ? await redis.smembers(key)
            : await redis.hgetall(key);
      found.push({ key, type, value, expires: (await redis.pttl(key)) >= 0 });
    }
  } while (cursor !== '0');
  return found;
}

const hour = 3_600_000;

function isNow(instant: number): boolean {
  return Math.abs(instant - Date.now()) < hour;
}

/** A value without what differs from run to run: server-assigned or random numbers, recent times, and the side. */
function plain(value: unknown, field = ''): unknown {
  if (Buffer.isBuffer(value)) return plain(value.toString('utf8'), field);
  if (Array.isArray(value)) return value.map((part) => plain(part));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, part]) => [name, plain(part, name)]),
    );
  if (/^(id|seq|\w+_id)$/.test(field) && value !== null) return '(id)';
  if (typeof value === 'number') return isNow(value) ? '(now)' : value;
  return typeof value === 'string' ? plainText(value) : value;
}

function plainText(text: string): unknown {
  if (/^\s*[{[]/.test(text)) {
    try {
      return plain(JSON.parse(text));
    } catch {
      // Not JSON after all.
    }
  }
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(text) && isNow(Date.parse(`${text.replace(' ', 'T')}Z`))) return '(now)';
  if (/^[A-Z0-9]{20}$/.test(text)) return '(suspended code)';
  if (/^[A-Z0-9]{16}$/.test(text)) return '(code)';
  if (/^[0-9a-f]{64}$/.test(text)) return '(hash)';
  if (/^~?[0-9a-f]{62}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return '(key)';
  return text
    .replaceAll(/-[ob](\d+)-/g, '-$1-')
    .replaceAll(/inviter-[ob]-/g, 'inviter-')
    .replaceAll(/\b10[12]\.(\d+\.\d+\.\d+)\b/g, '$1')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '(hash)');
}
