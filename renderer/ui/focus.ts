/** As a `ref`: the field has the focus when its page opens. */
export function focusFirst(element: HTMLElement | null): void {
  element?.focus();
}
