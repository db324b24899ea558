import { useEffect } from 'react';
import { useSession } from '../state/session';

/** Names the window (in the task switcher, for screen readers) after what it shows: page, connection, program. */
export function usePageTitle(page: string): void {
  const connection = useSession().connection?.name;
  useEffect(() => {
    document.title = [page, connection, 'Moondesk'].filter((part) => part !== undefined).join(' · ');
  }, [page, connection]);
}
