import type { RedisEndpoint, SqlEndpoint } from './types.js';

/** What the global set-up passes to the test files, which run in separate processes. */
export interface ProvidedSandbox {
  mariadb: SqlEndpoint | null;
  mysql: SqlEndpoint | null;
  /** The servers behind the one that the tests use, if that is a balancer; otherwise none. */
  nodes: readonly SqlEndpoint[];
  redis: RedisEndpoint;
}

declare module 'vitest' {
  interface ProvidedContext {
    sandbox: ProvidedSandbox;
  }
}
