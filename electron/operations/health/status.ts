import type { Lamp, Lamps } from '../../contract/desk.js';
import { Refusal } from '../../contract/errors.js';
import type { LocalizedText } from '../../contract/text.js';
import { writesWithheld } from '../../data/mysql/withheld.js';
import type { Site } from '../../data/site.js';
import { redisLamp } from './redis-status.js';

const slow = 200;
const limit = 2_500;

/** Milliseconds after which a check is given up and a new one starts: the old one may hang, the new one may not. */
const longestLook = 15_000;

/** An unfinished check of a server. Until it finishes or is given up, a stalled server is not asked again. */
interface Look {
  readonly since: number;
  readonly done: Promise<number>;
}

interface Looks {
  mysql: Look | null;
  redis: Look | null;
  pending: number;
}

const looksAt = new WeakMap<Site, Looks>();

function looksOf(site: Site): Looks {
  const looks = looksAt.get(site) ?? { mysql: null, redis: null, pending: 0 };
  looksAt.set(site, looks);
  return looks;
}

/** The three lamps. Returns within three seconds whatever the servers do, and never asks a stalled server twice. */
export async function statusOf(site: Site, say: (text: LocalizedText) => string): Promise<Lamps> {
  const looks = looksOf(site);
  const used = site.db.usage();
  const [mysql, redis] = await Promise.all([
    lamp(looks, 'mysql', say, async () => {
      await site.db.rows('SELECT 1');
    }),
    redisLamp(site, say, () =>
      lamp(looks, 'redis', say, async () => {
        await site.redis.ping();
      }),
    ),
  ]);
  let writing = mysql;
  if (mysql.state !== 'down') {
    const [counted, why] = await Promise.all([
      settled(site.outbox.pending(), 500),
      settled(writesWithheld(site.db), 500),
    ]);
    if (counted !== null) looks.pending = counted;
    if (why !== null) writing = { ...mysql, state: 'limited', note: `${say(why.text)}\n${say(why.hint)}` };
  }
  const { wanted, ...pool } = used;
  return {
    mysql: writing,
    redis,
    pool: { ...pool, state: poolState(mysql, used), note: pool.size < wanted ? say(shrunk(pool.size, wanted)) : null },
    pendingInvalidations: looks.pending,
  };
}

function shrunk(size: number, wanted: number): LocalizedText {
  return {
    zh: `数据库只给这个账号这么多连接：连接池用 ${String(size)} 条（设置为 ${String(wanted)}），忙时需要排队\n提高 max_connections 与该账号的上限（MAX_USER_CONNECTIONS），或减小其他程序的连接池。`,
    en: `The database has no more connections for this account: the pool uses ${String(size)} of the ${String(wanted)} that are set, and calls wait when it is busy\nRaise max_connections and the account’s limit (MAX_USER_CONNECTIONS), or make the pools of other programs smaller.`,
  };
}

function poolState(
  mysql: Lamp,
  { used, size, waiting }: { readonly used: number; readonly size: number; readonly waiting: number },
): Lamp['state'] {
  if (mysql.state === 'down') return 'down';
  // A caller that waits for a connection that is just being opened is not in a queue.
  return used >= size || used + waiting > size ? 'slow' : 'ok';
}

async function lamp(
  looks: Looks,
  part: 'mysql' | 'redis',
  say: (text: LocalizedText) => string,
  look: () => Promise<void>,
): Promise<Lamp> {
  const before = looks[part];
  const current =
    before === null || performance.now() - before.since >= longestLook ? begin(looks, part, look) : before;
  try {
    const milliseconds = await settledOrThrow(current.done, limit);
    if (milliseconds === null) {
      const waited = Math.round(performance.now() - current.since);
      return {
        state: 'down',
        milliseconds: waited,
        note: say({
          zh: `${String(Math.round(waited / 1000))} 秒没有回答`,
          en: `No answer for ${String(Math.round(waited / 1000))} s`,
        }),
      };
    }
    return { state: milliseconds > slow ? 'slow' : 'ok', milliseconds, note: null };
  } catch (error) {
    return {
      state: 'down',
      milliseconds: null,
      note: noteOf(error, say),
    };
  }
}

function noteOf(error: unknown, say: (text: LocalizedText) => string): string {
  if (!(error instanceof Refusal)) return error instanceof Error ? error.message : String(error);
  return [error.text, ...(error.hint === undefined ? [] : [error.hint])].map(say).join('\n');
}

function begin(looks: Looks, part: 'mysql' | 'redis', look: () => Promise<void>): Look {
  const since = performance.now();
  const done = look()
    .then(() => Math.round((performance.now() - since) * 10) / 10)
    .finally(() => {
      if (looks[part] === begun) looks[part] = null;
    });
  // The caller who waits gets the error. After the limit nobody does.
  done.catch(() => undefined);
  const begun = { since, done };
  looks[part] = begun;
  return begun;
}

/** The value, or null once the time is up. */
async function settledOrThrow<T>(work: Promise<T>, milliseconds: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The same, but an error gives null. */
function settled<T>(work: Promise<T>, milliseconds: number): Promise<T | null> {
  return settledOrThrow(work, milliseconds).catch(() => null);
}
