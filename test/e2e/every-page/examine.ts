import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { layers, type View } from './views.js';

type Layer = View['layer'];

/** Waits until nothing is loading or animated any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector('[aria-busy="true"], .md-skeleton, .mantine-Loader-root, .mantine-Skeleton-root') ===
        null && document.getAnimations().every((animation) => animation.playState !== 'running'),
  );
}

/** Changes the theme, or the system's colours, and waits until the page has taken them. */
export async function coloured(
  page: Page,
  colours: { readonly colorScheme: 'light' | 'dark' } | { readonly forcedColors: 'active' | 'none' },
): Promise<void> {
  await page.emulateMedia(colours);
  if ('colorScheme' in colours)
    await page.locator(`html[data-mantine-color-scheme="${colours.colorScheme}"]`).waitFor({ state: 'attached' });
  else await page.waitForFunction((value) => matchMedia(`(forced-colors: ${value})`).matches, colours.forcedColors);
}

/**
 * All accessibility violations found by axe, also minor ones, with their place. Legacy mode is needed because it
 * injects the library by evaluate and opens no page: the console's policy allows no foreign script, and there is only
 * one window.
 */
export async function barriersOf(page: Page, layer: Layer): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  // What is behind the layer has been checked before.
  const { violations } = await (layer === 'page' ? axe : axe.include(layers[layer])).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, any, all }) => `${id}: ${html.slice(0, 160)} ${(any[0] ?? all[0])?.message ?? ''}`),
  );
}

/** Runs `look` while the window is zoomed by `factor`. */
export async function enlarged<T>(
  page: Page,
  zoom: (factor: number) => Promise<void>,
  factor: number,
  look: () => Promise<T>,
): Promise<T> {
  const whole = await page.evaluate(() => window.innerWidth);
  const zoomTo = async (factor: number) => {
    await zoom(factor);
    await page.waitForFunction((width) => Math.abs(window.innerWidth - width) <= 1, whole / factor);
  };
  await zoomTo(factor);
  try {
    await settled(page);
    return await look();
  } finally {
    await zoomTo(1);
  }
}

/**
 * What cannot be reached or read in the present window: a page that scrolls, controls out of sight, cut texts, areas
 * with no room left.
 */
export function outOfReach(page: Page, layer: Layer): Promise<string[]> {
  return page.evaluate((within) => {
    const faults: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth || root.scrollHeight > root.clientHeight)
      faults.push(
        `the page scrolls: ${root.scrollWidth}×${root.scrollHeight} in ${root.clientWidth}×${root.clientHeight}`,
      );
    const called = (one: Element) =>
      `${one.tagName.toLowerCase()} “${(one.getAttribute('aria-label') ?? (one.textContent || one.id)).trim().slice(0, 40)}”`;
    /** What cuts off a box (or the scrolling element around it) and does not scroll itself; null if nothing does. */
    const cutBy = (one: Element): string | null => {
      let box = one.getBoundingClientRect();
      for (let around = one.parentElement; around !== null; around = around.parentElement) {
        const { overflowX, overflowY, position } = getComputedStyle(around);
        const edge = around.getBoundingClientRect();
        const sideways = box.left < edge.left - 1 || box.right > edge.right + 1;
        const upright = box.top < edge.top - 1 || box.bottom > edge.bottom + 1;
        const scrolls = (overflow: string) => overflow === 'auto' || overflow === 'scroll';
        const hides = (overflow: string) => overflow === 'hidden' || overflow === 'clip';
        if ((sideways && hides(overflowX)) || (upright && hides(overflowY))) return around.className;
        if ((sideways && scrolls(overflowX)) || (upright && scrolls(overflowY))) box = edge;
        if (position === 'fixed') break;
      }
      return box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1
        ? 'window'
        : null;
    };
    for (const top of document.querySelectorAll(within)) {
      for (const one of top.querySelectorAll<HTMLElement>('button, a[href], input, textarea, select, [role="tab"]')) {
        if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
        const box = one.getBoundingClientRect();
        if (box.width < 2 || box.height < 2) continue;
        // A text for screen readers only is one pixel wide.
        const by = cutBy(one);
        if (by !== null) faults.push(`${called(one)} is out of reach: ${by}`);
        for (const text of one.matches('button') ? [one, ...one.querySelectorAll<HTMLElement>('span')] : [])
          if (
            getComputedStyle(text).overflowX !== 'visible' &&
            text.clientWidth > 1 &&
            text.scrollWidth > text.clientWidth + 1 &&
            getComputedStyle(text).display !== 'inline'
          )
            faults.push(`${called(one)} is cut`);
      }
      for (const scroller of top.querySelectorAll('[role="grid"], .md-change-scroll, .md-drawer-body'))
        if (scroller.checkVisibility() && scroller.clientHeight < 80)
          faults.push(`${scroller.className} has only ${scroller.clientHeight} px`);
    }
    return [...new Set(faults)];
  }, layers[layer]);
}

/**
 * Texts that are cut off without their whole at hand: on hover for the pointer, on focus for the keys. What no key
 * reaches must not be cut at all.
 */
export function cutShort(page: Page, layer: Layer): Promise<string[]> {
  return page.evaluate((within) => {
    const faults: string[] = [];
    const plain = (text: string | null | undefined) => (text ?? '').replaceAll(/\s+/g, '');
    for (const top of document.querySelectorAll(within)) {
      for (const one of top.querySelectorAll<HTMLElement>('*')) {
        const { overflowX, textOverflow, visibility } = getComputedStyle(one);
        if (overflowX === 'visible' || overflowX === 'auto' || overflowX === 'scroll' || visibility === 'hidden')
          continue;
        // A text for screen readers only is one pixel wide; an area cuts no text of its own.
        if (one.clientWidth < 2 || one.scrollWidth <= one.clientWidth || !one.checkVisibility()) continue;
        if (one.closest('.md-hidden') !== null) continue;
        const own = one.matches('input') ? '' : plain(one.textContent);
        const direct = [...one.childNodes].some(
          (node) => node.nodeType === Node.TEXT_NODE && plain(node.textContent) !== '',
        );
        if (own === '' || (!direct && textOverflow !== 'ellipsis')) continue;
        const called = `${one.className || one.tagName} “${one.textContent.trim().slice(0, 40)}”`;
        one.dispatchEvent(new PointerEvent('pointerover', { bubbles: true }));
        const cell = one.closest('[role="gridcell"], [role="columnheader"]');
        const titled = one.closest<HTMLElement>('[title]');
        const whole = plain(titled?.title);
        if (whole === '' || (cell === null && !whole.includes(own))) faults.push(`${called} is cut and has no whole`);
        one.dispatchEvent(new PointerEvent('pointerleave'));
        const reached = one.closest('a[href], button, summary, label, input, [role="option"], [role="gridcell"]');
        if (reached === null && one.closest('[role="columnheader"]') === null)
          faults.push(`${called} is cut where no key reaches it`);
      }
    }
    return [...new Set(faults)];
  }, layers[layer]);
}

/**
 * The same check in forced colours, where the system replaces the page's colours: what looks the same although its
 * state differs.
 */
export async function unseen(page: Page, layer: Layer): Promise<string[]> {
  await coloured(page, { forcedColors: 'active' });
  try {
    return await page.evaluate((within) => {
      const faults: string[] = [];
      const called = (one: Element) =>
        `${one.tagName.toLowerCase()}.${one.classList[0] ?? ''} “${(one.getAttribute('aria-label') ?? one.textContent).trim().slice(0, 30)}”`;
      const looks = (one: Element, pseudo?: string): string => {
        const style = getComputedStyle(one, pseudo);
        return [
          style.backgroundColor,
          style.color,
          style.fontWeight,
          style.textDecorationLine,
          style.content,
          style.borderTopStyle === 'none' ? '' : `${style.borderTopWidth} ${style.borderTopColor}`,
          style.borderBottomStyle === 'none' ? '' : `${style.borderBottomWidth} ${style.borderBottomColor}`,
          style.borderLeftStyle === 'none' ? '' : `${style.borderLeftWidth} ${style.borderLeftColor}`,
          style.outlineStyle === 'none' ? '' : `${style.outlineWidth} ${style.outlineColor}`,
        ].join(' | ');
      };
      const whole = (one: Element) =>
        [looks(one), looks(one, '::before'), looks(one, '::after'), one.querySelectorAll('svg').length].join(' / ');

      // The focused element has an outline. Instead, a field may have a border whose width changes with the focus.
      let focused = document.activeElement;
      const inside = focused?.getAttribute('aria-activedescendant');
      if (inside) focused = document.getElementById(inside) ?? focused;
      if (
        focused !== null &&
        focused !== document.body &&
        focused.matches(':focus-visible, [aria-selected], [role="gridcell"]')
      ) {
        const around = focused.closest('.mantine-Radio-inner, .mantine-Checkbox-inner, label') ?? focused;
        const { outlineStyle, outlineWidth } = getComputedStyle(focused);
        const own = outlineStyle !== 'none' && outlineWidth !== '0px';
        const label = focused.matches('input') ? focused.nextElementSibling : null;
        const ring = label !== null && getComputedStyle(label).outlineStyle !== 'none';
        if (!own && !ring) faults.push(`no focus is to be seen on ${called(focused)} (${around.className})`);
      }

      const states = [
        'aria-selected',
        'aria-pressed',
        'aria-current',
        'data-active',
        'data-chosen',
        'data-here',
        'data-open',
      ];
      for (const top of document.querySelectorAll(within)) {
        for (const state of states) {
          for (const one of top.querySelectorAll(`[${state}]:not([${state}="false"])`)) {
            if (!one.checkVisibility()) continue;
            const like = `${one.tagName}.${one.classList[0] ?? ''}`;
            const peer = [...top.querySelectorAll(one.tagName)].find(
              (other) =>
                `${other.tagName}.${other.classList[0] ?? ''}` === like &&
                other.checkVisibility() &&
                (other.getAttribute(state) ?? 'false') === 'false' &&
                !other.matches(':disabled'),
            );
            if (peer === undefined) continue;
            const cells = (row: Element) =>
              whole(row) + (row.matches('[role="row"]') ? [...row.children].map((cell) => looks(cell)).join() : '');
            if (cells(one) === cells(peer)) faults.push(`${state} is not to be seen on ${called(one)}`);
          }
        }
      }
      return [...new Set(faults)];
    }, layers[layer]);
  } finally {
    await coloured(page, { forcedColors: 'none' });
  }
}
