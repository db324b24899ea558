import { queryOptions } from '@tanstack/react-query';
import { call } from '../bridge';
import type { Language } from '../contract';

/** Every operation of the contract: its name in this language, and what it asks of the operator and of the site. */
export function operationsQuery(language: Language) {
  return queryOptions({
    queryKey: ['desk', 'operations', language],
    queryFn: ({ signal }) => call('desk.operations', {}, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
