import { useEffect, useRef } from 'react';

export interface Hotkey {
  /** `j`, `?`, `mod+k`, `shift+arrowdown`, or a sequence of two: `g u`. `mod` is Ctrl, or ⌘ on a Mac. */
  readonly keys: string;
  run(event: KeyboardEvent): void;
  /** Works while a field has the focus, too. */
  readonly inFields?: boolean;
}

interface Scope {
  readonly bindings: () => readonly Hotkey[];
  readonly modal: boolean;
}

const scopes: Scope[] = [];
let prefix: { readonly key: string; readonly at: number } | null = null;

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select'))
  );
}

function chord(event: KeyboardEvent): string {
  const key = event.key.toLowerCase();
  const named = key.length > 1;
  return [
    event.ctrlKey || event.metaKey ? 'mod' : '',
    event.altKey ? 'alt' : '',
    event.shiftKey && (named || /[a-z]/.test(key)) ? 'shift' : '',
    key,
  ]
    .filter(Boolean)
    .join('+');
}

/** A dialog is open: only scopes that say `modal` are asked, whoever drew the dialog. */
function dialogOpen(): boolean {
  return document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
}

/** A menu or popover is open: Esc is its own. */
function popoverOpen(): boolean {
  return (
    document.querySelector('.mantine-Popover-dropdown, .mantine-Menu-dropdown, .mantine-Combobox-dropdown') !== null
  );
}

function find(name: string, inField: boolean): Hotkey | null {
  const onlyModal = dialogOpen();
  for (const scope of [...scopes].reverse()) {
    if (onlyModal && !scope.modal) continue;
    const hit = scope.bindings().find((binding) => binding.keys === name && (!inField || binding.inFields === true));
    if (hit) return hit;
    if (scope.modal) return null;
  }
  return null;
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
  const inField = isField(event.target);
  const name = chord(event);
  if (name === 'escape' && popoverOpen()) return;
  const sequence =
    prefix !== null && event.timeStamp - prefix.at < 1200 ? find(`${prefix.key} ${name}`, inField) : null;
  prefix = inField ? null : { key: name, at: event.timeStamp };
  const hit = sequence ?? find(name, inField);
  if (!hit) return;
  if (sequence) prefix = null;
  event.preventDefault();
  hit.run(event);
}

/**
 * Keys that live as long as the component. The newest scope is asked first; a `modal` scope hides the ones below.
 * A binding never fires while a field has the focus unless it says `inFields`.
 */
export function useHotkeys(
  bindings: readonly Hotkey[],
  options: { readonly enabled?: boolean; readonly modal?: boolean } = {},
): void {
  const { enabled = true, modal = false } = options;
  const latest = useRef(bindings);
  useEffect(() => {
    latest.current = bindings;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    const scope: Scope = { bindings: () => latest.current, modal };
    if (scopes.length === 0) document.addEventListener('keydown', onKeyDown);
    scopes.push(scope);
    return () => {
      scopes.splice(scopes.indexOf(scope), 1);
      if (scopes.length === 0) document.removeEventListener('keydown', onKeyDown);
    };
  }, [enabled, modal]);
}
