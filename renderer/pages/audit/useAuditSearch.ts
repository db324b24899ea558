import { type Address, useAddress } from '../../ui/useAddress';
import { type AuditSearch, validateAuditSearch } from './search';

const wishes = { path: '/audit', validate: validateAuditSearch, drawer: 'entry' } as const;

/** The address of the audit page: the one place where its filter and open entry are kept. */
export function useAuditSearch(): Address<AuditSearch> {
  return useAddress<AuditSearch>(wishes);
}
