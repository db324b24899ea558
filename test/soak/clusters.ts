/**
 * What holds on clusters of SQL servers: the storage's conformance suite and the core of users and cards, a job whose
 * node is killed in the middle, imports with duplicates on Galera, and a replica that is late. One cluster at a time,
 * and one line for each proof: `soak clusters <cluster>/<proof> <figures> ok`, or what was not as it must be.
 */
import { conformance } from './clusters/conformance.js';
import { delayedReplica } from './clusters/delay.js';
import { importsWithDuplicates } from './clusters/import.js';
import { banWithKill, issueTogether, issueWithKill } from './clusters/jobs.js';
import { settings, type Stage, startStage } from './clusters/stage.js';

type Figures = Readonly<Record<string, unknown>>;

const proofs: Readonly<Record<string, (stage: Stage) => Promise<Figures>>> = {
  conformance,
  together: issueTogether,
  issue: issueWithKill,
  ban: banWithKill,
};

const alone: Readonly<Record<string, () => Promise<Figures>>> = {
  'galera/import': importsWithDuplicates,
  'replica/mariadb': () => delayedReplica('mariadb'),
  'replica/mysql': () => delayedReplica('mysql'),
};

const told = (figures: Figures): string =>
  Object.entries(figures)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(' ');

/** `only`: parts of the names of those that are run, with | between them; all if not said. */
export async function run({ only = '' }: { only?: string } = {}): Promise<void> {
  const chosen = (name: string): boolean => only.split('|').some((part) => name.includes(part));
  let [held, failed] = [0, 0];
  const prove = async (name: string, proof: () => Promise<Figures>): Promise<void> => {
    try {
      process.stdout.write(`soak clusters ${name} ${told(await proof())} ok\n`);
      held += 1;
    } catch (error) {
      process.stdout.write(`soak clusters ${name} FAILED: ${error instanceof Error ? error.message : String(error)}\n`);
      failed += 1;
    }
  };
  for (const setting of settings) {
    const those = Object.entries(proofs).filter(([proof]) => chosen(`${setting.name}/${proof}`));
    if (those.length === 0) continue;
    const stage = await startStage(setting);
    const { cluster, balancer } = stage.up;
    process.stdout.write(
      `soak clusters ${setting.name} upMs=${cluster.toFixed(0)} balancerMs=${balancer.toFixed(0)}\n`,
    );
    try {
      for (const [proof, work] of those) await prove(`${setting.name}/${proof}`, () => work(stage));
    } finally {
      await stage.stop();
    }
  }
  for (const [name, proof] of Object.entries(alone)) if (chosen(name)) await prove(name, proof);
  process.stdout.write(`soak clusters: ${String(held)} held, ${String(failed)} failed\n`);
  if (failed > 0 || held === 0) process.exitCode = 1;
}
