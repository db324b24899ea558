import type { BrowserWindow } from 'electron';
import { channels } from '../contract/channels.js';
import type { Events } from '../contract/index.js';
import type { Language } from '../contract/text.js';

/** The open window and its language: what dialogs, the menu and events need. */
export class ShellContext {
  window: BrowserWindow | null = null;
  readonly #changed = new Set<(language: Language) => void>();
  #language: Language;

  constructor(language: Language) {
    this.#language = language;
  }

  get language(): Language {
    return this.#language;
  }

  setLanguage(language: Language): void {
    if (language === this.#language) return;
    this.#language = language;
    for (const listener of this.#changed) listener(language);
  }

  onLanguage(listener: (language: Language) => void): void {
    this.#changed.add(listener);
  }

  /** Brings the window to the front. */
  show(): void {
    if (this.window?.isMinimized() === true) this.window.restore();
    this.window?.focus();
  }

  emit<E extends keyof Events>(event: E, payload: Events[E]): void {
    const contents = this.window?.isDestroyed() === false ? this.window.webContents : null;
    if (contents !== null && !contents.isDestroyed() && !contents.isCrashed())
      contents.send(channels.event, event, payload);
  }
}
