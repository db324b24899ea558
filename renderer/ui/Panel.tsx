import { Popover, type PopoverProps } from '@mantine/core';
import { type ReactElement, type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { focusBack, focusInside, isFocusLost } from './focus';
import { useHotkeys } from './hotkeys';

export interface PanelProps {
  readonly opened: boolean;
  /** The button that it hangs on; it has the focus afterwards where nobody else had it before. */
  readonly target: ReactElement;
  readonly label: string;
  readonly children: ReactNode;
  /** What is shown in it: when that changes, the focus goes into what is shown now. */
  readonly step?: string;
  readonly position?: NonNullable<PopoverProps['position']>;
  readonly width?: number;
  readonly className?: string;
  readonly onClose: () => void;
}

/**
 * A small panel over the page: filters, views, columns, unlocking. The focus goes into what opens, and back to where it
 * came from; Esc closes it and nothing behind it; no key acts on what lies behind.
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
  // Before what opens takes the focus.
  useLayoutEffect(() => {
    if (opened) before.current = document.activeElement;
    else if (before.current !== null) {
      if (isFocusLost(panel.current)) focusBack(before.current, button.current);
      before.current = null;
    }
  }, [opened]);
  // It may go as a whole: the lock that is open now needs no unlocking.
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
