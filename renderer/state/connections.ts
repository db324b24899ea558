import { queryOptions } from '@tanstack/react-query';
import { call } from '../bridge';

/** The connections that this machine knows. */
export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: ({ signal }) => call('connections.list', {}, { signal }),
});
