import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { on } from '../bridge';
import { toast } from '../state/toast';
import { useSwitchLanguage } from '../ui/LanguageButton';
import { useLock } from '../state/lock';
import { useSignOut } from './OperatorMenu';
import { doorFor, useSession } from '../state/session';
import { useSwitchTheme } from '../ui/ThemeButton';

interface Panels {
  onPalette(): void;
  onShortcuts(): void;
  onJobs(): void;
}

/**
 * Runs the commands of the window's menu, under the names that the menu sends. The menu is always visible, so a command
 * that is not possible now shows the reason in a toast.
 */
export function useMenu({ onPalette, onShortcuts, onJobs }: Panels): void {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  const session = useSession();
  const { lock } = useLock();
  const signOut = useSignOut();
  const say = (words: string) => () => void toast(words);
  const signedIn = session.operator !== null;
  const inside = doorFor(session) === null;
  const commands: Readonly<Record<string, () => void>> = {
    palette: inside ? onPalette : say(t('menuSignIn')),
    shortcuts: onShortcuts,
    jobs: inside ? onJobs : say(t('menuSignIn')),
    connections: () => void navigate({ to: '/connect' }),
    lock: session.connection === null ? say(t('menuNoConnection')) : session.locked ? say(t('menuLocked')) : lock,
    signOut: signedIn ? signOut : say(t('menuSignedOut')),
    theme: useSwitchTheme(),
    language: useSwitchLanguage(),
  };
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  useEffect(() => on('menu', ({ command }) => latest.current[command]?.()), []);
}
