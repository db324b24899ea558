import { queryOptions } from '@tanstack/react-query';
import { call } from '../bridge';
import type { SchemaMigration, SiteSchema } from '../contract';

/** The comparison of the open database with the designed schema. */
export const schemaQuery = queryOptions({
  queryKey: ['schema'],
  queryFn: ({ signal }) => call('connections.schema', {}, { signal }),
  staleTime: 300_000,
});

/** True for a migration that is not applied, or only partly: the console can apply it. */
export function isOutstanding({ state }: SchemaMigration): boolean {
  return state === 'pending' || state === 'half_applied';
}

/** For example `MariaDB 10.11.19`, without the suffix that a Linux distribution adds to the version. */
export function engineOf({ engine, version }: Pick<SiteSchema, 'engine' | 'version'>): string {
  return `${engine === 'mariadb' ? 'MariaDB' : 'MySQL'} ${version.split('-')[0] ?? version}`;
}
