import { useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { on } from '../bridge';
import { pages } from './pages';
import { queryClient, sessionQuery, useSession } from './session';

interface Commands {
  onPalette(): void;
  onShortcuts(): void;
}

/** What the main process tells by itself: the session changed, a menu command was given, an unlocked production locks itself again. */
export function useMainEvents(commands: Commands): void {
  const navigate = useNavigate();
  const router = useRouter();
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });

  useEffect(() => on('session', () => void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey })), []);
  useEffect(
    () =>
      on('menu', ({ command }) => {
        const page = pages.find((one) => one.key === command);
        if (page) void navigate({ to: page.to });
        else if (command === 'connect') void navigate({ to: '/connect' });
        else if (command === 'palette') latest.current.onPalette();
        else if (command === 'shortcuts') latest.current.onShortcuts();
      }),
    [navigate],
  );

  const { connection, operator, needsOwner, database, unlockedUntil } = useSession();
  const who = [connection?.id, operator?.username, needsOwner, database].join('\n');
  const known = useRef(who);
  useEffect(() => {
    if (known.current === who) return;
    known.current = who;
    void router.invalidate();
  }, [router, who]);
  useEffect(() => {
    if (unlockedUntil === null) return undefined;
    const wait = Math.max(0, Date.parse(unlockedUntil) - Date.now()) + 500;
    const timer = setTimeout(() => void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }), wait);
    return () => clearTimeout(timer);
  }, [unlockedUntil]);
}
