import { queryOptions } from '@tanstack/react-query';
import { call } from '../bridge';

/** What each operation of the contract asks of the operator and of the site. */
export const operationsQuery = queryOptions({
  queryKey: ['operations'],
  queryFn: ({ signal }) => call('desk.operations', {}, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});
