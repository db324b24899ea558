import { ActionIcon, Button } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconInfoCircle, IconX } from '@tabler/icons-react';
import { type ReactElement, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { dismissToast, holdToast, releaseToast, type Toast, toastStore } from '../state/toast';
import { focusBack, useFocusMoves } from './focus';
import { visibleNode } from './visible';

const icons = { good: IconCheck, bad: IconAlertTriangle, plain: IconInfoCircle } as const;

/** Shows the toasts above the jobs line. The window has one. */
export function ToastHost(): ReactElement {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.get);
  /** Where the focus came from. */
  const before = useRef<Element | null>(null);
  return (
    <div
      className="md-toasts"
      aria-live="polite"
      onFocus={({ currentTarget, relatedTarget }) => {
        if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) before.current = relatedTarget;
      }}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) before.current = null;
      }}
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} onGone={() => focusBack(before.current)} />
      ))}
    </div>
  );
}

interface ToastCardProps {
  readonly toast: Toast;
  /** It disappears with the focus in it. */
  readonly onGone: () => void;
}

/** One toast. It stays while the focus or the pointer is on it. */
function ToastCard({ toast: { id, tone, text, action }, onGone }: ToastCardProps): ReactElement {
  const { t } = useTranslation('common');
  const card = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const held = pointed || focused;
  useFocusMoves(card, onGone);
  useEffect(() => {
    if (!held) return undefined;
    holdToast(id);
    return () => releaseToast(id);
  }, [held, id]);
  const Icon = icons[tone];
  return (
    <div
      ref={card}
      className="md-toast"
      data-tone={tone}
      role={tone === 'bad' ? 'alert' : 'status'}
      onPointerEnter={() => setPointed(true)}
      onPointerLeave={() => setPointed(false)}
      onFocus={() => setFocused(true)}
      // While another window is in front, its button is still the one that has the focus in this window.
      onBlur={({ currentTarget }) => setFocused(currentTarget.contains(document.activeElement))}
    >
      <Icon size={16} aria-hidden />
      <div className="md-grow">{visibleNode(text)}</div>
      {action ? (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => {
            action.run();
            dismissToast(id);
          }}
        >
          {action.label}
        </Button>
      ) : null}
      <ActionIcon variant="subtle" color="gray" size={22} aria-label={t('close')} onClick={() => dismissToast(id)}>
        <IconX size={14} />
      </ActionIcon>
    </div>
  );
}
