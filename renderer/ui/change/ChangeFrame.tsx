import { Modal } from '@mantine/core';
import { type KeyboardEvent, type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { focusBack, focusHolder } from '../focus';
import { useHotkeys } from '../hotkeys';
import './change.css';

export interface ChangeFrameProps {
  readonly title: string;
  /** While the change runs in the dialog, Esc and the cross do not close it. */
  readonly busy: boolean;
  readonly children: ReactNode;
  readonly onClose: () => void;
}

/**
 * True if an open list inside the dialog handles Esc itself. Mantine marks the field of such a list, even if the list
 * has nothing to show.
 */
function isTaken(target: EventTarget): boolean {
  if (!(target instanceof HTMLElement) || target.dataset['mantineStopPropagation'] !== 'true') return false;
  const list = document.getElementById(target.getAttribute('aria-controls') ?? '');
  return list?.checkVisibility() === true;
}

/** On closing, returns the focus to the element that had it; if that is gone, to the list. */
function useFocusBack(): void {
  const [before] = useState(focusHolder);
  useEffect(() => () => void setTimeout(() => focusBack(before), 0), [before]);
}

/**
 * The window of a change. Ctrl+Enter submits from any field. Esc closes only this window, and the focus returns to
 * where it was.
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
