import { useNavigate } from '@tanstack/react-router';
import { type Hotkey, useHotkeys } from '../ui/hotkeys';
import { pages } from './pages';

/** Shortcuts that work on every page: Ctrl+K, `?`, and `g` followed by a page's letter. */
export function useDeskKeys({
  enabled,
  onPalette,
  onShortcuts,
}: {
  readonly enabled: boolean;
  onPalette(): void;
  onShortcuts(): void;
}): void {
  const navigate = useNavigate();
  const places: readonly Hotkey[] = pages.map(({ letter, to }) => ({
    keys: `g ${letter}`,
    run: () => void navigate({ to }),
  }));
  useHotkeys([{ keys: 'mod+k', run: onPalette, inFields: true }, { keys: '?', run: onShortcuts }, ...places], {
    enabled,
  });
}
