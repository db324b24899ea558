import { queryOptions } from '@tanstack/react-query';
import { call } from '../bridge';

/**
 * How the site stores its config: as one JSON document with all entries, or with the entries in a table of their own.
 */
export const configStateQuery = queryOptions({
  queryKey: ['config'],
  queryFn: ({ signal }) => call('config.state', {}, { signal }),
  staleTime: 60_000,
});
