import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import {
  type KeyboardEvent as ReactKeyboardEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { focusBack, isFocusLost } from './focus';
import { useHotkeys } from './hotkeys';

const storageKey = 'moondesk.drawer';
const least = 400;
const most = 860;

export interface DetailDrawerProps {
  readonly title: ReactNode;
  /** The name for screen readers. */
  readonly label: string;
  /** To the right of the title: a menu and a main action. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** A bar at the bottom. It stays in place while the body scrolls. */
  readonly footer?: ReactNode;
  onClose(): void;
}

/**
 * Shows details at the right of a list, which stays usable. Esc closes the drawer, and the focus returns to where it
 * was.
 */
export function DetailDrawer({ title, label, actions, children, footer, onClose }: DetailDrawerProps): ReactElement {
  const { t } = useTranslation('common');
  const { width, setWidth } = useWidth();
  const panel = useFocusReturn();
  useHotkeys([{ keys: 'escape', run: onClose, inFields: true }]);

  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const from = event.clientX;
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const move = (next: globalThis.PointerEvent) => setWidth(width + from - next.clientX);
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', () => handle.removeEventListener('pointermove', move), { once: true });
  };
  const nudge = (event: ReactKeyboardEvent) => {
    if (event.key === 'ArrowLeft') setWidth(width + 16);
    if (event.key === 'ArrowRight') setWidth(width - 16);
  };

  return (
    <aside className="md-drawer" aria-label={label} style={{ width }} ref={panel} tabIndex={-1}>
      <div
        className="md-drawer-handle"
        role="separator"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label={t('resize')}
        aria-valuenow={width}
        aria-valuemin={least}
        aria-valuemax={most}
        onPointerDown={drag}
        onKeyDown={nudge}
      />
      <header className="md-drawer-head">
        <h2 className="md-drawer-title" title={label}>
          {title}
        </h2>
        {actions}
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('close')}
          title={`${t('close')} (Esc)`}
          onClick={onClose}
        >
          <IconX size={16} />
        </ActionIcon>
      </header>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls by the arrow keys, also where nothing in it takes the focus */}
      <div className="md-drawer-body" tabIndex={0}>
        {children}
      </div>
      {footer === undefined ? null : <footer className="md-drawer-foot">{footer}</footer>}
    </aside>
  );
}

function useWidth(): { width: number; setWidth: (width: number) => void } {
  const [width, set] = useState(() => {
    const stored = Number(localStorage.getItem(storageKey));
    return stored >= least && stored <= most ? stored : 520;
  });
  const setWidth = (next: number) => {
    const kept = Math.round(Math.min(most, Math.max(least, next)));
    localStorage.setItem(storageKey, String(kept));
    set(kept);
  };
  return { width, setWidth };
}

/**
 * Remembers which element had the focus, and returns it there when the drawer closes. The list keeps the focus while
 * the drawer is open, so j and k still work.
 */
function useFocusReturn(): React.RefObject<HTMLElement | null> {
  const panel = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const before = document.activeElement;
    const element = panel.current;
    return () => {
      if (isFocusLost(element)) focusBack(before);
    };
  }, []);
  return panel;
}
