import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ElementHandle, Page } from 'playwright';
import { inRoot } from '../../../build/lib/paths.mjs';

export type Language = 'zh-CN' | 'en';

/** Returns a text of the window by its file and key: `users:action.ban`. */
export type Say = (text: string, values?: Readonly<Record<string, string>>) => string;

/** The texts of the window in one language. */
export async function textsOf(language: Language): Promise<Say> {
  const folder = inRoot('renderer', 'i18n', language);
  const files = await Promise.all(
    readdirSync(folder).map(async (file) => {
      const module = (await import(pathToFileURL(`${folder}/${file}`).href)) as { readonly default: object };
      return [basename(file, '.ts'), module.default] as const;
    }),
  );
  const domains = new Map<string, object>(files);
  return (text, values = {}) => {
    const [domain = '', path = ''] = text.split(':');
    const found = path.split('.').reduce<unknown>((at, step) => Reflect.get(Object(at), step), domains.get(domain));
    if (typeof found !== 'string') throw new Error(`There is no text ${text}.`);
    return found.replaceAll(/\{\{(\w+).*?\}\}/g, (whole, name: string) => values[name] ?? whole);
  };
}

/** The maximum number of Tab stops between two places of a page. */
const most = 90;

/** Uses the window only by the keyboard. */
export class Keys {
  readonly page: Page;
  readonly say: Say;
  #opener: ElementHandle | null = null;

  constructor(page: Page, say: Say) {
    this.page = page;
    this.say = say;
  }

  /** Presses several keys in turn: `g u`, `Control+k`, `Shift+Tab`. */
  async press(keys: string): Promise<void> {
    for (const key of keys.split(' ').filter((one) => one !== '')) await this.page.keyboard.press(key);
  }

  /** Presses a key that opens something. When that closes, the focus must return to where it is now. */
  async opens(keys: string): Promise<void> {
    this.#opener = (await this.page.evaluateHandle(() => document.activeElement)).asElement();
    await this.press(keys);
  }

  /** The element that had the focus before the last opening. */
  takeOpener(): ElementHandle | null {
    const opener = this.#opener;
    this.#opener = null;
    return opener;
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.insertText(text);
  }

  /** Presses Tab until the focused element has this name: its label, or the beginning of its text. */
  async to(name: string, by: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    const seen: string[] = [];
    for (let step = 0; step < most; step += 1) {
      await this.page.keyboard.press(by);
      const focused = await this.page.evaluate(() => {
        const one = document.activeElement;
        const labels =
          one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement ? [...(one.labels ?? [])] : [];
        const label = one?.getAttribute('aria-label') ?? labels.map((each) => each.textContent).join(' ');
        return (label === '' ? (one?.textContent ?? '') : label).trim();
      });
      if (focused === name || focused.startsWith(name)) return;
      seen.push(focused.slice(0, 24));
    }
    throw new Error(`Tab does not lead to “${name}”, only to: ${[...new Set(seen)].join(' · ')}`);
  }

  /** Presses Tab until the focused element matches the selector. */
  async until(selector: string): Promise<void> {
    for (let step = 0; step < most; step += 1) {
      await this.page.keyboard.press('Tab');
      if (await this.page.evaluate((like) => document.activeElement?.matches(like) === true, selector)) return;
    }
    throw new Error(`Tab does not lead to ${selector}`);
  }

  /** Goes to a field by its label and replaces its text. */
  async fill(label: string, text: string): Promise<void> {
    await this.to(label);
    await this.press('Control+a');
    await this.type(text);
  }
}
