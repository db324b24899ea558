import { queryOptions } from '@tanstack/react-query';
import { call } from '../bridge';

/** The connections stored on this machine. */
export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: ({ signal }) => call('connections.list', {}, { signal }),
});
