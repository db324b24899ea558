import { Modal } from '@mantine/core';
import { type KeyboardEvent, type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { focusBack, focusHolder } from '../focus';
import { useHotkeys } from '../hotkeys';
import './change.css';

export interface ChangeFrameProps {
  readonly title: string;
  /** While something runs in place, neither Esc nor the cross closes. */
  readonly busy: boolean;
  readonly children: ReactNode;
  readonly onClose: () => void;
}

/**
 * An open list inside a dialog takes Esc for itself; the kit marks its field so, also where the list has nothing to
 * show.
 */
function isTaken(target: EventTarget): boolean {
  if (!(target instanceof HTMLElement) || target.dataset['mantineStopPropagation'] !== 'true') return false;
  const list = document.getElementById(target.getAttribute('aria-controls') ?? '');
  return list?.checkVisibility() === true;
}

/** Gives the focus back to whoever had it; where that is gone, to the list. */
function useFocusBack(): void {
  const [before] = useState(focusHolder);
  useEffect(() => () => void setTimeout(() => focusBack(before), 0), [before]);
}

/**
 * The window of a change. Ctrl+Enter goes on from any field; Esc closes it and nothing behind it; the focus goes back
 * to where it came from.
 */
export function ChangeFrame({ title, busy, children, onClose }: ChangeFrameProps): ReactElement {
  const { t } = useTranslation('change');
  useFocusBack();
  const close = () => {
    if (!busy) onClose();
  };
  useHotkeys([{ keys: 'escape', run: close, inFields: true }], { over: 'dialog' });
  const onKeyDownCapture = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.currentTarget.querySelector('form')?.requestSubmit();
      return;
    }
    if (event.key !== 'Escape' || event.nativeEvent.isComposing || isTaken(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };

  return (
    <Modal
      opened
      onClose={close}
      title={title}
      size={760}
      yOffset={48}
      centered={false}
      padding={0}
      lockScroll={false}
      closeOnEscape={false}
      returnFocus={false}
      closeButtonProps={{ 'aria-label': t('actions.close') }}
      closeOnClickOutside={false}
      classNames={{
        header: 'md-change-head',
        title: 'md-change-title',
        body: 'md-change-body',
        content: 'md-change-content',
      }}
      onKeyDownCapture={onKeyDownCapture}
    >
      {children}
    </Modal>
  );
}
