// @ts-check
/// <reference lib="dom" />
/** Keeps the window still, sets a language and a theme, and takes a screenshot. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reducePng } from './png.mjs';

/** @typedef {{ language: 'zh-CN' | 'en', theme: 'light' | 'dark' }} Look */
/** @typedef {import('playwright').Page} Page */

/** @type {readonly Look[]} */
export const everyLook = [
  { language: 'zh-CN', theme: 'light' },
  { language: 'zh-CN', theme: 'dark' },
  { language: 'en', theme: 'light' },
  { language: 'en', theme: 'dark' },
];

/**
 * Clicked from within the page, so that it also works behind an open dialog. @param {Page} page @param {RegExp} name
 */
const press = (page, name) =>
  page
    .locator('button')
    .and(page.getByRole('button', { name, includeHidden: true }))
    .first()
    .evaluate((button) => button instanceof HTMLElement && button.click());

/** @param {Page} page @param {Look} look */
export async function wear(page, { language, theme }) {
  const html = page.locator('html');
  if ((await html.getAttribute('lang')) !== language) await press(page, /(Switch to English|切换为中文)$/);
  if ((await html.getAttribute('data-mantine-color-scheme')) !== theme)
    await press(page, theme === 'dark' ? /^(切换为深色|Switch to dark)$/ : /^(切换为浅色|Switch to light)$/);
  await page.locator(`html[lang="${language}"][data-mantine-color-scheme="${theme}"]`).waitFor({ state: 'attached' });
  await settle(page);
}

/** Waits until nothing is loading. @param {Page} page */
export async function settle(page) {
  await page.waitForFunction(
    () =>
      document.fonts.status === 'loaded' &&
      document.querySelector('[aria-busy="true"], .md-skeleton, .mantine-Loader-root, .mantine-Skeleton-root') ===
        null &&
      document.getAnimations().every((animation) => animation.playState !== 'running'),
    undefined,
    { timeout: 15_000 },
  );
}

export class Camera {
  #page;
  #folder;
  #looks;

  /** @param {Page} page @param {string} folder @param {readonly Look[]} looks */
  constructor(page, folder, looks) {
    this.#page = page;
    this.#folder = folder;
    this.#looks = looks;
  }

  /**
   * One screenshot in each look; afterwards the window has the first look again. @param {string} name @param {{ looks?:
   * readonly Look[] }} [options]
   */
  async take(name, { looks = this.#looks } = {}) {
    for (const look of looks) {
      await wear(this.#page, look);
      const picture = await this.#page.screenshot({ animations: 'disabled', caret: 'hide' });
      writeFileSync(join(this.#folder, `${name}.${look.language}.${look.theme}.png`), reducePng(picture));
    }
    const [first] = this.#looks;
    if (first) await wear(this.#page, first);
  }
}
