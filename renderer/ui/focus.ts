/** As a `ref`: the field has the focus when its page opens. */
export function focusFirst(element: HTMLElement | null): void {
  element?.focus();
}

/** Gives the focus to the list of the page, or to the page where it has none: what had it is going away. */
export function focusList(): void {
  (document.querySelector<HTMLElement>('[role="grid"]') ?? document.querySelector<HTMLElement>('main'))?.focus();
}

/** Whether nobody has the focus, or somebody within `panel`, which is going away. */
export function isFocusLost(panel: Element | null): boolean {
  const has = document.activeElement;
  return has === null || has === document.body || panel?.contains(has) === true;
}

/** What has the focus, and keeps it: of a menu, whose items go away with it, the button that it hangs on. */
export function focusHolder(): Element | null {
  const has = document.activeElement;
  const button = has?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return button === undefined || button === null ? has : document.getElementById(button);
}

/** Gives the focus back to who had it; where that is gone, to `instead`, or to the list of the page. */
export function focusBack(before: Element | null, instead?: HTMLElement | null): void {
  const had = before === document.body ? null : before;
  if (had instanceof HTMLElement) had.focus();
  // What is gone, or cannot be pressed any more, does not take it.
  if (had !== null && document.activeElement === had) return;
  if (instead?.isConnected === true) instead.focus();
  else focusList();
}

const fields = 'input:not([type="hidden"]):enabled, textarea:enabled, select:enabled, button:enabled, a[href]';

/** Gives the focus to what a panel wants to have it, else to its first field. */
export function focusInside(panel: Element | null): void {
  const wanted = panel?.querySelector<HTMLElement>('[data-autofocus]');
  (wanted ?? panel?.querySelector<HTMLElement>(fields))?.focus({ preventScroll: true });
}
