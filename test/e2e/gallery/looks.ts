import type { Frame } from 'playwright';

/** What can be seen of an element and does not depend on the fonts of a machine. */
const sides = ['top', 'right', 'bottom', 'left'];
const layout = [
  'display position flex-direction flex-wrap flex-grow flex-shrink flex-basis align-items align-self justify-content',
  'row-gap column-gap grid-template-columns overflow-x overflow-y width height min-width min-height max-width max-height',
  'box-sizing z-index top right bottom left',
  ...sides.map((side) => `margin-${side} padding-${side} border-${side}-width border-${side}-style`),
  'border-top-left-radius border-top-right-radius border-bottom-left-radius border-bottom-right-radius',
  'font-family font-size font-weight font-style line-height letter-spacing text-align text-transform text-overflow',
  'text-decoration-line white-space overflow-wrap cursor visibility',
].flatMap((names) => names.split(' '));
const paint = [
  'color background-color background-image box-shadow opacity fill stroke',
  ...sides.map((side) => `border-${side}-color`),
].flatMap((names) => names.split(' '));

/**
 * How every example of a document looks, as lines: its elements, each with those computed styles that differ from its
 * parent's and from the initial ones. Lengths are as the styles say, not as they come out, because text is wider with
 * another font. Dark differs from light by paint alone.
 */
export async function looksOf(frame: Frame, theme: 'light' | 'dark'): Promise<Record<string, readonly string[]>> {
  return frame.evaluate(
    (properties) => {
      // Which of many windows has the focus is chance.
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      const inherited =
        /^(color|fill|stroke|font-.*|line-height|letter-spacing|text-align|text-transform|white-space|overflow-wrap|cursor|visibility)$/;
      // The place of what floats, and the sizes of what is measured, come from scripts.
      const scripted = ['width', 'height', 'top', 'left', 'right', 'bottom', 'min-width', 'min-height'];
      const bare = document.createElement('div');
      bare.style.all = 'initial';
      document.body.append(bare);
      const initial = bare.computedStyleMap();
      const valueIn = (styles: StylePropertyMapReadOnly, property: string) => String(styles.get(property) ?? '');
      /** Four sides or corners that are the same, as one. */
      const shortened = (styles: readonly string[]): readonly string[] => {
        const plain = styles.map((style) =>
          style.replace(/-(?:top-left|top-right|bottom-left|bottom-right|top|right|bottom|left)(?=[-:])/, ''),
        );
        const times = (style: string | undefined) => plain.filter((one) => one === style).length;
        return [...new Set(styles.map((style, at) => (times(plain[at]) === 4 ? (plain[at] ?? style) : style)))];
      };
      const styleOf = (one: HTMLElement | SVGElement): string => {
        const own = one.computedStyleMap();
        const around = one.parentElement?.computedStyleMap();
        const different = properties
          .filter((property) => {
            if (scripted.includes(property) && one.style.getPropertyValue(property) !== '') return false;
            const value = valueIn(own, property);
            const usual = inherited.test(property) && around !== undefined ? around : initial;
            // Without a border, its colour is that of the text.
            if (/^border-.*-color$/.test(property) && valueIn(own, property.replace('color', 'style')) === 'none')
              return false;
            return value !== valueIn(usual, property) && value !== 'auto';
          })
          .map((property) => `${property}: ${valueIn(own, property)}`);
        return shortened(different).join('; ');
      };
      const nameOf = (one: Element): string => {
        const known = [...one.classList].filter((name) => /^(md-|mantine-)/.test(name) && !/\d/.test(name));
        const tone = one instanceof HTMLElement ? one.dataset['tone'] : undefined;
        return [one.tagName.toLowerCase(), ...known].join('.') + (tone === undefined ? '' : ` (${tone})`);
      };
      const linesOf = (one: Element, depth: number): string[] => {
        if (!(one instanceof HTMLElement || one instanceof SVGElement)) return [];
        const style = styleOf(one);
        const inside = one instanceof SVGElement ? [] : [...one.children].map((child) => linesOf(child, depth + 1));
        // Rows of a table look the same: once is enough.
        const different = inside.filter((lines, at) => lines.join('\n') !== inside[at - 1]?.join('\n'));
        return [`${'  '.repeat(depth)}${nameOf(one)} | ${style}`, ...different.flat()];
      };
      const alone = document.querySelector<HTMLElement>('.gallery-alone');
      const found =
        alone === null ? [...document.querySelectorAll<HTMLElement>('figure:has(> .gallery-stage)')] : [alone];
      const looks: Record<string, string[]> = {};
      for (const one of found) {
        const floating =
          alone === null ? [] : [...document.body.children].filter((each) => each.matches('[data-portal]'));
        const roots = [
          ...(alone === null ? one.querySelectorAll(':scope > .gallery-stage > *') : one.children),
          ...floating,
        ];
        looks[one.dataset['example'] ?? ''] = roots.flatMap((root) => linesOf(root, 1));
      }
      bare.remove();
      return looks;
    },
    theme === 'light' ? [...layout, ...paint] : paint,
  );
}

/** The looks as one text in which every style stands once, where it is used first. */
export function written(looks: Readonly<Record<string, readonly string[]>>): string {
  const names = new Map<string, string>();
  const nameOf = (style: string): string => {
    const known = names.get(style);
    if (known !== undefined) return `= ${known}`;
    const name = hash(style);
    names.set(style, name);
    return `${name} { ${style} }`;
  };
  return Object.entries(looks)
    .flatMap(([example, lines]) => [
      `# ${example}`,
      ...lines.map((line) => {
        const at = line.indexOf(' | ');
        return `${line.slice(0, at)} ${nameOf(line.slice(at + 3))}`;
      }),
      '',
    ])
    .join('\n');
}

function hash(text: string): string {
  let sum = 5381;
  for (const letter of text) sum = (Math.imul(sum, 33) ^ (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum.toString(36);
}
