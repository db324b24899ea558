import { Redis } from 'ioredis';
import { median } from '../report.js';
import { type Asked, type Contents, contentsOf, countsOf, grownBy, mustAgree, type Side } from './contents.js';
import { rowsOf, type ScaleSite } from './site.js';

/** Work that both sides can do on a site. */
export interface Duel {
  readonly name: string;
  /** What a round needs first: users, cards, cached keys. Not timed. */
  prepare(side: Side, round: number, count: number): Promise<void>;
  /** Does it `count` times; returns the milliseconds that count, if that is not the total. */
  run(side: Side, round: number, count: number): Promise<number[] | void>;
  asked(side: Side, round: number, count: number): Asked;
  /** Removes what the round has created. */
  tidy(side: Side, round: number, count: number): Promise<void>;
}

export interface Figures {
  /** Milliseconds per operation: the median of the rounds. */
  readonly ours: number;
  readonly bare: number;
  /** Statements and Redis commands per operation, as the servers count them. */
  readonly statements: Readonly<Record<Side, { readonly sql: number; readonly redis: number }>>;
}

export interface Pacing {
  readonly rounds: number;
  /** Approximate milliseconds of one of our rounds; it has `least` to `most` operations. */
  readonly roundMs: number;
  readonly least: number;
  readonly most: number;
  /** Operations of each side before the rounds that count. */
  readonly warm: number;
}

/** The longest warm-up of a site in milliseconds: on some sites one operation may take a second. */
const longestWarmUp = 20_000;

/** Up to this number of users, all rows of all tables are counted too. */
const countedUpTo = 20_000;

/** All sites in turn, round by round, with both sides on each; the side that goes first alternates too. */
export async function duelOn(
  sites: readonly ScaleSite[],
  open: (site: ScaleSite) => Promise<Duel & { close(): Promise<void> }>,
  pacing: Pacing,
): Promise<Map<ScaleSite, Figures>> {
  countCommands();
  const duels = await Promise.all(sites.map(async (site) => ({ site, duel: await open(site) })));
  const played = new Map<ScaleSite, { count: number; ours: number[]; bare: number[]; seen: Seen[] }>();
  try {
    for (const { site, duel } of duels) {
      // Determines how many operations make a round.
      const few = Math.min(pacing.least, 20);
      const first = await play(site, duel, 0, few, ['ours', 'bare']);
      const count = Math.round(Math.min(pacing.most, Math.max(pacing.least, pacing.roundMs / first.ours.each)));
      // A site's process has done this many times: both sides warm up until their code is compiled.
      const until = performance.now() + longestWarmUp;
      for (let warm = 0; warm < pacing.warm && performance.now() < until; warm += count)
        await play(site, duel, 0, count, ['ours', 'bare']);
      played.set(site, { count, ours: [], bare: [], seen: [] });
    }
    for (let round = 1; round <= pacing.rounds; round += 1) {
      for (const { site, duel } of duels) {
        const so = played.get(site);
        if (so === undefined) continue;
        const figures = await play(site, duel, round, so.count, round % 2 === 0 ? ['ours', 'bare'] : ['bare', 'ours']);
        for (const side of ['ours', 'bare'] as const) so[side].push(figures[side].each);
        so.seen.push({ ours: figures.ours.asked, bare: figures.bare.asked });
        process.stderr.write(
          `  ${duel.name} ${String(site.users)} round ${String(round)} of ${String(so.count)}: ours ${figures.ours.each.toFixed(2)} ms, bare ${figures.bare.each.toFixed(2)} ms; the same rows and keys\n`,
        );
      }
    }
  } finally {
    for (const { duel } of duels) await duel.close();
  }
  return new Map(
    [...played].map(([site, { ours, bare, seen }]) => [
      site,
      { ours: median(ours), bare: median(bare), statements: middle(seen) },
    ]),
  );
}

interface Counted {
  readonly sql: number;
  readonly redis: number;
}

type Seen = Readonly<Record<Side, Counted>>;

function middle(seen: readonly Seen[]): Seen {
  const of = (side: Side): Counted => ({
    sql: median(seen.map((each) => each[side].sql)),
    redis: median(seen.map((each) => each[side].redis)),
  });
  return { ours: of('ours'), bare: of('bare') };
}

interface Played {
  readonly each: number;
  readonly asked: Counted;
}

async function play(
  site: ScaleSite,
  duel: Duel,
  round: number,
  count: number,
  order: readonly Side[],
): Promise<Record<Side, Played>> {
  const left: Partial<Record<Side, Contents>> = {};
  const figures: Partial<Record<Side, Played>> = {};
  for (const side of order) {
    await duel.prepare(side, round, count);
    const rows = site.users <= countedUpTo ? await countsOf(site) : {};
    const before = await askedOf(site);
    const from = performance.now();
    const times = await duel.run(side, round, count);
    const took = performance.now() - from;
    const after = await askedOf(site);
    figures[side] = {
      each: Array.isArray(times) ? median(times) : took / count,
      asked: { sql: (after.sql - before.sql) / count, redis: (after.redis - before.redis) / count },
    };
    left[side] = {
      ...(await contentsOf(site, duel.asked(side, round, count))),
      ...(site.users <= countedUpTo ? grownBy(rows, await countsOf(site)) : {}),
    };
    await duel.tidy(side, round, count);
  }
  const { ours, bare } = figures;
  if (ours === undefined || bare === undefined) throw new Error('A side is missing');
  mustAgree(`${duel.name} at ${String(site.users)} users, round ${String(round)}`, left.ours ?? {}, left.bare ?? {});
  return { ours, bare };
}

/** Commands that this process has sent to Redis, with any client: the server also counts those within scripts. */
let commands = 0;

/** From now on counts what all clients of this process send to Redis. */
function countCommands(): void {
  if (commands > 0) return;
  commands = 1;
  // Called on the client below, as before.
  const send = Redis.prototype.sendCommand as (this: Redis, ...words: readonly unknown[]) => unknown;
  Redis.prototype.sendCommand = function counted(this: Redis, ...words) {
    commands += 1;
    return send.apply(this, words);
  };
}

/** How many requests both servers have had so far. */
async function askedOf({ sql }: ScaleSite): Promise<Counted> {
  const [row] = await rowsOf<{ Value: string }>(sql, "SHOW GLOBAL STATUS LIKE 'Questions'");
  return { sql: Number(row?.Value ?? 0), redis: commands };
}
