import type { Lamp } from '../../contract/desk.js';
import type { LocalizedText } from '../../contract/text.js';
import type { RefusedNeed } from '../../data/redis/needs.js';
import type { Site } from '../../data/site.js';
import { isGrave, refusalTrouble } from '../connections/redis-refusal.js';
import { diagnosedTrouble } from '../connections/redis-fault.js';
import { rootOf, type Trouble } from '../connections/diagnosis-texts.js';

/** What Redis refused at the last check, and the check in progress. There is only one check at a time. */
interface Known {
  refused: readonly RefusedNeed[];
  trying: Promise<void> | null;
}

const knownAt = new WeakMap<Site, Known>();

/** What is wrong while Redis is away, by the driver's error message. */
const troublesAt = new WeakMap<
  Site,
  { readonly message: string; readonly since: number; readonly trouble: Promise<Trouble> }
>();

/** Milliseconds that a lamp waits for a check. Until it is done, the last result counts. */
const timeoutMs = 1_000;
/** Milliseconds for which the detected kind of server at Redis's address counts. */
const troubleLasts = 10_000;

/**
 * The lamp of Redis. It is ok only if Redis accepts everything that it is needed for: a server may answer although it
 * is a replica, or although the account may not end a session. `answer` gives the lamp of a server that merely answers.
 * Never throws.
 */
export async function redisLamp(
  site: Site,
  say: (text: LocalizedText) => string,
  answer: () => Promise<Lamp>,
): Promise<Lamp> {
  if (!site.redisUp) return { state: 'down', milliseconds: null, note: await away(site, say) };
  const [lamp, refused] = await Promise.all([answer(), refusals(site)]);
  const trouble = refusalTrouble(refused);
  if (trouble === null) return lamp;
  return {
    state: isGrave(refused) ? 'down' : 'limited',
    milliseconds: lamp.milliseconds,
    note: `${say(trouble.text)}\n${say(trouble.hint)}`,
  };
}

const isAway: LocalizedText = {
  zh: 'Redis 断开；控制台靠 MySQL 继续工作，缓存稍后补删',
  en: 'Redis is away; the console goes on with MySQL and mends the cache later',
};

/** A text that Redis is away, why if that is known, and what to do. */
async function away(site: Site, say: (text: LocalizedText) => string): Promise<string> {
  const { hindrance } = site.redis;
  if (hindrance !== null && hindrance.cause === undefined) return say(hindrance.text);
  const reason = site.redisReason;
  if (reason === undefined) return say(isAway);
  const { text, hint } = await troubleOf(site, reason);
  return [...(hindrance === null ? [isAway] : []), text, hint].map(say).join('\n');
}

/**
 * The same text as `connections.test`. The server is asked at most every ten seconds, or when the error changes. That
 * takes at most a second.
 */
async function troubleOf(site: Site, reason: unknown): Promise<Trouble> {
  const { redis } = site.config;
  const { message } = rootOf(reason);
  let known = troublesAt.get(site);
  if (known?.message !== message || performance.now() - known.since > troubleLasts) {
    known = { message, since: performance.now(), trouble: diagnosedTrouble(reason, redis, timeoutMs) };
    troublesAt.set(site, known);
  }
  return known.trouble;
}

async function refusals(site: Site): Promise<readonly RefusedNeed[]> {
  const known = knownAt.get(site) ?? { refused: [], trying: null };
  knownAt.set(site, known);
  known.trying ??= site.cache
    .refused()
    .then(
      (refused) => {
        known.refused = refused;
      },
      // Redis did not answer: the lamp shows that anyway.
      () => undefined,
    )
    .finally(() => {
      known.trying = null;
    });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([known.trying, late]);
  clearTimeout(timer);
  // A change may need a command that Redis refuses although the check passed.
  const { refusal } = site.outbox;
  return refusal === null || isGrave(known.refused) ? known.refused : [...known.refused, refusal];
}
