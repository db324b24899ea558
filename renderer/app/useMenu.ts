import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { on } from '../bridge';
import { useSwitchLanguage } from './LanguageButton';
import { useLock } from './lock/useLock';
import { useSignOut } from './OperatorMenu';
import { useSwitchTheme } from './ThemeButton';

interface Panels {
  onPalette(): void;
  onShortcuts(): void;
  onJobs(): void;
}

/** What is chosen in the window's menu; the names are the menu's own. */
export function useMenu({ onPalette, onShortcuts, onJobs }: Panels): void {
  const navigate = useNavigate();
  const { lock } = useLock();
  const commands: Readonly<Record<string, () => void>> = {
    palette: onPalette,
    shortcuts: onShortcuts,
    jobs: onJobs,
    connections: () => void navigate({ to: '/connect' }),
    lock,
    signOut: useSignOut(),
    theme: useSwitchTheme(),
    language: useSwitchLanguage(),
  };
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  useEffect(() => on('menu', ({ command }) => latest.current[command]?.()), []);
}
