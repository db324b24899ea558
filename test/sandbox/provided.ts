import type { RedisEndpoint, SqlEndpoint } from './types.js';

/** What the global set-up hands to the test files: they run in processes of their own. */
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
