import { Cluster, type Redis } from 'ioredis';
import { isReply } from '../redis/errors.js';
import type { RedisClient } from './commands.js';

/**
 * The time of one server as a master. It begins when the server starts and when it becomes a master, so it is known by
 * two ids: the run id alone would be the same for a master that was a replica in between.
 */
export interface Tenure {
  readonly run: string;
  readonly replid: string;
  /** The replication id of the master whose place it took; zeros if it took nobody's. */
  readonly former: string;
}

/** The masters that a client knows: one server, or all of a cluster. */
export function mastersOf(client: RedisClient): Redis[] {
  return client instanceof Cluster ? client.nodes('master') : [client];
}

/**
 * The tenures of all masters; null if a server does not tell its own. Throws if one of them is no master, or does not
 * answer.
 */
export async function tenuresOf(client: RedisClient): Promise<readonly Tenure[] | null> {
  const tenures = await Promise.all(mastersOf(client).map(tenureOfNode));
  const known = tenures.filter((tenure) => tenure !== null);
  return known.length === 0 || known.length < tenures.length ? null : known;
}

/** The tenures as one text, in whatever order the masters come. */
export function nameOf(tenures: readonly Tenure[]): string {
  return tenures
    .map(idOf)
    .sort((a, b) => (a < b ? -1 : 1))
    .join('+');
}

/** True if all that a process sees count already. Who sees only some of the masters has no news. */
export function changesNothing(seen: readonly Tenure[], counted: readonly Tenure[]): boolean {
  return without(seen, counted).length === 0;
}

/**
 * True if one of these took the place of another. A cluster's client that is just learning of it sees both as masters,
 * and may still send to the old one.
 */
export function isHalfLearnt(seen: readonly Tenure[]): boolean {
  return seen.some(({ former }) => seen.some(({ replid }) => replid === former));
}

/**
 * Which tenures count from now on, where `counted` did and a process sees others, `seen`; null if those must not count.
 * `witnessed`: the process itself has seen `counted` before. `abandoned`: nobody has confirmed `counted` for long.
 *
 * A master may live on after another has taken its place, and says of itself what it said before. So a new master must
 * be the successor of one that counts (Redis itself tells whose place it took), or a process must have seen the change;
 * and no master takes the place of its own successor.
 */
export function countingNext(
  seen: readonly Tenure[],
  counted: readonly Tenure[],
  { witnessed, abandoned }: { readonly witnessed: boolean; readonly abandoned: boolean },
): readonly Tenure[] | null {
  if (abandoned) return seen;
  const [fresh, gone] = [without(seen, counted), without(counted, seen)];
  if (gone.some(({ former }) => seen.some(({ replid }) => replid === former))) return null;
  if (fresh.every((one) => counted.some((before) => succeeds(one, before))))
    return [...seen, ...gone.filter((before) => !fresh.some((one) => succeeds(one, before)))];
  if (gone.length === 0) return seen;
  // On its side of a split, a process may see few of a cluster's masters, one of them restarted.
  const most = counted.length === 1 || (counted.length - gone.length) * 2 > counted.length;
  return witnessed && most ? seen : null;
}

/** What a server says of itself is newer than what anybody has noted about the same run. */
function succeeds(next: Tenure, before: Tenure): boolean {
  return next.run === before.run || next.former === before.replid;
}

function idOf({ run, replid }: Tenure): string {
  return `${run}:${replid}`;
}

function without(some: readonly Tenure[], others: readonly Tenure[]): Tenure[] {
  const ids = new Set(others.map(idOf));
  return some.filter((one) => !ids.has(idOf(one)));
}

async function tenureOfNode(node: Redis): Promise<Tenure | null> {
  let info: string;
  try {
    info = (await Promise.all([node.info('server'), node.info('replication')])).join('\n');
  } catch (error) {
    // INFO is forbidden, or a hosted Redis does not know it. A broken connection is thrown.
    if (isReply(error)) return null;
    throw error;
  }
  const read = (field: string): string | undefined => new RegExp(`^${field}:(\\w+)`, 'm').exec(info)?.[1];
  // What a replica has may be older than what was acknowledged, and a master that was replaced must not be believed.
  if (['slave', 'replica'].includes(read('role') ?? '')) throw new Error('This Redis is no master any more');
  const run = read('run_id');
  if (run === undefined) return null;
  return { run, replid: read('master_replid') ?? '', former: read('master_replid2') ?? 'none' };
}
