import type { TestProject } from 'vitest/node';
import { startGuard } from '../../build/lib/guard.mjs';
import { startSandbox } from './index.js';
import type { ProvidedSandbox } from './provided.js';
import { startRedis } from './servers.js';

/** What the test files get, and how it ends. */
interface Provided {
  readonly sandbox: ProvidedSandbox;
  stop(): Promise<void>;
}

/** One sandbox for the whole run, for all its projects. */
let shared: Promise<Provided> | null = null;
let users = 0;

/**
 * Starts the servers before the first test file of a project, and ends them after the last one. `MOONDESK_TEST_SERVER`
 * gives an SQL server that runs already, and those behind it, as the JSON of `[endpoint, …nodes]`: the tests then run
 * on that one alone.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  users += 1;
  const given = process.env['MOONDESK_TEST_SERVER'];
  shared ??= given === undefined ? startOwn() : startBeside(JSON.parse(given) as ProvidedSandbox['nodes']);
  const { sandbox, stop } = await shared;
  project.provide('sandbox', sandbox);
  return async () => {
    users -= 1;
    if (users > 0) return;
    shared = null;
    await stop();
  };
}

async function startOwn(): Promise<Provided> {
  const { mariadb, mysql, redis, stop } = await startSandbox();
  return {
    sandbox: { mariadb: mariadb.endpoint, mysql: mysql?.endpoint ?? null, redis: redis.endpoint, nodes: [] },
    stop,
  };
}

async function startBeside([server, ...nodes]: ProvidedSandbox['nodes']): Promise<Provided> {
  if (server === undefined) throw new Error('MOONDESK_TEST_SERVER gives no server.');
  const guard = startGuard();
  const redis = await startRedis({ guard, revive: true });
  return {
    sandbox: { mariadb: null, mysql: null, [server.engine]: server, redis: redis.endpoint, nodes },
    async stop() {
      await redis.kill();
      await guard.close();
    },
  };
}
