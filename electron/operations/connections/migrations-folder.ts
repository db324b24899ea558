import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the migrations: beside the built program, or at the root of a checkout. */
export function migrationsFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const beside = join(here, 'migrations');
  return existsSync(beside) ? beside : join(here, '..', '..', '..', 'migrations');
}

/** Optional repairs of a site's tables. */
export const repairsFolder = (): string => join(migrationsFolder(), 'repairs');
