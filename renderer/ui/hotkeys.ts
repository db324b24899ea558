import { useEffect, useRef } from 'react';

export interface Hotkey {
  /** For example `j`, `?`, `mod+k`, `shift+arrowdown`, or a sequence of two: `g u`. `mod` is Ctrl, or ⌘ on a Mac. */
  readonly keys: string;
  run(event: KeyboardEvent): void;
  /** Also works while a field has the focus. */
  readonly inFields?: boolean;
}

interface Scope {
  readonly bindings: () => readonly Hotkey[];
  readonly over: Over;
}

/**
 * Where the keys of a scope belong. An open dialog or panel (popover, menu) disables the keys of everything behind it.
 */
type Over = 'page' | 'panel' | 'dialog';

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

/**
 * All dialogs and panels, also those drawn by Mantine. A panel with `role="alert"` only shows a message and takes no
 * keys.
 */
const dialogs = '[role="dialog"][aria-modal="true"]';
const panels = ['Popover', 'Menu', 'Combobox']
  .map((name) => `.mantine-${name}-dropdown:not([role="alert"])`)
  .join(', ');
const isOpen = (what: string): boolean => document.querySelector(what) !== null;

/** The state before the key was handled. A key that closes a dialog must not also reach what is behind it. */
let open = { dialog: false, panel: false };

/**
 * Held down, a key repeats what moves or types, but confirms nothing twice: Enter would open a dialog, confirm it,
 * close what it shows, and begin again.
 */
function holdBack(event: KeyboardEvent): void {
  if (!event.repeat || event.isComposing || (event.key !== 'Enter' && event.code !== 'Space')) return;
  const { target } = event;
  const types =
    !event.ctrlKey &&
    !event.metaKey &&
    (event.code === 'Space' ? isField(target) : target instanceof HTMLElement && target.matches('textarea'));
  if (types) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

if (typeof window !== 'undefined')
  window.addEventListener(
    'keydown',
    (event) => {
      open = { dialog: isOpen(dialogs), panel: isOpen(panels) };
      holdBack(event);
    },
    true,
  );

/** The maximum time that the keys of the page wait for what they act upon. */
const longestWaitMs = 1_000;
let waitsUntil = 0;

/**
 * The keys of the page do nothing until the returned function is called: the list is about to show other rows than
 * those that the operator means.
 */
export function keysWait(): () => void {
  const until = performance.now() + longestWaitMs;
  waitsUntil = until;
  return () => {
    if (waitsUntil === until) waitsUntil = 0;
  };
}

/** True while the keys of the page wait. */
export const doKeysWait = (): boolean => performance.now() < waitsUntil;

function find(name: string, inField: boolean): Hotkey | null {
  for (const scope of [...scopes].reverse()) {
    if (open.panel && scope.over !== 'panel') continue;
    if (scope.over === 'page' && (open.dialog || doKeysWait())) continue;
    const hit = scope.bindings().find((binding) => binding.keys === name && (!inField || binding.inFields === true));
    if (hit) return hit;
    if (scope.over !== 'page') return null;
  }
  return null;
}

/** The keys that the page behind what is open reacts to now. */
export function keysOfPage(): ReadonlySet<string> {
  const ofPage = scopes.filter(({ over }) => over === 'page');
  return new Set(ofPage.flatMap(({ bindings }) => bindings().map(({ keys }) => keys)));
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || ['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return;
  const inField = isField(event.target);
  const name = chord(event);
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
 * Registers keys for as long as the component exists. The newest scope is searched first. While a dialog or a panel is
 * open, only the keys of scopes above the page work. A key works in a focused field only if it has `inFields`.
 */
export function useHotkeys(
  bindings: readonly Hotkey[],
  options: { readonly enabled?: boolean; readonly over?: Over } = {},
): void {
  const { enabled = true, over = 'page' } = options;
  const latest = useRef(bindings);
  useEffect(() => {
    latest.current = bindings;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    const scope: Scope = { bindings: () => latest.current, over };
    if (scopes.length === 0) document.addEventListener('keydown', onKeyDown);
    scopes.push(scope);
    return () => {
      scopes.splice(scopes.indexOf(scope), 1);
      if (scopes.length === 0) document.removeEventListener('keydown', onKeyDown);
    };
  }, [enabled, over]);
}
