import { type Address, useAddress } from '../../ui/useAddress';
import { type UsersSearch, validateUsersSearch } from './search';

const wishes = { path: '/users', validate: validateUsersSearch, drawer: 'user' } as const;

/** The address of the users page: the one place where its filter, order and open user are kept. */
export function useUsersSearch(): Address<UsersSearch> {
  return useAddress<UsersSearch>(wishes);
}
