import type { RedisEndpoint, SqlEndpoint } from './types.js';

/** What the global set-up passes to the test files, which run in separate processes. */
export interface ProvidedSandbox {
  mariadb: SqlEndpoint;
  mysql: SqlEndpoint | null;
  redis: RedisEndpoint;
}

declare module 'vitest' {
  interface ProvidedContext {
    sandbox: ProvidedSandbox;
  }
}
