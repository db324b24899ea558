const files = import.meta.glob<Readonly<Record<string, unknown>>>('../ui/**/*.tsx', { eager: true });

/** The components that ui/ exports, by what React knows them by. */
const exported = new Map(
  Object.values(files).flatMap((file) =>
    Object.entries(file)
      .filter(([name, value]) => /^[A-Z]/.test(name) && (typeof value === 'function' || typeof value === 'object'))
      .map(([name, component]) => [component, name] as const),
  ),
);

/** React's record of one rendered element. */
interface Fiber {
  readonly type: unknown;
  readonly elementType: unknown;
  readonly child: Fiber | null;
  readonly sibling: Fiber | null;
}

/** The exported components that are rendered in this page. React has no public way to ask this. */
function shownHere(): ReadonlySet<string> {
  const root: object = document.getElementById('root') ?? {};
  const key = Object.keys(root).find((name) => name.startsWith('__reactContainer$'));
  const container = key === undefined ? null : (Reflect.get(root, key) as { readonly stateNode: { current: Fiber } });
  const shown = new Set<string>();
  const left: Fiber[] = container === null ? [] : [container.stateNode.current];
  for (let fiber = left.pop(); fiber !== undefined; fiber = left.pop()) {
    const name = exported.get(fiber.elementType) ?? exported.get(fiber.type);
    if (name !== undefined) shown.add(name);
    if (fiber.child !== null) left.push(fiber.child);
    if (fiber.sibling !== null) left.push(fiber.sibling);
  }
  return shown;
}

declare global {
  interface Window {
    /** For the page around a frame, and for the test. */
    gallery?: {
      readonly shown: () => ReadonlySet<string>;
      readonly missing: () => readonly string[];
      /** Whether everything is there, in this page and its frames. */
      readonly loaded: () => boolean;
    };
  }
}

/** The exported components that no example shows, in this page or one of its frames. */
function missing(): readonly string[] {
  const frames = [...document.querySelectorAll('iframe')].map((frame) => frame.contentWindow?.gallery?.shown());
  const shown = new Set([shownHere(), ...frames].flatMap((names) => [...(names ?? [])]));
  return [...exported.values()].filter((name) => !shown.has(name)).toSorted();
}

/** An empty example is one whose router has not started. */
function loaded(): boolean {
  const stages = [...document.querySelectorAll('.gallery-stage, .gallery-alone')];
  const frames = [...document.querySelectorAll('iframe')];
  return (
    document.fonts.status === 'loaded' &&
    stages.length + frames.length > 0 &&
    stages.every((stage) => stage.textContent !== '' || stage.querySelector('svg, button') !== null || isFloating()) &&
    frames.every((frame) => frame.contentWindow?.gallery?.loaded() === true)
  );
}

/** A dialog is beside the place where it was rendered. */
const isFloating = (): boolean => document.querySelector('[data-portal] *') !== null;

window.gallery = { shown: shownHere, missing, loaded };
