import { queryOptions } from '@tanstack/react-query';
import { call } from '../bridge';
import type { SchemaMigration, SiteSchema } from '../contract';

/** The open database against the design. */
export const schemaQuery = queryOptions({
  queryKey: ['schema'],
  queryFn: ({ signal }) => call('connections.schema', {}, { signal }),
  staleTime: 300_000,
});

/** Not applied, or not wholly: the console can do so. */
export function isOutstanding({ state }: SchemaMigration): boolean {
  return state === 'pending' || state === 'half_applied';
}

/** `MariaDB 10.11.19`: without what a distribution adds to the version. */
export function engineOf({ engine, version }: Pick<SiteSchema, 'engine' | 'version'>): string {
  return `${engine === 'mariadb' ? 'MariaDB' : 'MySQL'} ${version.split('-')[0] ?? version}`;
}
