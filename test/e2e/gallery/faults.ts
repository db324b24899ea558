import { AxeBuilder } from '@axe-core/playwright';
import type { Frame, Page } from 'playwright';

/** Violations of WCAG 2.2 AA in the whole gallery: contrast, names, sizes of what is pressed. */
export async function barriersOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      rules: { 'target-size': { enabled: true } },
    })
    .analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html, any, all }) =>
      `${id}: ${target.flat().join(' ').slice(0, 120)} ${html.slice(0, 140)} ${(any[0] ?? all[0])?.message ?? ''}`.trim(),
    ),
  );
}

/** What sticks out of its example, what is cut without a way to read it whole, and what shows no focus. */
export async function misfitsOf(frame: Frame): Promise<string[]> {
  return frame.evaluate(() => {
    const faults: string[] = [];
    const exampleOf = (one: Element) =>
      (one.closest<HTMLElement>('[data-example]') ?? document.querySelector<HTMLElement>('.gallery-alone'))?.dataset[
        'example'
      ] ?? '';
    const fault = (one: Element, what: string) =>
      faults.push(
        `${exampleOf(one)}: ${one.tagName.toLowerCase()}.${one.classList[0] ?? ''} “${one.textContent.slice(0, 30)}” ${what}`,
      );
    const scrolls = (one: Element) => /auto|scroll/.test(getComputedStyle(one).overflowX);
    const hides = (one: Element) => /hidden|clip/.test(getComputedStyle(one).overflowX);
    const isSeen = (one: Element) =>
      one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && one.getBoundingClientRect().width > 2;
    const hasOwnText = (one: Element) =>
      [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '');

    const within = document.querySelector('.gallery-alone') === null ? '.gallery-stage' : 'body';
    for (const stage of document.querySelectorAll<HTMLElement>(within)) {
      const room = stage.getBoundingClientRect();
      for (const one of stage.querySelectorAll<HTMLElement>('*')) {
        if (!isSeen(one) || !(hasOwnText(one) || one.matches('button, input, textarea, select, img, svg'))) continue;
        let box = one.getBoundingClientRect();
        for (let around = one.parentElement; around !== null && around !== stage; around = around.parentElement)
          if (scrolls(around) || hides(around)) box = around.getBoundingClientRect();
        if (box.right > room.right + 1 || box.left < room.left - 1) fault(one, 'sticks out of its example');
        const whole = one.closest('[title]') !== null || one.querySelector('[title]') !== null;
        if (hasOwnText(one) && hides(one) && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 2 && !whole)
          fault(one, 'is cut, and nothing shows its whole text');
      }
      for (const one of stage.querySelectorAll<HTMLElement>(
        'button, a[href], input, textarea, summary, [tabindex="0"]',
      )) {
        if (!isSeen(one) || one.matches(':disabled, [inert] *') || one.matches('.md-grid, .md-drawer-handle')) continue;
        const label = one.matches('input') ? one.nextElementSibling : null;
        const look = () =>
          [one, one.closest('label'), one.parentElement, one.closest('.mantine-Input-input'), label]
            .map((each) => {
              if (each === null) return '';
              const { outlineStyle, outlineWidth, boxShadow, borderTopColor, opacity } = getComputedStyle(each);
              return [outlineStyle, outlineWidth, boxShadow, borderTopColor, opacity].join();
            })
            .join('|');
        (document.activeElement as HTMLElement | null)?.blur();
        const before = look();
        one.focus({ focusVisible: true });
        if (document.activeElement === one && look() === before) fault(one, 'shows no focus');
        one.blur();
      }
    }
    return [...new Set(faults)];
  });
}
