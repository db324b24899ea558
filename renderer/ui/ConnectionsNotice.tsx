import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { connectionsQuery } from '../state/connections';

/** What became of a file of connections that could not be read: it was kept aside. Nothing, as a rule. */
export function ConnectionsNotice(): ReactElement | null {
  const { data } = useQuery(connectionsQuery);
  const notice = data?.notice ?? null;
  if (notice === null) return null;
  return (
    <div className="md-notice" data-tone="warn" role="status">
      <IconAlertTriangle size={16} aria-hidden />
      <div className="md-notice-body">{notice}</div>
    </div>
  );
}
