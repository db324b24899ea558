import { randomUUID } from 'node:crypto';
import type { Input, OperationName, Output } from '../../electron/contract/index.js';
import { JobRunner } from '../../electron/jobs/runner.js';
import { handlers, jobHandlers } from '../../electron/operations/index.js';
import type { Desk } from '../../electron/operations/desk/desk.js';
import { stampOf } from '../../electron/operations/session/operator-rights.js';
import { createLog } from '../../electron/router/log.js';
import { createRouter } from '../../electron/router/router.js';
import { Site, type SiteConfig } from '../../electron/data/site.js';

export interface BenchDesk {
  readonly site: Site;
  call<N extends OperationName>(operation: N, input: Input<N>): Promise<Output<N>>;
  /** Waits for a job to end. */
  settled(id: string): Promise<void>;
  close(): Promise<void>;
}

/** The console's own router on a site, with the owner signed in and writing unlocked. */
export async function benchDesk(config: SiteConfig): Promise<BenchDesk> {
  const site = await Site.open(config);
  const jobs = new JobRunner(
    site,
    jobHandlers,
    () => true,
    () => undefined,
  );
  const operator = { username: 'moonowner', role: 'owner' };
  const [owner] = await site.db.rows<{ id: string; password_hash: string }>(
    'SELECT id, password_hash FROM users WHERE username = ?',
    [operator.username],
  );
  if (owner === undefined) throw new Error('The site has no owner of the benchmark’s');
  const stamps = [stampOf(owner)];
  const desk = { site, jobs, operator, locked: false, stamps: () => () => stamps } as unknown as Desk;
  const router = createRouter({ handlers, desk, log: createLog(process.stderr, 'error') });
  return {
    site,
    call: async (operation, input) => {
      const answer = await router.dispatch(
        { id: randomUUID(), operation, input, language: 'en', idempotencyKey: randomUUID() },
        { origin: 'window' },
      );
      if (!answer.ok)
        throw new Error(
          `${operation}: ${answer.error.message} [${answer.error.code}] ${JSON.stringify(answer.error.details ?? null)}`,
        );
      return answer.value as never;
    },
    settled: (id) => jobs.settled(id),
    close: async () => {
      await jobs.close();
      await site.close();
    },
  };
}
