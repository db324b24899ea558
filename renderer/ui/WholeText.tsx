import { type CSSProperties, type ReactElement, useEffect, useState } from 'react';
import './whole-text.css';

/** True if a text is cut off at the end of its box. */
function isCut(element: Element): boolean {
  const { overflowX, textOverflow } = getComputedStyle(element);
  return textOverflow === 'ellipsis' && overflowX !== 'visible' && element.scrollWidth > element.clientWidth;
}

function textOf(element: Element): string {
  if (element instanceof HTMLInputElement) return element.type === 'password' ? '' : element.value;
  return element.textContent.trim();
}

/** The pointer: what is cut gets its whole text as its title. What has a title already keeps it. */
function showTitle({ target }: Event): void {
  if (!(target instanceof Element) || target.closest('[title]') !== null) return;
  for (let one: Element | null = target; one !== null && one !== document.body; one = one.parentElement) {
    const text = isCut(one) ? textOf(one) : '';
    if (text === '') continue;
    const cut = one;
    cut.setAttribute('title', text);
    cut.addEventListener('pointerleave', () => cut.removeAttribute('title'), { once: true });
    return;
  }
}

interface Bubble {
  readonly text: string;
  /** It is about a row, and the eye goes on to the row below it. */
  readonly ofRow: boolean;
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
}

/** What the keys are on, if there is more to read than it shows: cut texts, and a cell's title. */
function atFocus(): Bubble | null {
  const focused = document.activeElement;
  if (focused === null || !focused.matches(':focus-visible')) return null;
  const inside = focused.getAttribute('aria-activedescendant');
  const at = inside === null ? focused : document.getElementById(inside);
  // A field shows its end by the arrow keys, and a whole grid is nothing to read.
  if (at === null || at.matches('input, textarea, aside, [role="grid"], .md-drawer-body')) return null;
  const cut = [at, ...at.querySelectorAll('*')].filter(isCut).map(textOf);
  const title = at.getAttribute('title')?.trim() ?? '';
  const more = at.matches('[role="gridcell"]') && !textOf(at).includes(title) ? title : '';
  const text = more === '' ? [...new Set(cut)].join(' · ') : more;
  if (text === '') return null;
  const { left, top, bottom } = at.getBoundingClientRect();
  return { text, ofRow: at.matches('[role="gridcell"]'), left, top, bottom };
}

/** Enough for what is mostly shown: a few lines. */
const enough = 120;

/**
 * Above a cell, below anything else, and on the other side where there is no room; as high as there is room for, and
 * never beyond the right edge.
 */
function placeOf({ ofRow, left, top, bottom }: Bubble): CSSProperties {
  const [above, below] = [top - 10, window.innerHeight - bottom - 10];
  const isAbove = ofRow ? above >= enough || above > below : below < enough && above > below;
  return {
    left: Math.max(8, Math.min(left, window.innerWidth - 440)),
    maxHeight: `min(40vh, ${String(isAbove ? above : below)}px)`,
    ...(isAbove ? { bottom: window.innerHeight - top + 2 } : { top: bottom + 2 }),
  };
}

/**
 * Shows the whole of every text that is cut: on hover as its title, and beside what the keys are on. The window has
 * one, so that no list, drawer or dialog has to think of it. Screen readers read the whole anyway.
 */
export function WholeText(): ReactElement | null {
  const [bubble, setBubble] = useState<Bubble | null>(null);
  useEffect(() => {
    let frame = 0;
    // What a key has moved is in place one frame later.
    const look = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setBubble(atFocus()));
    };
    const hide = () => {
      cancelAnimationFrame(frame);
      setBubble(null);
    };
    const onKey = ({ key }: KeyboardEvent) => (key === 'Escape' ? hide() : look());
    document.addEventListener('pointerover', showTitle);
    document.addEventListener('focusin', look);
    document.addEventListener('keyup', onKey);
    const hiding = ['pointerdown', 'wheel', 'focusout'] as const;
    for (const name of hiding) document.addEventListener(name, hide, { capture: true, passive: true });
    return () => {
      hide();
      document.removeEventListener('pointerover', showTitle);
      document.removeEventListener('focusin', look);
      document.removeEventListener('keyup', onKey);
      for (const name of hiding) document.removeEventListener(name, hide, { capture: true });
    };
  }, []);
  if (bubble === null) return null;
  return (
    <div className="md-whole" aria-hidden style={placeOf(bubble)}>
      {bubble.text}
    </div>
  );
}
