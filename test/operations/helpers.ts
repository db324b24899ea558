/**
 * A site of the test's own: both schemas on one engine, Redis under a prefix, a job runner, and contexts as the router makes them.
 *
 * @example
 * const test = await openTestSite(engine);
 * await test.call('users.list', { limit: 5 });
 * await test.close();
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import {
  contract,
  type Contract,
  type Input,
  type OperationName,
  type Output,
  type Parsed,
} from '../../electron/contract/index.js';
import { Refusal } from '../../electron/contract/errors.js';
import type { Definition } from '../../electron/contract/operation.js';
import type { Operator } from '../../electron/contract/session.js';
import type { Job } from '../../electron/contract/jobs.js';
import { JobRunner } from '../../electron/jobs/runner.js';
import type { SiteContext } from '../../electron/operations/context.js';
import type { Desk } from '../../electron/operations/desk/desk.js';
import { handlers, jobHandlers } from '../../electron/operations/index.js';
import { checkNeeds } from '../../electron/router/checks.js';
import { mask } from '../../electron/router/mask.js';
import { runAudited } from '../../electron/data/write/audited-change.js';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { Site, type SiteConfig } from '../../electron/data/site.js';
import type { DatabaseConfig } from '../../electron/data/mysql/database.js';
import type { RedisConfig } from '../../electron/data/redis/client.js';
import { createDatabase, redisEndpoint } from '../sandbox/database.js';
import type { Engine } from '../sandbox/types.js';

/** Operations on an open site; a desk of the test’s own is behind the others. */
type Tested = { [N in OperationName]: Contract[N]['scope'] extends 'site' ? N : never }[OperationName];

export const owner: Operator = { username: 'boss', role: 'owner' };
export const admin: Operator = { username: 'helper', role: 'admin' };

export interface ContextOptions {
  readonly operator?: Operator;
  /** A fresh one unless given. */
  readonly key?: string;
  readonly locked?: boolean;
}

export interface TestSite {
  readonly site: Site;
  readonly jobs: JobRunner;
  /** Folder where exports are saved. */
  readonly folder: string;
  context(operation: OperationName, input: unknown, options?: ContextOptions): SiteContext;
  /** Calls an operation as the router does after its checks, of which it makes the last: that the tables are there. */
  call<N extends Tested>(operation: N, input: Input<N>, options?: ContextOptions): Promise<Output<N>>;
  /** Waits until a job has ended, and answers it. */
  settled(jobId: string): Promise<Job>;
  close(): Promise<void>;
}

/** A site on a fresh database of the run's sandbox; migrated, empty but for the migrations' rows. */
export async function openTestSite(engine: Engine): Promise<TestSite> {
  const database = await createDatabase(engine);
  const config: SiteConfig = {
    mysql: database.config,
    redis: { ...redisEndpoint(), prefix: `t${randomUUID().slice(0, 8)}:` },
  };
  await migrate(config.mysql);
  return openSite(config, () => database.drop());
}

/** Applies 0001 and 0002. */
export async function migrate(mysql: DatabaseConfig): Promise<void> {
  const { host, port, user, password, database } = mysql;
  const connection = await createConnection({
    host,
    port,
    user,
    password,
    database,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
  });
  try {
    await createRunner({ connection, folder: fileURLToPath(new URL('../../migrations', import.meta.url)) }).apply();
  } finally {
    connection.destroy();
  }
}

/** Opens an existing database as a console would. */
export async function openSite(
  config: { readonly mysql: DatabaseConfig; readonly redis: RedisConfig },
  gone: () => Promise<void> = () => Promise.resolve(),
): Promise<TestSite> {
  const site = await Site.open(config);
  const folder = await mkdtemp(join(tmpdir(), 'moondesk-test-'));
  const jobs = new JobRunner(
    site,
    jobHandlers,
    () => true,
    () => undefined,
  );

  const context = (
    operation: OperationName,
    input: unknown,
    { operator = owner, key = randomUUID(), locked = false }: ContextOptions = {},
  ): SiteContext => {
    const author = { operator: operator.username, role: operator.role, origin: 'window' } as const;
    const masked = mask(input, (contract[operation] as Definition).secrets ?? []);
    const desk = {
      locked,
      host: {
        saveFile: (name: string) =>
          Promise.resolve({ path: join(folder, name), stream: createWriteStream(join(folder, name)) }),
        openFile: (path: string | undefined) =>
          Promise.resolve(path === undefined ? null : { path, name: basename(path) }),
      },
    } as unknown as Desk;
    return {
      site,
      jobs,
      operator,
      author,
      masked,
      desk,
      checkRights: () => Promise.resolve(),
      lockRights: () => Promise.resolve(),
      answered: () => Promise.resolve(null),
      language: 'en',
      origin: 'window',
      signal: new AbortController().signal,
      say: (text) => text.en,
      label: (name) => (Object.hasOwn(contract, name) ? contract[name as OperationName].summary.en : name),
      change: (work, options = {}) =>
        runAudited(site, { author, operation, input: masked, idempotency: { key, asked: input }, ...options }, work),
    };
  };

  return {
    site,
    jobs,
    folder,
    context,
    async call<N extends Tested>(operation: N, given: Input<N>, options?: ContextOptions): Promise<Output<N>> {
      const input = contract[operation].input.parse(given) as Parsed<N>;
      await checkNeeds(contract[operation], site);
      const handler = handlers[operation] as unknown as (input: Parsed<N>, context: SiteContext) => Promise<Output<N>>;
      return handler(input, context(operation, input, options));
    },
    async settled(jobId) {
      await jobs.settled(jobId);
      return jobs.get(jobId, (name) => name);
    },
    async close() {
      await jobs.close();
      await site.close();
      await rm(folder, { recursive: true, force: true });
      await gone();
    },
  };
}

/** The code of the refusal that work ends in. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof Refusal ? error.code : `no refusal: ${String(error)}`;
}

/** Bans a few users at once and answers the audit entry's id. */
export async function banned(desk: TestSite, names: string[]): Promise<string> {
  const input = { who: { names }, reason: 'fraud' as const, note: 'ring' };
  const { fingerprint } = await desk.call('users.ban.preview', input);
  const answer = await desk.call('users.ban', { ...input, fingerprint });
  if (!answer.done) throw new Error('became a job');
  return answer.proof.auditId;
}
