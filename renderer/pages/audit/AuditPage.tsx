import type { ReactElement } from 'react';

/** What operators did. */
export function AuditPage(): ReactElement {
  return <div />;
}
