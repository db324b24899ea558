import { type RefObject, useLayoutEffect, useRef } from 'react';

/** For use as a `ref`: the field gets the focus when the page opens. */
export function focusFirst(element: HTMLElement | null): void {
  element?.focus();
}

/**
 * Moves the focus to the list of the page, or to the page itself if it has no list, because the focused element will
 * disappear.
 */
export function focusList(): void {
  (document.querySelector<HTMLElement>('[role="grid"]') ?? document.querySelector<HTMLElement>('main'))?.focus();
}

/** True if no element has the focus, or if it is inside `panel`, which is closing. */
export function isFocusLost(panel: Element | null): boolean {
  const has = document.activeElement;
  return has === null || has === document.body || panel?.contains(has) === true;
}

/** The element that will keep the focus: for an item of a menu, the button of the menu, because the item disappears. */
export function focusHolder(): Element | null {
  const has = document.activeElement;
  const button = has?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return button === undefined || button === null ? has : document.getElementById(button);
}

/** Returns the focus to the element that had it. If that is gone, `instead` or the list of the page gets it. */
export function focusBack(before: Element | null, instead?: HTMLElement | null): void {
  const had = before === document.body ? null : before;
  if (had instanceof HTMLElement) had.focus();
  // An element that is gone or disabled does not take the focus.
  if (had !== null && document.activeElement === had) return;
  if (instead?.isConnected === true) instead.focus();
  else focusList();
}

const fields = 'input:not([type="hidden"]):enabled, textarea:enabled, select:enabled, button:enabled, a[href]';

/** Moves the focus to the element that the panel marks for it, or else to the first field. */
export function focusInside(panel: Element | null): void {
  const wanted = panel?.querySelector<HTMLElement>('[data-autofocus]');
  (wanted ?? panel?.querySelector<HTMLElement>(fields))?.focus({ preventScroll: true });
}

/** When an element disappears with the focus in it, `move` gives the focus to another one. */
export function useFocusMoves(element: RefObject<HTMLElement | null>, move: (from: HTMLElement) => void): void {
  const now = useRef(move);
  useLayoutEffect(() => {
    now.current = move;
  });
  // The clean-up of a layout effect runs while the element is still in its place.
  useLayoutEffect(() => {
    const from = element.current;
    return () => {
      if (from?.contains(document.activeElement) === true) now.current(from);
    };
  }, [element]);
}
