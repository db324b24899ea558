/**
 * A site for one test: both schemas on one engine, Redis under a prefix, and an open console whose router runs every
 * call. The operator of a call is a user of the site. That user is created at the first call, unless the test has
 * created it.
 *
 * @example
 * const test = await openTestSite(engine);
 * await test.call('users.list', { limit: 5 });
 * await test.close();
 */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import type { Contract, Input, OperationName, Output } from '../../electron/contract/index.js';
import { Refusal } from '../../electron/contract/errors.js';
import type { Operator } from '../../electron/contract/session.js';
import type { Job } from '../../electron/contract/jobs.js';
import type { JobRunner } from '../../electron/jobs/runner.js';
import { type SignInStamp, stampOf } from '../../electron/operations/session/operator-rights.js';
import { type Author, type Change, type ChangeOutcome, runAudited } from '../../electron/data/write/audited-change.js';
import { createRunner } from '../../electron/data/migrations/runner.js';
import type { Site, SiteConfig } from '../../electron/data/site.js';
import type { DatabaseConfig } from '../../electron/data/mysql/database.js';
import { createDatabase, redisEndpoint } from '../sandbox/database.js';
import type { Engine } from '../sandbox/types.js';
import { environmentOfSite, openConsole, type TestConsole } from './console.js';

/** Operations that need an open site. */
export type Tested = { [N in OperationName]: Contract[N]['scope'] extends 'site' ? N : never }[OperationName];

export const owner: Operator = { username: 'boss', role: 'owner' };
export const admin: Operator = { username: 'helper', role: 'admin' };
export const author: Author = { operator: owner.username, role: owner.role, origin: 'window' };

export interface CallOptions {
  /** Default: the owner. */
  readonly operator?: Operator;
  /** Default: a new key. */
  readonly key?: string;
  /** Whether the connection is locked during the call. */
  readonly locked?: boolean;
}

export interface TestSite {
  readonly console: TestConsole;
  readonly site: Site;
  readonly jobs: JobRunner;
  /** The folder in which exports are saved. */
  readonly folder: string;
  /** Calls an operation through the router; throws its failure as a `Refusal`. */
  call<N extends Tested>(operation: N, input: Input<N>, options?: CallOptions): Promise<Output<N>>;
  /** Runs a change of the test, audited as the owner's. For changes that no operation makes alone. */
  change<T>(operation: Tested, work: (change: Change) => Promise<T>): Promise<ChangeOutcome<T>>;
  /** Ends all sign-ins: at the next call, an operator signs in with the present account. */
  signOut(): void;
  /** Waits until one chunk of a job is committed; the job may be further by then. */
  begun(jobId: string): Promise<void>;
  /** Waits until a job has ended, and returns it. */
  settled(jobId: string): Promise<Job>;
  close(): Promise<void>;
}

/** A site on a new database of the sandbox: migrated, and empty except for the rows of the migrations. */
export async function openTestSite(engine: Engine): Promise<TestSite> {
  const database = await createDatabase(engine);
  await migrate(database.config);
  const redis = { ...redisEndpoint(), prefix: `t${randomUUID().slice(0, 8)}:` };
  return openSite({ mysql: database.config, redis }, () => database.drop());
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

/** Opens an existing database as a console does. */
export async function openSite(
  config: Pick<SiteConfig, 'mysql' | 'redis'>,
  gone: () => Promise<void> = () => Promise.resolve(),
): Promise<TestSite> {
  const environment = { ...environmentOfSite(config), MOONDESK_ENVIRONMENT: 'development' };
  const opened = await openConsole(environment);
  const { desk } = opened;
  const { site, jobs } = desk;
  if (site === null || jobs === null) throw desk.failure ?? new Error('No site is open');
  const folder = join(opened.folder, 'exports');
  await mkdir(folder);
  opened.saving = (name) =>
    Promise.resolve({ path: join(folder, name), stream: createWriteStream(join(folder, name)) });
  opened.opening = (path) => Promise.resolve(path === undefined ? null : { path, name: basename(path) });

  const stamps = new Map<string, Promise<SignInStamp>>();
  const stampOfAccount = (operator: Operator): Promise<SignInStamp> => {
    const stamp = stamps.get(operator.username) ?? accountOf(site, operator).then(stampOf);
    stamps.set(operator.username, stamp);
    return stamp;
  };

  return {
    console: opened,
    site,
    jobs,
    folder,
    async call(operation, input, { operator = owner, key, locked = false } = {}) {
      const stamp = await stampOfAccount(operator);
      // No other call may run between the sign-in and this call, because two operators may call at once.
      if (desk.operator?.username !== operator.username || desk.operator.role !== operator.role)
        desk.signIn(operator, stamp);
      if (!locked) return opened.ask(operation, input, key);
      desk.lock();
      try {
        return await opened.ask(operation, input, key);
      } finally {
        desk.unlock(60);
      }
    },
    async change(operation, work) {
      await stampOfAccount(owner);
      return runAudited(site, { author, operation, input: {} }, work);
    },
    signOut() {
      stamps.clear();
      desk.signOut();
    },
    async begun(jobId) {
      for (;;) {
        const moved = once(opened.events, 'jobs');
        const { done, finishedAt } = await jobs.get(jobId, (name) => name);
        if (done > 0) return;
        if (finishedAt !== null) throw new Error('The job has ended without a chunk');
        await moved;
      }
    },
    async settled(jobId) {
      await jobs.settled(jobId);
      return jobs.get(jobId, (name) => name);
    },
    async close() {
      await opened.close();
      await gone();
    },
  };
}

/** The operator's account. If it does not exist, a minimal one is created. */
async function accountOf(
  { db }: Site,
  { username, role }: Operator,
): Promise<{ readonly id: string; readonly password_hash: string }> {
  for (;;) {
    const [account] = await db.rows<{ id: string; password_hash: string }>(
      'SELECT id, password_hash FROM users WHERE username = ?',
      [username],
    );
    if (account !== undefined) return account;
    await db.run('INSERT IGNORE INTO users (username, password_hash, role) VALUES (?, ?, ?)', [
      username,
      'a'.repeat(64),
      role,
    ]);
  }
}

/** The code with which this work is refused. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof Refusal ? error.code : `no refusal: ${String(error)}`;
}

/** Bans a few users directly and returns the audit entry's id. */
export async function banned(desk: TestSite, names: string[]): Promise<string> {
  const input = { who: { names }, reason: 'fraud' as const, note: 'ring' };
  const { fingerprint } = await desk.call('users.ban.preview', input);
  const answer = await desk.call('users.ban', { ...input, fingerprint });
  if (!answer.done) throw new Error('became a job');
  return answer.proof.auditId;
}
