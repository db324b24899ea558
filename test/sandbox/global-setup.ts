import type { TestProject } from 'vitest/node';
import { startSandbox } from './index.js';
import './provided.js';
import type { Sandbox } from './types.js';

/** One sandbox for the whole run, for all its projects. */
let shared: Promise<Sandbox> | null = null;
let users = 0;

/** Starts the servers before the first test file of a project, and ends them after the last one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  users += 1;
  shared ??= startSandbox();
  const sandbox = await shared;
  project.provide('sandbox', {
    mariadb: sandbox.mariadb.endpoint,
    mysql: sandbox.mysql?.endpoint ?? null,
    redis: sandbox.redis.endpoint,
  });
  return async () => {
    users -= 1;
    if (users > 0) return;
    shared = null;
    await sandbox.stop();
  };
}
