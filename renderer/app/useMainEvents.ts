import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { on } from '../bridge';
import { forgetSite, queryClient, sessionQuery, useSession } from '../state/session';

/**
 * Keeps the session current. It is read again when the main process reports a change, and when an unlocked connection
 * locks itself again. If the session has changed, cached data of the site is dropped and the router checks its
 * redirects again.
 */
export function useMainEvents(): void {
  const router = useRouter();
  useEffect(() => on('session', askSession), []);

  const { connection, operator, needsOwner, database, unlockedUntil } = useSession();
  const who = [connection?.id, operator?.username, needsOwner, database].join('\n');
  const known = useRef(who);
  useEffect(() => {
    if (known.current === who) return;
    known.current = who;
    forgetSite();
    void router.invalidate();
  }, [router, who]);
  useEffect(() => {
    if (unlockedUntil === null) return undefined;
    const wait = Math.max(0, Date.parse(unlockedUntil) - Date.now()) + 500;
    const timer = setTimeout(askSession, wait);
    return () => clearTimeout(timer);
  }, [unlockedUntil]);
}

function askSession(): void {
  void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
}
