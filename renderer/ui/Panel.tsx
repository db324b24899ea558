import { Popover, type PopoverProps } from '@mantine/core';
import { type ReactElement, type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { focusBack, focusInside, isFocusLost } from './focus';
import { useHotkeys } from './hotkeys';

export interface PanelProps {
  readonly opened: boolean;
  /** The button that opens the panel. It gets the focus on closing if the element that had the focus before is gone. */
  readonly target: ReactElement;
  readonly label: string;
  readonly children: ReactNode;
  /** Identifies the content. When it changes, the focus moves into the new content. */
  readonly step?: string;
  readonly position?: NonNullable<PopoverProps['position']>;
  readonly width?: number;
  readonly className?: string;
  readonly onClose: () => void;
}

/** How high the panel can be, for `md-panel-scroll`. */
const middlewares: NonNullable<PopoverProps['middlewares']> = {
  size: {
    padding: 8,
    apply: ({ availableHeight, elements }) =>
      elements.floating.style.setProperty('--md-panel-room', `${String(availableHeight)}px`),
  },
};

/**
 * A small panel over the page, for filters, views, columns and unlocking. It takes the focus when it opens and returns
 * it when it closes. Esc closes only the panel. While it is open, shortcuts of the page do not work.
 */
export function Panel({
  opened,
  target,
  label,
  children,
  step = '',
  position = 'bottom-start',
  width,
  className,
  onClose,
}: PanelProps): ReactElement {
  const panel = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLElement>(null);
  const before = useRef<Element | null>(null);
  useHotkeys([{ keys: 'escape', run: onClose, inFields: true }], { enabled: opened, over: 'panel' });
  // A layout effect runs before the content takes the focus.
  useLayoutEffect(() => {
    if (opened) before.current = document.activeElement;
    else if (before.current !== null) {
      if (isFocusLost(panel.current)) focusBack(before.current, button.current);
      before.current = null;
    }
  }, [opened]);
  // The whole panel may be unmounted, for example after unlocking, when no unlock button is needed.
  useEffect(
    () => () => {
      if (before.current !== null && isFocusLost(null)) focusBack(before.current);
    },
    [],
  );
  return (
    <Popover
      opened={opened}
      onChange={(open) => (open ? undefined : onClose())}
      position={position}
      trapFocus
      closeOnEscape={false}
      middlewares={middlewares}
      {...(width === undefined ? {} : { width })}
    >
      <Popover.Target ref={button}>{target}</Popover.Target>
      <Popover.Dropdown ref={panel} aria-label={label} {...(className === undefined ? {} : { className })}>
        <Content key={step}>{children}</Content>
      </Popover.Dropdown>
    </Popover>
  );
}

function Content({ children }: { readonly children: ReactNode }): ReactElement {
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => focusInside(content.current), []);
  return <div ref={content}>{children}</div>;
}
