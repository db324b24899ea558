import type { ReactNode } from 'react';
import type { SessionState } from '../contract';
import { currentLanguage } from '../i18n';

/** One state of a component. */
export interface Example {
  readonly show: () => ReactNode;
  /**
   * The height of a window of its own, in pixels: for what opens over the page, takes the focus or fills the window.
   */
  readonly frame?: number;
  readonly session?: Partial<SessionState>;
  /** What queries of this example know already, by their key. Without it, an answer comes from `answers.ts`. */
  readonly known?: readonly (readonly [key: readonly unknown[], data: unknown])[];
  /** The address that its links are compared with. */
  readonly path?: string;
}

/** Some components that belong together, and their examples by name. */
export interface Section {
  readonly title: string;
  readonly examples: Readonly<Record<string, Example | (() => ReactNode)>>;
}

/** A text of the gallery in the language in use. */
export const both = (zh: string, en: string): string => (currentLanguage() === 'en' ? en : zh);

/** A text that is longer than its place, with a word that cannot be broken at a space. */
export const long = (): string =>
  both(
    '一个特别长的名称，用来看看放不下的时候会怎样：是换行、是省略，还是把旁边的按钮挤出窗口之外_without_any_space_inside_this_word',
    'A particularly long name that shows what happens when there is no room: wrapping, an ellipsis, or a neighbour that is pushed_out_of_the_window_without_any_space',
  );

/** A moment so many days from now. */
export const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000 + 3_000).toISOString();

export const nothing = (): void => undefined;
