import { queryOptions } from '@tanstack/react-query';
import { call } from '../bridge';

/** How the site's config is kept: in one document with everybody's entries, or settings and entries apart. */
export const configStateQuery = queryOptions({
  queryKey: ['config'],
  queryFn: ({ signal }) => call('config.state', {}, { signal }),
  staleTime: 60_000,
});
