import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { connectionsQuery } from '../state/connections';

/** Says that the file of connections could not be read and was kept aside. Usually shows nothing. */
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
