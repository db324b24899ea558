import type { ReactElement } from 'react';

/** Users of the site. */
export function UsersPage(): ReactElement {
  return <div />;
}
