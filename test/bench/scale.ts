import { report } from './report.js';
import { banJobs, bans, inOneJob } from './scale/ban.js';
import { bindings } from './scale/bind.js';
import { benchConfig } from './scale/config.js';
import { registrations } from './scale/register.js';
import { duelOn, type Figures, type Pacing } from './scale/rounds.js';
import { type Mode, openSites, type ScaleSite } from './scale/site.js';
import type { Engine } from '../sandbox/index.js';

export interface ScaleOptions {
  readonly sizes: readonly number[];
  readonly only: readonly string[];
  readonly mode: Mode | undefined;
  readonly rounds: number;
}

/** If all work waits for the one row of the config, a round has fewer operations. */
const paces: Readonly<Record<Mode, Omit<Pacing, 'rounds'>>> = {
  rows: { roundMs: 2_000, least: 100, most: 400, warm: 1_500 },
  json: { roundMs: 1_500, least: 20, most: 400, warm: 60 },
};

/**
 * `npm run bench -- scale`: whether an operation on one user costs as little on a site of a million as on one of two
 * thousand.
 */
export async function run(engine: Engine, { sizes, only, mode, rounds }: ScaleOptions): Promise<void> {
  const wanted = (part: string): boolean => only.length === 0 || only.includes(part);
  const { sites, stop } = await openSites(engine, sizes, mode);
  const pacing = { ...paces[sites[0]?.mode ?? 'json'], rounds };
  try {
    // First, while the config is still as filled.
    if (wanted('config')) await benchConfig(sites, rounds);
    if (wanted('register'))
      tell('scale.register', 'registrations/s', await duelOn(sites, registrations, pacing), rounds);
    if (wanted('bind')) tell('scale.bind', 'cards/s', await duelOn(sites, bindings, pacing), rounds);
    if (wanted('ban')) {
      tellBans(await duelOn(sites, bans, { ...pacing, least: 20, most: 40, warm: 300 }), rounds);
      tellJobs(await banJobs(sites, Math.min(rounds, 3)));
    }
  } finally {
    await stop();
  }
}

/**
 * One line per size, and one for how much the largest site loses against the smallest, next to the reference's loss.
 */
function tell(name: string, unit: string, figures: ReadonlyMap<ScaleSite, Figures>, rounds: number): void {
  const rate = (milliseconds: number): number => 1_000 / milliseconds;
  for (const [{ users, mode }, { ours, bare, statements }] of figures) {
    report({
      name: `${name}.${String(users)}`,
      ours: rate(ours),
      reference: rate(bare),
      unit,
      better: 'higher',
      note: `bare SQL that leaves the same rows and keys; config in ${mode}; ${counts(statements)}; 20 at a time, ${String(rounds)} rounds`,
    });
  }
  loss(name, figures);
}

function loss(name: string, figures: ReadonlyMap<ScaleSite, Figures>): void {
  const [first, last] = [[...figures].at(0), [...figures].at(-1)];
  if (first === undefined || last === undefined || first[0] === last[0]) return;
  report({
    name: `${name}.loss`,
    ours: last[1].ours / first[1].ours,
    reference: last[1].bare / first[1].bare,
    unit: 'x',
    better: 'lower',
    note: `how many times as long one takes at ${String(last[0].users)} users as at ${String(first[0].users)}; the reference is bare SQL's own`,
  });
}

function counts({ ours, bare }: Figures['statements']): string {
  const of = ({ sql, redis }: Figures['statements']['ours']): string =>
    `${sql.toFixed(1)} SQL + ${redis.toFixed(1)} Redis`;
  return `statements each: ours ${of(ours)}, bare ${of(bare)}`;
}

function tellBans(figures: ReadonlyMap<ScaleSite, Figures>, rounds: number): void {
  for (const [{ users, mode }, { ours, bare, statements }] of figures) {
    report({
      name: `scale.ban.${String(users)}`,
      ours,
      reference: bare,
      unit: 'ms',
      better: 'lower',
      note: `one user, preview and change, against a script that leaves the same rows and keys; config in ${mode}; ${counts(statements)}; median, ${String(rounds)} rounds`,
    });
  }
  loss('scale.ban', figures);
}

function tellJobs(rates: ReadonlyMap<ScaleSite, number>): void {
  const [first] = rates;
  for (const [{ users, mode }, rate] of rates) {
    report({
      name: `scale.ban.job.${String(users)}`,
      ours: rate,
      reference: first?.[1] ?? Number.NaN,
      unit: 'users/s',
      better: 'higher',
      note: `a job of ${String(inOneJob)} bans, against its own rate at ${String(first?.[0].users)} users; config in ${mode}`,
    });
  }
}
